/** Runs tasks of one key one after the other, and tasks of different keys at the same time. */
export class KeyedQueue {
	private readonly last = new Map<string, Promise<unknown>>();

	/** Runs the task once all earlier ones of this key have settled. Resolves or rejects as the task does. */
	async run<T>(key: string, task: () => Promise<T> | T): Promise<T> {
		const before = this.last.get(key) ?? Promise.resolve();
		const done = before.then(task, task);
		this.last.set(key, done);
		try {
			return await done;
		} finally {
			if (this.last.get(key) === done) this.last.delete(key);
		}
	}
}
