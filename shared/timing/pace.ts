/** Requests that may be under way at once, between these bounds. */
const NARROWEST = 4;
const WIDEST = 64;
/** An answer that takes longer is slow. */
const SLOW_MS = 1_000;

/** The number of requests that a server can take at once, as its answers show. Times are in milliseconds of `performance.now()`. */
export interface Pace {
	width: number;
	/** A request that began before this says nothing new. */
	narrowedAt: number;
}

export interface Answered {
	beganAt: number;
	endedAt: number;
	failed: boolean;
}

export const FIRST_PACE: Pace = { width: NARROWEST, narrowedAt: 0 };

/**
 * The pace after one more answer: additive increase, multiplicative decrease. Quick answers to one width of requests widen it by one. A slow or
 * failed answer halves it, once for all requests that were under way then.
 */
export function paceAfter(pace: Pace, { beganAt, endedAt, failed }: Answered): Pace {
	const { width, narrowedAt } = pace;
	const isQuick = !failed && endedAt - beganAt <= SLOW_MS;
	if (isQuick) return { width: Math.min(WIDEST, width + 1 / width), narrowedAt };
	if (beganAt < narrowedAt) return pace;
	return { width: Math.max(NARROWEST, width / 2), narrowedAt: endedAt };
}
