/** Counts of one slot of time. `at`: RFC 3339, when it began. */
export type Slot<Name extends string> = { at: string } & Record<Name, number>;

/** Series by name over `times`, which are seconds since 1970, as a chart takes them. */
export interface Rates<Name extends string> {
	times: number[];
	series: Record<Name, number[]>;
}

const MINUTE_MS = 60_000;

/**
 * How many of each there were in the minute before each slot's end, so that few and many sales make a line that is read as "a minute". The last slot,
 * which is not over, is left out, as is the first minute, of which a part is not known.
 */
export function perMinute<Name extends string>(
	slots: ReadonlyArray<Slot<Name>>,
	slotMs: number,
	names: readonly Name[],
): Rates<Name> {
	const whole = slots.slice(0, -1);
	const window = Math.max(1, Math.round(MINUTE_MS / slotMs));
	const ends = whole.map((_, index) => index + 1).filter((end) => end >= window);
	const sum = (name: Name, end: number) => whole.slice(end - window, end).reduce((all, slot) => all + slot[name], 0);
	return {
		times: ends.map((end) => (Date.parse(whole[end - 1]!.at) + slotMs) / 1_000),
		series: Object.fromEntries(names.map((name) => [name, ends.map((end) => sum(name, end))])) as Rates<Name>["series"],
	};
}
