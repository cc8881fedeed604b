const AGAIN_AFTER_MS = 10_000;

/** Allows the same log line once in 10 s, so that a condition that lasts does not fill the log. */
export class LogThrottle {
	/** When each line was last allowed, in milliseconds. */
	private readonly allowedAt = new Map<string, number>();

	/** Whether this line may be logged now; if so, it counts as logged. */
	allows(line: string): boolean {
		const now = performance.now();
		for (const [old, at] of this.allowedAt) if (now - at >= AGAIN_AFTER_MS) this.allowedAt.delete(old);
		if (this.allowedAt.has(line)) return false;
		this.allowedAt.set(line, now);
		return true;
	}
}
