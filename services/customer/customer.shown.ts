import { busy } from "../../shared/domain/refusals";
import type { Collection, Store, Stored } from "../../shared/store/store";

/** Which generation of the view is shown. */
export interface Shown extends Stored {
	generation: string;
	/** A rebuild gets this one ready: what is folded into the shown one goes into this one too. */
	next?: { generation: string };
}

/**
 * The document that says what is shown. Rebuilds write it, and who removes what they left, each time on condition that nobody wrote before: so they
 * follow one another, and a generation that was shown or flagged and is not any more never will be again.
 */
export class ShownGeneration {
	private readonly documents: Collection<Shown>;
	private known: Shown | undefined;
	/** When this process first saw it as it is, by {@link performance}. */
	private seenAt = 0;
	/** Reads and writes of this process follow one another, so that what was seen last is the newest. */
	private turn: Promise<unknown> = Promise.resolve();
	private waiting: Promise<Shown> | undefined;

	constructor(store: Store) {
		this.documents = store.collection<Shown>("shown");
	}

	/** As it was when this process looked last. */
	get last(): Shown {
		return this.known!;
	}

	/** Makes `generation` the shown one where there is none yet; several processes may do so at the same time. */
	async open(generation: string): Promise<void> {
		if (!(await this.documents.load("shown"))) await this.documents.save({ _id: "shown", generation }, undefined);
		await this.look();
	}

	/** What is shown, by a read that begins after this call. Calls that wait for their read to begin share it. */
	look(): Promise<Shown> {
		this.waiting ??= this.inTurn(() => {
			this.waiting = undefined;
			return this.read();
		});
		return this.waiting;
	}

	/** Resolves with what is shown from now on, or undefined where another write came first. */
	change(to: Pick<Shown, "generation" | "next">, before: Shown): Promise<Shown | undefined> {
		const { generation, next } = to;
		return this.inTurn(async () => {
			const saved = await this.documents.save({ _id: "shown", generation, ...(next && { next }) }, before);
			if (saved) this.know(saved);
			return saved;
		});
	}

	/** For how long this process has seen it as it is, in milliseconds. No other process's clock has a say in it. */
	unchangedForMs(): number {
		return performance.now() - this.seenAt;
	}

	private async read(): Promise<Shown> {
		const shown = await this.documents.load("shown");
		if (!shown) throw busy("STORE_UNAVAILABLE", "It cannot be seen now which view is shown.");
		this.know(shown);
		return this.last;
	}

	private know(shown: Shown): void {
		if (shown.rev === this.known?.rev) return;
		this.known = shown;
		this.seenAt = performance.now();
	}

	private inTurn<T>(work: () => Promise<T>): Promise<T> {
		const done = this.turn.catch(() => undefined).then(work);
		this.turn = done;
		return done;
	}
}
