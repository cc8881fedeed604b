import type { CloudEvent } from "../event";
import type { DeadLetter } from "../event-bus";
import type { RetryState } from "../retry-policy";
import { passGate } from "../../store/lmdb/environment-gate";
import { checkRoom, openEnvironment } from "../../store/lmdb/lmdb-environment";

/** A retry by its consumer, the time when it is due (milliseconds since 1970), and the event's position. */
export type RetryKey = [consumer: string, dueAt: number, position: number];

/** Opens the LMDB databases of an embedded bus. @throws StartError on a damaged file */
export async function openDatabases(path: string, durable: boolean) {
	const environment = await passGate(path, () => openEnvironment(path, durable));
	const encoding = "json";
	return {
		environment,
		/** The log: events by position, from 1. */
		events: environment.openDB<CloudEvent, number>({ name: "events", encoding }),
		/** Positions by event id. */
		positions: environment.openDB<number, string>({ name: "positions", encoding }),
		/** By consumer, its position: all events up to there are done. */
		progress: environment.openDB<number, string>({ name: "progress", encoding }),
		/** By consumer, the types that its position counts for. */
		types: environment.openDB<string[], string>({ name: "types", encoding }),
		retries: environment.openDB<RetryState, RetryKey>({ name: "retries", encoding }),
		dead: environment.openDB<DeadLetter, [consumer: string, eventId: string]>({ name: "dead", encoding }),
		/** @throws Refusal STORE_UNAVAILABLE where the disk is full */
		checkRoom: () => checkRoom(path),
		/** Writes all or nothing. @throws Refusal STORE_UNAVAILABLE where the disk is full */
		async batch(write: () => void): Promise<void> {
			checkRoom(path);
			await environment.batch(write);
		},
		close: () => passGate(path, () => environment.close()),
	};
}

export type EmbeddedDatabases = Awaited<ReturnType<typeof openDatabases>>;

/** The range of all keys that begin with this consumer. */
export function ofConsumer(consumer: string): { start: [string, string | number]; end: [string, string | number] } {
	// As the second part of a key, null sorts before every other value, and this string after every other.
	return { start: [consumer, null as unknown as number], end: [consumer, "\uffff"] };
}
