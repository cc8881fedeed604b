import type { Logger } from "moleculer";
import type { Clock } from "./clock";
import type { Collection, Stored } from "./store";

const LOOK_EVERY_MS = 250;
const LIMIT = 100;

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
	/**
	 * Does what is due and moves `dueAt` on, by a conditional write: several processes look at the same documents.
	 * A rejection is logged, and the document is met again at the next look.
	 */
	work(document: D): Promise<void>;
}

/** Looks for documents whose time has come, a few times a second, and works on them. Survives restarts, as the time is in the document. */
export class DueWork<D extends Due> {
	private timer: NodeJS.Timeout | undefined;
	private round: Promise<void> = Promise.resolve();
	private running = false;

	constructor(private readonly options: DueWorkOptions<D>) {}

	start(): void {
		this.timer ??= setInterval(() => {
			if (this.running) return;
			this.running = true;
			this.round = this.look().finally(() => (this.running = false));
		}, LOOK_EVERY_MS);
	}

	async stop(): Promise<void> {
		clearInterval(this.timer);
		this.timer = undefined;
		await this.round;
	}

	private async look(): Promise<void> {
		const { collection, clock, logger, work } = this.options;
		try {
			const due = await collection.query("due", { until: clock.now(), limit: LIMIT });
			const worked = await Promise.allSettled(due.map(work));
			for (const result of worked) {
				if (result.status === "rejected") logger.warn("Work that was due failed and is tried again", result.reason);
			}
		} catch (error) {
			logger.warn("Looking for due work failed and is tried again", error);
		}
	}
}
