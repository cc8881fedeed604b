import { setTimeout as sleep } from "node:timers/promises";

const AGAIN_AFTER_MS = 250;

export interface Wait<T> {
	attempt(): Promise<T>;
	/** Whether nobody waits any more; asked after each failure and after each pause. */
	isOver(): boolean;
	/** Reports why an attempt failed. What it throws ends the waiting. */
	onFailure(error: unknown): void | Promise<void>;
}

/**
 * Attempts something again 250 ms after each failure, until it succeeds. Resolves with its result, or with undefined where the waiting is
 * over before.
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
