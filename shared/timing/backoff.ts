/**
 * The pause before the next try, in milliseconds: `firstMs` after the first failure, twice as long after each further one, never more
 * than `longestMs`.
 * @param failures how many tries have failed so far, from 1
 */
export function backoff(failures: number, firstMs: number, longestMs: number): number {
	// Beyond 2 ** 30 every `longestMs` is reached, and the product would lose precision.
	return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
