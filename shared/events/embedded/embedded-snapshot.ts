import type { CloudEvent } from "../event";
import type { BusSnapshot, DeadLetter, Progress } from "../event-bus";
import type { RetryState } from "../retry-policy";
import type { RetryKey } from "./embedded-databases";
import type { LmdbReader } from "../../lmdb/lmdb-reader";

/** Reads all that an embedded bus has stored, with the progress of these `consumers`; `isRunning`: whether the bus is open in a process. */
export async function embeddedSnapshot(
	reader: LmdbReader,
	consumers: readonly string[],
	isRunning: boolean,
): Promise<BusSnapshot> {
	// Positions are read before the log, so that an event published meanwhile does not count as handled.
	const positions = new Map<string, number>();
	for await (const { key, value } of reader.entries<number>("progress")) positions.set(key, value);
	const log = new Map<number, CloudEvent>();
	for await (const { key, value } of reader.entries<CloudEvent, number>("events")) log.set(key, value);
	const newest = Math.max(0, ...[...log.keys()].slice(-1));
	const retries: Array<[consumer: string, retry: Progress["retries"][number]]> = [];
	for await (const { key, value } of reader.entries<RetryState, RetryKey>("retries")) {
		retries.push([key[0], { ...value, eventId: log.get(key[2])?.id ?? `position ${key[2]}` }]);
	}
	const deadLetters: DeadLetter[] = [];
	for await (const { value } of reader.entries<DeadLetter, [string, string]>("dead")) deadLetters.push(value);
	const progress = consumers.map((consumer) => ({
		consumer,
		position: positions.get(consumer) ?? 0,
		newest,
		retries: retries.flatMap(([of, retry]) => (of === consumer ? [retry] : [])),
		isRunning,
	}));
	let trimmedUntil: number | undefined;
	for await (const { value } of reader.entries<number>("trimmed")) trimmedUntil = value;
	return { events: [...log.values()], trimmedUntil, progress, deadLetters };
}
