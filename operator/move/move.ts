import { createHash } from "node:crypto";
import { StartError } from "../../shared/domain/start-error";
import type { CloudEvent } from "../../shared/events/event";
import type { EventBus } from "../../shared/events/event-bus";

const PUBLISH_CHUNK = 256;
/** Foreign events that an error names. */
const SHOWN = 3;

/** A log to move: every event, oldest first, as often as it is read. */
export type Log = () => AsyncIterable<CloudEvent>;

/** The stream of a cluster. */
export interface Stream extends Pick<EventBus, "publish" | "backlog"> {
	/** Every event that it has. */
	all(): AsyncIterable<CloudEvent>;
}

export interface Move {
	log: Log;
	stream: Stream;
	/** The stream in words. */
	name: string;
	/** Called after each write, with the number of events that the stream has now. */
	onProgress(moved: number, all: number): void;
}

/**
 * Publishes all events of a log in a stream, in their order; it may be killed at any point, and goes on when it is called again. Resolves with their number once the
 * stream has each of them.
 * @throws StartError where the stream is another shop's; Error where it goes away meanwhile
 */
export async function moveEvents({ log, stream, name, onProgress }: Move): Promise<number> {
	if ((await stream.backlog()).length > 0)
		throw new StartError(
			`${name} is used by a shop already; set NAMESPACE to a new name, or TRANSPORTER to another NATS`,
		);
	const { missing, all } = await compare(log, stream, name);
	let moved = all - missing.size;
	onProgress(moved, all);
	let chunk: CloudEvent[] = [];
	const publish = async () => {
		await stream.publish(chunk);
		onProgress((moved += chunk.length), all);
		chunk = [];
	};
	for await (const event of log()) {
		if (!missing.has(event.id)) continue;
		chunk.push(event);
		if (chunk.length === PUBLISH_CHUNK) await publish();
	}
	if (chunk.length > 0) await publish();
	const after = await compare(log, stream, name);
	if (after.missing.size > 0) throw new Error(`${name} lacks ${after.missing.size} of ${all} events`);
	return all;
}

/** The events of the log that the stream lacks. @throws StartError where the stream has others */
async function compare(log: Log, stream: Stream, name: string): Promise<{ missing: Set<string>; all: number }> {
	const streamed = new Map<string, string>();
	for await (const event of stream.all()) streamed.set(event.id, digest(event));
	const missing = new Set<string>();
	let all = 0;
	for await (const event of log()) {
		all++;
		if (!streamed.has(event.id)) missing.add(event.id);
		else if (streamed.get(event.id) === digest(event)) streamed.delete(event.id);
	}
	if (streamed.size === 0) return { missing, all };
	const [shown, more] = [[...streamed.keys()].slice(0, SHOWN), streamed.size - SHOWN];
	throw new StartError(
		`${name} has events of another shop (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}); set NAMESPACE to a new name, or TRANSPORTER to another NATS`,
	);
}

function digest(event: CloudEvent): string {
	return createHash("sha256").update(JSON.stringify(event)).digest("base64url");
}
