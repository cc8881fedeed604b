import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Codes of refusals because of too many requests. All others, as where something is away or not ready, come at once. */
const OF_TOO_MANY: ReadonlySet<string> = new Set(["OVERLOADED", "PAYMENT_UNAVAILABLE", "TOO_MANY_GUESSES"]);
/** A refusal is held back until its request has taken this long at most: clients that get no answer for much longer ask again on another connection. */
const LONGEST_HELD_MS = 2_000;
/** Refusals that are held back at the same time; further ones are sent at once. They count as requests under way, and leave places for others. */
export const HELD_LIMIT = 4_000;

/** Whether a refusal of this code may be held back. */
export function isOfTooMany(code: string): boolean {
	return OF_TOO_MANY.has(code);
}

/**
 * Holds back the refusals of connections that ask again before their Retry-After is over: refusing them as fast as they ask would keep the
 * process busy.
 */
export class ImpatientClients {
	/** By connection, when its Retry-After is over, in milliseconds of `performance.now()`. */
	private readonly askAgainAt = new WeakMap<Socket, number>();
	private held = 0;

	/**
	 * Resolves when the connection's next refusal may be sent, with this Retry-After. `tookMs`: how long the request took already. An answer that took
	 * two seconds is not held back.
	 */
	async hold(socket: Socket, retryAfterS: number, tookMs: number): Promise<void> {
		const earlyMs = (this.askAgainAt.get(socket) ?? 0) - performance.now();
		const holdMs = Math.min(earlyMs, LONGEST_HELD_MS - tookMs);
		if (holdMs > 0 && this.held < HELD_LIMIT) {
			this.held++;
			await sleep(holdMs);
			this.held--;
		}
		this.askAgainAt.set(socket, performance.now() + retryAfterS * 1_000);
	}
}
