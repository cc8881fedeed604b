import type { CloudEvent } from "./event";
import { isTransient } from "../domain/refusals";
import { withDeadline } from "../timing/deadline";

/** Events that one consumer handles at a time. */
export const IN_FLIGHT_LIMIT = 64;
/** An event that failed this often is given up: it is a dead letter then. Where somebody else was only away, it does not count. */
export const MAX_TRIES = 12;
/** The pause after the first failure; each one is twice the one before. */
export const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 60_000;
/** Where somebody else is away, that may be over at any moment. */
const LONGEST_TRANSIENT_DELAY_MS = 3_000;
const HANDLE_DEADLINE_MS = 30_000;

/** What a consumer has tried with an event so far. */
export interface Tries {
	/** Those that count towards a dead letter. */
	tries: number;
	/** All of them, which the pause grows with. */
	attempts: number;
	/** What the last one said. */
	reason: string;
}

export interface TriedEvent extends Tries {
	eventId: string;
}

/** One try more, which failed. */
export function afterFailure(previous: Tries | undefined, failure: unknown): Tries {
	const { tries = 0, attempts = 0 } = previous ?? {};
	return {
		tries: isTransient(failure) ? tries : tries + 1,
		attempts: attempts + 1,
		reason: failure instanceof Error ? failure.message : String(failure),
	};
}

/** How long an event waits after so many attempts of which the last ended like this, in milliseconds. */
export function pauseAfter(attempts: number, firstDelayMs: number, failure: unknown): number {
	const longest = isTransient(failure) ? LONGEST_TRANSIENT_DELAY_MS : LONGEST_DELAY_MS;
	return Math.min(longest, firstDelayMs * 2 ** Math.min(attempts - 1, 20));
}

/** @throws what the handler throws; Error where it takes longer than 30 s: it goes on then, and nobody waits for it */
export function handleInTime(handle: (event: CloudEvent) => Promise<void>, event: CloudEvent): Promise<void> {
	const late = () => new Error(`took longer than ${HANDLE_DEADLINE_MS} ms`);
	return withDeadline(handle(event), HANDLE_DEADLINE_MS, late);
}
