/** The weight of the latest request in the share of refused ones: it follows some hundred of them. */
const WEIGHT = 0.01;
/** The share is forgotten after as long without a request, in milliseconds. */
const FORGOTTEN_AFTER_MS = 10_000;
const LONGEST_S = 10;

/** How long refused clients are asked to wait: longer where more are refused, and half of it by chance, so that not all ask at once. */
export class RetryAfter {
	/** A moving mean, from 0 to 1. */
	private refusedShare = 0;
	/** In milliseconds of `performance.now()`. */
	private notedAt = 0;

	/** @param random returns a number from 0 to below 1 */
	constructor(private readonly random: () => number) {}

	/** Counts a request. */
	note(isRefused: boolean): void {
		const now = performance.now();
		if (now - this.notedAt > FORGOTTEN_AFTER_MS) this.refusedShare = 0;
		this.notedAt = now;
		this.refusedShare += WEIGHT * (Number(isRefused) - this.refusedShare);
	}

	/** From 1 to 10. */
	get seconds(): number {
		return 1 + Math.floor(this.refusedShare * (0.5 + this.random() / 2) * (LONGEST_S - 1));
	}
}
