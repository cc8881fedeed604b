import type { CloudEvent } from "../event";

/** All that keeps an event of the log, however old it is. */
export interface Retention {
	/** Events up to this time may go, in milliseconds since 1970. */
	until: number;
	/** By consumer that is known, its saved position; 0 where it has none yet. */
	positions: ReadonlyMap<string, number>;
	/** The positions of events that are handled again. */
	retried: ReadonlySet<number>;
	/** The ids of events that consumers gave up: an operator may replay them. */
	dead: ReadonlySet<string>;
	/** The last position of the log. Its event stays, because the next position follows from it. */
	newest: number;
}

/** An event of the log with its position. */
export type Entry = readonly [position: number, event: CloudEvent];

/** Whether the event is old enough to be removed. */
export function isOld([, { time }]: Entry, until: number): boolean {
	return Date.parse(time) <= until;
}

/**
 * The position that every known consumer has passed. A log that nobody has read is kept as it is: the first consumer gets all of it.
 */
export function passedByAll(positions: ReadonlyMap<string, number>): number {
	return positions.size === 0 ? 0 : Math.min(...positions.values());
}

/** The entries that may be removed: old ones that every known consumer has passed and nobody will ask for again. */
export function removable(entries: readonly Entry[], retention: Retention): Entry[] {
	const { until, positions, retried, dead, newest } = retention;
	const passed = passedByAll(positions);
	return entries.filter(
		(entry) =>
			entry[0] <= passed &&
			entry[0] < newest &&
			isOld(entry, until) &&
			!retried.has(entry[0]) &&
			!dead.has(entry[1].id),
	);
}
