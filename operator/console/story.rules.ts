import type { Story, StoryEvent } from "../../services/operator/story.schemas";
import type { CloudEvent } from "../../shared/events/event";

/** All data of events together, as JSON: with the rest of the story it has to fit into a message of NATS, 1 MB by default. */
const DATA_BYTES = 256 * 1024;

/** The command that a request was, by the type of its first event. */
const COMMAND_OF: Readonly<Record<string, "place" | "pay" | "cancel">> = {
	"order.placed": "place",
	"order.paying": "pay",
	"order.completed": "pay",
	"payment.approved": "pay",
	"payment.declined": "pay",
	"payment.delayed": "pay",
	"payment.voided": "pay",
	"order.cancelled": "cancel",
};

/** Events as a story tells them, oldest first; `isCut`: the data of some is left out. */
export function toStoryEvents(
	events: readonly CloudEvent[],
	handled: ReadonlyMap<string, StoryEvent["handled"]>,
): { events: StoryEvent[]; isCut: boolean } {
	let bytes = 0;
	const told = [...events]
		.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
		.map(({ id, type, subject, sequence, time: at, source, requestid, data }): StoryEvent => {
			bytes += Buffer.byteLength(JSON.stringify(data) ?? "");
			return {
				id,
				type,
				subject,
				sequence,
				at,
				publisher: source.split("/").at(-1)!,
				...(requestid !== undefined && { requestId: requestid }),
				...(bytes <= DATA_BYTES && { data }),
				handled: [...(handled.get(id) ?? [])].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
			};
		});
	return { events: told, isCut: bytes > DATA_BYTES };
}

/** The requests that led to these events, which are in the order of time, each with what followed from it. */
export function commandsIn(events: readonly StoryEvent[]): Story["commands"] {
	const commands = new Map<string, Story["commands"][number]>();
	for (const { id, type, at, requestId } of events) {
		if (requestId === undefined) continue;
		const command = commands.get(requestId);
		if (command) command.events.push(id);
		else commands.set(requestId, { requestId, at, command: COMMAND_OF[type] ?? "other", events: [id] });
	}
	return [...commands.values()];
}
