import type { CloudEvent } from "./event";
import { isTransient } from "../domain/refusals";
import { backoff } from "../timing/backoff";
import { withDeadline } from "../timing/deadline";

/** The delays between deliveries of an event that a consumer could not handle, and the number of tries before it is given up. */
export interface RetryPolicy {
	/** After this many failures an event becomes a dead letter. Transient failures do not count. */
	maxTries: number;
	/** The delay after the first failure, in milliseconds; it doubles with each further one. */
	firstDelayMs: number;
}

export const RETRY_POLICY: RetryPolicy = { maxTries: 12, firstDelayMs: 200 };

/** Events that one consumer handles at the same time in one process. */
export const IN_FLIGHT_LIMIT = 64;
/** Those of one customer among them (see {@link turnOf}): the others' events find a free place. */
export const IN_FLIGHT_OF_ONE = 16;
const LONGEST_DELAY_MS = 60_000;
/** Shorter, because a service or store that is away may be back at any moment. */
const LONGEST_TRANSIENT_DELAY_MS = 3_000;
const HANDLE_DEADLINE_MS = 30_000;

/** The failures of one consumer with one event. */
export interface RetryState {
	/** Failures that count towards a dead letter. */
	tries: number;
	/** All failures, transient ones included; the delay grows with them. */
	attempts: number;
	/** The message of the last error. */
	reason: string;
}

/** An event that will be delivered to a consumer again. */
export interface PendingRetry extends RetryState {
	eventId: string;
}

/** The state after one more failure. */
export function afterFailure(previous: RetryState | undefined, failure: unknown): RetryState {
	const { tries = 0, attempts = 0 } = previous ?? {};
	return {
		tries: isTransient(failure) ? tries : tries + 1,
		attempts: attempts + 1,
		reason: failure instanceof Error ? failure.message : String(failure),
	};
}

/** The delay before the next delivery after this many `attempts`, in milliseconds; shorter where the last failure is transient. */
export function retryDelay(attempts: number, { firstDelayMs }: RetryPolicy, failure: unknown): number {
	return backoff(attempts, firstDelayMs, isTransient(failure) ? LONGEST_TRANSIENT_DELAY_MS : LONGEST_DELAY_MS);
}

/** @throws the handler's error; Error after 30 s: the handler goes on, but its outcome is ignored */
export function handleInTime(handle: (event: CloudEvent) => Promise<void>, event: CloudEvent): Promise<void> {
	const late = () => new Error(`took longer than ${HANDLE_DEADLINE_MS} ms`);
	return withDeadline(handle(event), HANDLE_DEADLINE_MS, late);
}
