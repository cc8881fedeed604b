/** Settles as `promise` does, or rejects with `onLate()` after `ms` milliseconds. The work behind the promise goes on then. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, onLate: () => Error): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(onLate()), ms);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}
