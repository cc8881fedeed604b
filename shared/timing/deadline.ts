/** Settles as `promise` does, or rejects with `onLate()` after `ms` milliseconds. The work behind the promise goes on then. */
export function withDeadline<T>(promise: Promise<T>, ms: number, onLate: () => Error): Promise<T> {
	// Not by Promise.race: this runs for each write and each delivery of an event, and makes fewer promises.
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(onLate()), ms);
		const settle =
			<Outcome>(act: (outcome: Outcome) => void) =>
			(outcome: Outcome) => {
				clearTimeout(timer);
				act(outcome);
			};
		promise.then(settle(resolve), settle(reject));
	});
}

/** Runs `work` with a signal that fires after `ms` milliseconds, unless the work has settled before. */
export async function withSignal<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const controller = new AbortController();
	const timer = setTimeout(() => controller.abort(new DOMException("The time is over.", "TimeoutError")), ms);
	try {
		return await work(controller.signal);
	} finally {
		clearTimeout(timer);
	}
}
