const BEAT_MS = 250;
/** Shorter than the 3 s after which others take a frozen process for dead and refuse its calls; longer than any usual pause. */
const STANDSTILL_MS = 2_000;
/** A request that is read within this time after a standstill may have waited in a socket meanwhile. */
const BACKLOG_MS = 1_000;

/**
 * Notices that this process stood still for more than 2 s: it was frozen, or its event loop was blocked. It compares no clocks: the monotonic
 * time of `performance.now()` goes on while a process is frozen.
 */
export class Standstill {
	private timer: NodeJS.Timeout | undefined;
	/** In milliseconds of `performance.now()`, as all times here. */
	private beatAt = 0;
	private endedAt = -Infinity;

	/** `onEnd` is called after each standstill, with its length in milliseconds. */
	constructor(
		private readonly onEnd: (ms: number) => void,
		private readonly now = () => performance.now(),
	) {}

	start(): void {
		this.beatAt = this.now();
		this.timer ??= setInterval(() => this.beat(), BEAT_MS).unref();
	}

	stop(): void {
		clearInterval(this.timer);
		this.timer = undefined;
	}

	/** Whether what arrived at `since` may have waited while the process stood still, or the process has stood still since then. */
	concerns(since: number): boolean {
		// After a standstill, sockets are read before timers run.
		this.beat();
		return since < this.endedAt + BACKLOG_MS;
	}

	private beat(): void {
		if (!this.timer) return;
		const now = this.now();
		const ms = now - this.beatAt;
		this.beatAt = now;
		if (ms <= STANDSTILL_MS) return;
		this.endedAt = now;
		this.onEnd(ms);
	}
}
