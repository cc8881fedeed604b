/**
 * Runs tasks, a limited number at the same time. Keys take turns, so that a key with many tasks does not hold up the others; tasks of one key
 * begin in the order in which they came.
 */
export class FairQueue {
	/** Tasks that wait for their turn, by key; the first key is the next one. */
	private readonly waiting = new Map<string, Array<() => void>>();
	private readonly running = new Map<string, number>();
	private total = 0;

	/** `limit`: tasks that run at the same time; `limitOfKey`: those of one key among them. */
	constructor(
		private readonly limit: number,
		private readonly limitOfKey: number,
	) {}

	/** Runs the task once it is its turn, at once where nothing is in its way. Resolves or rejects as the task does. */
	run<T>(key: string, task: () => Promise<T>): Promise<T> {
		return new Promise((resolve) => {
			const start = () => resolve(this.runNow(key, task));
			const others = this.waiting.get(key);
			if (others) others.push(start);
			else if (this.mayStart(key)) start();
			else this.waiting.set(key, [start]);
		});
	}

	private async runNow<T>(key: string, task: () => Promise<T>): Promise<T> {
		this.total++;
		this.running.set(key, (this.running.get(key) ?? 0) + 1);
		try {
			return await task();
		} finally {
			this.total--;
			const left = this.running.get(key)! - 1;
			if (left > 0) this.running.set(key, left);
			else this.running.delete(key);
			this.startNext();
		}
	}

	private mayStart(key: string): boolean {
		return this.total < this.limit && (this.running.get(key) ?? 0) < this.limitOfKey;
	}

	private startNext(): void {
		// A key that is put back at the end of the map comes up again in this loop.
		for (const [key, tasks] of this.waiting) {
			if (this.total >= this.limit) return;
			if (!this.mayStart(key)) continue;
			const start = tasks.shift()!;
			this.waiting.delete(key);
			if (tasks.length > 0) this.waiting.set(key, tasks);
			start();
		}
	}
}
