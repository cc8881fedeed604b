/** Where the shop takes its time from, so that tests can move it. Milliseconds since 1970, UTC. */
export interface Clock {
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** RFC 3339 in UTC with milliseconds. */
export function toRfc3339(ms: number): string {
	return new Date(ms).toISOString();
}
