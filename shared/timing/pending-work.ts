/** Work of keys that has not settled yet, for those who wait for it. */
export class PendingWork {
	private readonly pending = new Map<string, Set<Promise<unknown>>>();

	/** Settles as `work` does. */
	async track<T>(key: string, work: Promise<T>): Promise<T> {
		const works = this.pending.get(key) ?? new Set();
		this.pending.set(key, works.add(work));
		try {
			return await work;
		} finally {
			works.delete(work);
			if (works.size === 0) this.pending.delete(key);
		}
	}

	/** Resolves once the work of this key that is pending now has settled, or after `ms` milliseconds. */
	async settled(key: string, ms: number): Promise<void> {
		const works = this.pending.get(key);
		if (!works) return;
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
		await Promise.race([Promise.allSettled(works), late]);
		clearTimeout(timer);
	}
}
