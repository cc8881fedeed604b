import type { Logger } from "moleculer";
import type { Clock } from "../domain/clock";
import type { Collection, Stored } from "../store/store";

const LOOK_EVERY_MS = 250;
/** One look reads at most this many documents. */
const LOOK_LIMIT = 1_000;
/** Default of {@link DueWorkOptions.atOnce}. */
const AT_ONCE = 100;
/** Pause after work on a document failed. */
const REST_MS = 1_000;

/** The index that a collection with due work declares. */
export const DUE_INDEX = { due: ["dueAt"] } as const;

/** A document that says when the next work on it is due. */
export interface Due extends Stored {
	/** Milliseconds since 1970; absent while nothing is due. */
	dueAt?: number;
}

export interface DueWorkOptions<D extends Stored> {
	collection: Collection<D>;
	clock: Clock;
	logger: Logger;
	/** The index by the time when the work is due, in milliseconds since 1970; that of {@link DUE_INDEX} by default. */
	index?: string;
	/** Documents that may be worked on at the same time now; 100 by default. */
	atOnce?(): number;
	/**
	 * For work outside the store, which two processes must not do at the same time: returns the document with a later `dueAt`. The document is
	 * saved before the work begins, and a process whose save comes too late leaves the work to the other one. Without `claim`, the
	 * conditional writes of `work` itself decide between processes.
	 * @param now milliseconds since 1970
	 */
	claim?(document: D, now: number): D;
	/** Does the work, and moves `dueAt` on or removes it. A rejection is logged, and the work is tried again after a pause. */
	work(document: D): Promise<void>;
}

/**
 * Looks four times a second for documents whose time has come, and works on them; while more wait than may be worked on at once, it looks again as
 * soon as one is done. The time is in the document, so it survives restarts.
 */
export class DueWork<D extends Stored> {
	private timer: NodeJS.Timeout | undefined;
	private looking: Promise<void> | undefined;
	/** The last look left documents for which there was no place. */
	private isBehind = false;
	private readonly working = new Map<string, Promise<void>>();
	/** Documents on which work failed, and the end of their pause in milliseconds of `performance.now()`. */
	private readonly resting = new Map<string, number>();

	constructor(private readonly options: DueWorkOptions<D>) {}

	start(): void {
		this.timer ??= setInterval(() => this.lookOnce(), LOOK_EVERY_MS);
	}

	/** Waits for work under way. */
	async stop(): Promise<void> {
		clearInterval(this.timer);
		this.timer = undefined;
		await this.looking;
		await Promise.all(this.working.values());
	}

	/** Whether a document that becomes due now may be worked on at once, by {@link workNow}. */
	get hasRoom(): boolean {
		return this.timer !== undefined && this.free > 0;
	}

	/** Works on a document that its caller has just saved as claimed: one write less than to save it as due, and to claim it then. */
	workNow(claimed: D): void {
		this.track(claimed, this.options.work(claimed));
	}

	private get free(): number {
		return (this.options.atOnce?.() ?? AT_ONCE) - this.working.size;
	}

	private lookOnce(): void {
		this.looking ??= this.look().finally(() => {
			this.looking = undefined;
			// A place became free during the look.
			if (this.isBehind && this.free > 0 && this.timer) this.lookOnce();
		});
	}

	private async look(): Promise<void> {
		const { collection, clock, logger, index = "due" } = this.options;
		for (const [id, until] of this.resting) if (until <= performance.now()) this.resting.delete(id);
		this.isBehind = false;
		try {
			const limit = Math.min(LOOK_LIMIT, this.working.size + this.resting.size + Math.max(this.free, 0) + 1);
			const due = await collection.query(index, { until: clock.now(), limit });
			for (const document of due) {
				if (this.timer === undefined) return;
				if (this.working.has(document._id) || this.resting.has(document._id)) continue;
				this.isBehind = this.free <= 0;
				if (this.isBehind) return;
				this.track(document, this.claimAndWork(document));
			}
		} catch (error) {
			logger.warn("Looking for due work failed and is tried again", error);
		}
	}

	private track({ _id }: D, work: Promise<void>): void {
		const worked = work
			.catch((error) => {
				this.resting.set(_id, performance.now() + REST_MS);
				this.options.logger.warn(`Due work on ${_id} failed and is tried again`, error);
			})
			.finally(() => {
				this.working.delete(_id);
				if (this.isBehind && this.timer) this.lookOnce();
			});
		this.working.set(_id, worked);
	}

	private async claimAndWork(document: D): Promise<void> {
		const { collection, clock, claim, work } = this.options;
		const claimed = claim ? await collection.save(claim(document, clock.now()), document) : document;
		if (claimed) await work(claimed);
	}
}
