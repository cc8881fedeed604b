import type { Logger } from "moleculer";
import type { Clock } from "../domain/clock";
import type { Collection, Stored } from "../store/store";

const LOOK_EVERY_MS = 250;
const LIMIT = 1_000;
const AT_ONCE = 100;
/** How long a document is left alone after work on it failed. */
const REST_MS = 1_000;

/** The index that a collection with due work declares. */
export const DUE_INDEX = { due: ["dueAt"] } as const;

/** A document that says by itself when something is next to be done about it. */
export interface Due extends Stored {
	/** Milliseconds since 1970; absent when nothing is due ever. */
	dueAt?: number;
}

export interface DueWorkOptions<D extends Due> {
	collection: Collection<D>;
	clock: Clock;
	logger: Logger;
	/** How many documents are worked on at the same time. */
	atOnce?: number;
	/**
	 * Does what is due and moves `dueAt` on, by a conditional write: several processes look at the same documents.
	 * A rejection is logged, and the document is met again after a pause.
	 */
	work(document: D): Promise<void>;
}

/** Looks for documents whose time has come, a few times a second, and works on them. Survives restarts, as the time is in the document. */
export class DueWork<D extends Due> {
	private timer: NodeJS.Timeout | undefined;
	private looking: Promise<void> | undefined;
	private readonly working = new Map<string, Promise<void>>();
	/** Documents on which work failed, and until when they are left alone. */
	private readonly resting = new Map<string, number>();

	constructor(private readonly options: DueWorkOptions<D>) {}

	start(): void {
		this.timer ??= setInterval(() => {
			this.looking ??= this.look().finally(() => (this.looking = undefined));
		}, LOOK_EVERY_MS);
	}

	async stop(): Promise<void> {
		clearInterval(this.timer);
		this.timer = undefined;
		await this.looking;
		await Promise.all(this.working.values());
	}

	private async look(): Promise<void> {
		const { collection, clock, logger, atOnce = AT_ONCE } = this.options;
		for (const [id, until] of this.resting) if (until <= performance.now()) this.resting.delete(id);
		try {
			const limit = Math.min(LIMIT, this.working.size + this.resting.size + atOnce);
			const due = await collection.query("due", { until: clock.now(), limit });
			for (const document of due) {
				if (this.working.size >= atOnce || this.timer === undefined) return;
				if (!this.working.has(document._id) && !this.resting.has(document._id)) this.take(document);
			}
		} catch (error) {
			logger.warn("Looking for due work failed and is tried again", error);
		}
	}

	private take(document: D): void {
		const worked = this.options
			.work(document)
			.catch((error) => {
				this.resting.set(document._id, performance.now() + REST_MS);
				this.options.logger.warn(`What was due for ${document._id} failed and is tried again`, error);
			})
			.finally(() => this.working.delete(document._id));
		this.working.set(document._id, worked);
	}
}
