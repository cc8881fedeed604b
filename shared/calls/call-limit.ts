import { RetryAfter } from "../timing/retry-after";

/** The limit begins with it, so that a short burst is taken as a whole. */
const MOST = 1_000;
/** A call that the service was too full for means that there are too many: a tenth fewer from then on. */
const SHRINK = 0.9;
/** Each call that was taken, and needed the limit, widens it: twenty of them by one. */
const GROW = 0.05;
/** The share of the limit from which on calls need it. */
const NEARLY = 0.9;

/**
 * A limit of calls under way to a service that refuses those beyond what it can take. It follows the number that the service takes, which may change
 * and is shared with other processes (additive increase, multiplicative decrease, as in TCP). So most callers are turned away before work for
 * them is begun.
 */
export class CallLimit {
	private limit = MOST;
	private underWay = 0;
	private readonly retryAfter: RetryAfter;

	/** @param random returns a number from 0 to below 1 */
	constructor(random: () => number) {
		this.retryAfter = new RetryAfter(random);
	}

	/** Seconds until a caller that was turned away may ask again. */
	get retryAfterS(): number {
		return this.retryAfter.seconds;
	}

	/** Whether one more caller may call; one that may not is counted as turned away. */
	hasRoom(): boolean {
		const hasRoom = this.underWay < Math.floor(this.limit);
		this.retryAfter.note(!hasRoom);
		return hasRoom;
	}

	/** Makes a call, which calls `wasFull` where the service was too full for it. @throws the call's error */
	async run<T>(call: (wasFull: () => void) => Promise<T>): Promise<T> {
		let isTooMuch = false;
		this.underWay++;
		try {
			return await call(() => (isTooMuch = true));
		} finally {
			if (isTooMuch) this.limit = Math.max(1, Math.min(this.limit, this.underWay * SHRINK));
			else if (this.underWay >= this.limit * NEARLY) this.limit = Math.min(MOST, this.limit + GROW);
			this.underWay--;
		}
	}
}
