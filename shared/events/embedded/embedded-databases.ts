import type { RootDatabase } from "lmdb";
import { isRefusal } from "../../domain/refusals";
import { StartError } from "../../domain/start-error";
import type { CloudEvent } from "../event";
import type { DeadLetter } from "../event-bus";
import type { RetryState } from "../retry-policy";
import { START_WITHIN_MS } from "../../lmdb/environment-gate";
import type { LmdbEnvironment } from "../../lmdb/lmdb-environment";

/** The one key of the database `trimmed`. */
export const TRIMMED_UNTIL = "until";

/** A retry by its consumer, the time when it is due (milliseconds since 1970), and the event's position. */
export type RetryKey = [consumer: string, dueAt: number, position: number];

/**
 * Opens the LMDB databases of an embedded bus; where it shares the environment, their names begin with `prefix`.
 * @throws StartError on a damaged file, and where it cannot be written
 */
export async function openDatabases(shared: LmdbEnvironment, prefix = "") {
	const environment = await shared.open();
	const write = async <T>(begin: () => Promise<T>): Promise<T> => {
		shared.checkRoom();
		return shared.write(begin);
	};
	const opened = await shared
		.write(async () => openAll(environment, prefix), START_WITHIN_MS)
		.catch(async (error: unknown) => {
			await shared.close();
			throw isRefusal(error) ? new StartError(`${shared.path} cannot be written: ${error.message}`) : error;
		});
	return {
		...opened,
		/** @throws Refusal STORE_UNAVAILABLE where the disk is full */
		checkRoom: () => shared.checkRoom(),
		/** Begins a write that queues its operations itself. @throws Refusal STORE_UNAVAILABLE */
		write,
		/** Writes all or nothing. @throws Refusal STORE_UNAVAILABLE */
		batch: (queue: () => void): Promise<boolean> => write(() => environment.batch(queue)),
		/** Runs `act` within a write: it sees all earlier writes, and no other one comes in between. @throws Refusal STORE_UNAVAILABLE */
		transaction: <T>(act: () => T): Promise<T> => write(() => environment.transaction(act)),
		close: () => shared.close(),
	};
}

function openAll(environment: RootDatabase, prefix: string) {
	const named = (name: string) => ({ name: `${prefix}${name}`, encoding: "json" }) as const;
	return {
		/** The log: events by position, from 1. */
		events: environment.openDB<CloudEvent, number>(named("events")),
		/** Positions by event id, of events that were published, and of dead letters. */
		positions: environment.openDB<number, string>(named("positions")),
		/** By consumer, its position: all events up to there are done. */
		progress: environment.openDB<number, string>(named("progress")),
		/** By consumer, the types that its position counts for. */
		types: environment.openDB<string[], string>(named("types")),
		retries: environment.openDB<RetryState, RetryKey>(named("retries")),
		dead: environment.openDB<DeadLetter, [consumer: string, eventId: string]>(named("dead")),
		/** Under {@link TRIMMED_UNTIL}, the time of the latest event that was removed because of its age, in milliseconds since 1970. */
		trimmed: environment.openDB<number, string>(named("trimmed")),
	};
}

export type EmbeddedDatabases = Awaited<ReturnType<typeof openDatabases>>;

/** The range of all keys that begin with this consumer. */
export function ofConsumer(consumer: string): { start: [string, string | number]; end: [string, string | number] } {
	// As the second part of a key, null sorts before every other value, and this string after every other.
	return { start: [consumer, null as unknown as number], end: [consumer, "\uffff"] };
}
