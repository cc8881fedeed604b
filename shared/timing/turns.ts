/** Steps that came to more than this in one turn of the event loop let others have theirs. */
const STEPS_MS = 5;

/** When the first step of this turn began, in milliseconds of `performance.now()`. */
let begun: number | undefined;
/** Settles after the turn of the last caller in the line. */
let last: Promise<void> | undefined;

/**
 * Await this before each step of a read that may be long. It resolves at once where steps have taken little of this turn of the event loop;
 * else in a later turn, for one caller in each. So short requests wait for one step only, however many long reads there are.
 */
export async function nextStep(): Promise<void> {
	const isLong = begun !== undefined && performance.now() - begun > STEPS_MS;
	if (last || isLong) {
		const turn = (last ?? Promise.resolve()).then(() => new Promise<void>(setImmediate));
		last = turn;
		await turn;
		if (last === turn) last = undefined;
	}
	if (begun !== undefined) return;
	begun = performance.now();
	setImmediate(() => (begun = undefined));
}
