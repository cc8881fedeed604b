/** The shop's source of time, in milliseconds since 1970 (UTC). Tests move it. */
export interface Clock {
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Formats milliseconds since 1970 as RFC 3339, in UTC with milliseconds. */
export function toRfc3339(ms: number): string {
	return new Date(ms).toISOString();
}
