/** No write is begun behind one that waits for longer, as for a process that was frozen during its own: a queued write cannot be taken back. */
const STUCK_MS = 1_500;

/** The writes that an environment has not finished yet. They are done in the order in which they were begun. */
export class WritesUnderWay {
	/** When each was begun, in milliseconds of `performance.now()`; the oldest comes first. */
	private readonly begun = new Map<Promise<unknown>, number>();

	/** Whether the oldest waits for too long. */
	get stuck(): boolean {
		for (const since of this.begun.values()) return performance.now() - since > STUCK_MS;
		return false;
	}

	add<T>(write: Promise<T>): Promise<T> {
		const end = () => this.begun.delete(write);
		this.begun.set(write, performance.now());
		write.then(end, end);
		return write;
	}
}
