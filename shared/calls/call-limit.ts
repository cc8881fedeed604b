import { RetryAfter } from "../timing/retry-after";

/** The limit begins with it, so that a short burst is taken as a whole. */
const MOST = 1_000;
/** A call that the service was too full for means that there are too many: a tenth fewer from then on. */
const SHRINK = 0.9;
/** Each attempt that the service was not too full for, and that needed the limit, widens it: twenty of them by one. */
const GROW = 0.05;
/** The share of the limit from which on attempts need it. */
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

	/** Whether one more caller may call. */
	get hasRoom(): boolean {
		return this.underWay < Math.floor(this.limit);
	}

	/** Counts a caller who is turned away, and returns the seconds until it may ask again. */
	turnAway(): number {
		this.retryAfter.note(true);
		return this.retryAfter.seconds;
	}

	/** Makes an attempt, which calls `wasFull` once where the service was too full for it. @throws the attempt's error */
	async run<T>(attempt: (wasFull: () => void) => Promise<T>): Promise<T> {
		let isInside = true;
		this.underWay++;
		this.retryAfter.note(false);
		// The limit shrinks at once: when this attempt ends, the calls that filled the service may be over.
		const wasFull = () => {
			this.limit = Math.max(1, Math.min(this.limit, this.underWay * SHRINK));
			this.underWay--;
			isInside = false;
		};
		try {
			return await attempt(wasFull);
		} finally {
			if (isInside) {
				if (this.underWay >= Math.floor(this.limit) * NEARLY) this.limit = Math.min(MOST, this.limit + GROW);
				this.underWay--;
			}
		}
	}
}
