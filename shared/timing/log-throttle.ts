const AGAIN_AFTER_MS = 10_000;

/** Keeps what may be true for long from filling the log: the same line once in ten seconds. */
export class LogThrottle {
	private readonly said = new Map<string, number>();

	/** Whether to say it, the first time or again; then it counts as said. */
	allows(line: string): boolean {
		const now = performance.now();
		for (const [old, at] of this.said) if (now - at >= AGAIN_AFTER_MS) this.said.delete(old);
		if (this.said.has(line)) return false;
		this.said.set(line, now);
		return true;
	}
}
