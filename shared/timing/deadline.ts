/** Rejects with `onLate()` when `promise` has not settled after `ms`; what the promise stands for goes on. */
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
