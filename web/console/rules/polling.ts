const LONGEST_MS = 15_000;

/** When to look again, in milliseconds: at the usual pace, and more and more seldom while the shop does not answer. `failures`: in a row. */
export function nextLookMs(everyMs: number, failures: number): number {
	return failures === 0 ? everyMs : Math.min(everyMs * 2 ** failures, Math.max(LONGEST_MS, everyMs));
}
