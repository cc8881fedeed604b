const AGAIN_AFTER_MS = 10_000;

/** Keeps what may be true for long from filling the log: one line in ten seconds. */
export class NowAndThen {
	private saidAt = -Infinity;

	/** Whether to say it, the first time or again; then it counts as said. */
	isTime(): boolean {
		const now = performance.now();
		if (now - this.saidAt < AGAIN_AFTER_MS) return false;
		this.saidAt = now;
		return true;
	}
}
