/** Where the shop takes its time from, so that tests can move it. Milliseconds since 1970, UTC. */
export interface Clock {
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** RFC 3339 in UTC with milliseconds. */
export function toRfc3339(ms: number): string {
	return new Date(ms).toISOString();
}

/** Rejects with `onLate()` when `promise` has not settled after `ms`; what the promise stands for goes on. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, onLate: () => Error): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(onLate()), ms);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}
