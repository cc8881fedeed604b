import { setTimeout as sleep } from "node:timers/promises";

const AGAIN_AFTER_MS = 250;

export interface Wait<T> {
	attempt(): Promise<T>;
	/** Whether to stop waiting; checked after each failure and after each pause. */
	isOver(): boolean;
	/** Handles a failed attempt. An error that it throws ends the waiting. */
	onFailure(error: unknown): void | Promise<void>;
}

/**
 * Repeats an attempt 250 ms after each failure until it succeeds. Resolves with its result, or with undefined once `isOver` returns true.
 * @throws the error that `onFailure` throws
 */
export async function waitUntilThere<T>({ attempt, isOver, onFailure }: Wait<T>): Promise<T | undefined> {
	for (;;) {
		try {
			return await attempt();
		} catch (error) {
			if (isOver()) return undefined;
			await onFailure(error);
		}
		if (!isOver()) await sleep(AGAIN_AFTER_MS);
		if (isOver()) return undefined;
	}
}
