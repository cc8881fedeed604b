import { EVENTS, partOf } from "../../../shared/store/folder/folder-layout";
import { systemClock } from "../../../shared/domain/clock";
import { EmbeddedEventBus } from "../../../shared/events/embedded/embedded-bus";
import type { CloudEvent } from "../../../shared/events/event";
import { RETRY_POLICY } from "../../../shared/events/retry-policy";
import { temporaryEnvironment } from "../store/environment";
import { silentLogger } from "../world";

/** Removes the older half of the events of a shop of one process that is stopped, as if it was too old. Resolves with the number of events that were removed. */
export async function trimHalf(dataDir: string, types: readonly string[]): Promise<number> {
	const { prefix, ...folder } = partOf(dataDir, EVENTS);
	const options = { environment: temporaryEnvironment(folder), prefix, retryPolicy: RETRY_POLICY };
	const open = async (eventsKeptMs?: number) => {
		const bus = new EmbeddedEventBus({ ...options, clock: systemClock, logger: silentLogger, eventsKeptMs });
		await bus.open();
		return bus;
	};
	const reading = await open();
	const events: CloudEvent[] = [];
	for await (const event of reading.history(types)) events.push(event);
	await reading.close();
	const trimming = await open(Date.now() - Date.parse(events[Math.floor(events.length / 2)]!.time));
	const removed = await trimming.trim();
	await trimming.close();
	return removed;
}
