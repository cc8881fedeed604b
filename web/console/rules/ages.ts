export type Unit = "second" | "minute" | "hour" | "day";

const UNITS: ReadonlyArray<[unit: Unit, ms: number]> = [
	["day", 86_400_000],
	["hour", 3_600_000],
	["minute", 60_000],
];

/** A duration in the largest unit of which it has two at least, so that it is read at a glance. `ms` below zero counts as zero. */
export function ageOf(ms: number): { count: number; unit: Unit } {
	for (const [unit, length] of UNITS) if (ms >= 2 * length) return { count: Math.floor(ms / length), unit };
	return { count: Math.max(0, Math.floor(ms / 1_000)), unit: "second" };
}

/** Milliseconds from `since` until `now`, both RFC 3339; clocks that differ a little make no negative age. */
export function msSince(since: string, now: string): number {
	return Math.max(0, Date.parse(now) - Date.parse(since));
}
