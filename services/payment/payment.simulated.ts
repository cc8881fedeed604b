import { setTimeout as sleep } from "node:timers/promises";
import type { Database, RootDatabase } from "lmdb";
import type { SimulatedFaults } from "../../config";
import { type Clock, toRfc3339 } from "../../shared/clock";
import { checkRoom, LmdbReader, openEnvironment } from "../../shared/lmdb-store";
import type { CardDetails, CardProcessor, Outcome, ProcessorPayment } from "./payment.gateway";

/** Folder of the simulated processor's own database, shared by all payment processes. */
export const PROVIDER_FOLDER = "provider";

const JOURNAL = "journal";

/** Endings of the card numbers that are declined, and why; every other card has money. */
const DECLINED_ENDINGS: Readonly<Record<string, string>> = {
	"0002": "CARD_DECLINED",
	"9995": "INSUFFICIENT_FUNDS",
	"0119": "CARD_PROCESSING_ERROR",
};

/** What the processor really did, as it would be on its statement. */
export interface JournalEntry extends ProcessorPayment {
	/** From 1, without a gap. */
	seq: number;
	/** RFC 3339. */
	at: string;
	type: "captured" | "declined" | "voided" | "refunded";
}

interface Decided {
	outcome: Outcome;
	refunded?: boolean;
}

export interface SimulatedOptions {
	path: string;
	durable: boolean;
	faults: SimulatedFaults;
	clock: Clock;
	/** 0 to below 1. */
	random(): number;
}

/** Stands in for a card processor, with a memory of its own that outlives the shop's, and with faults on demand. */
export class SimulatedProcessor implements CardProcessor {
	private books: Books | undefined;
	private readonly slots: Slots;

	constructor(private readonly options: SimulatedOptions) {
		this.slots = new Slots(options.faults.concurrency);
	}

	async open(): Promise<void> {
		this.books ??= new Books(this.options.path, openEnvironment(this.options.path, this.options.durable));
	}

	async close(): Promise<void> {
		const books = this.books;
		this.books = undefined;
		await books?.environment.close();
	}

	capture(payment: ProcessorPayment, { cardNo }: CardDetails, signal: AbortSignal): Promise<Outcome> {
		const code = DECLINED_ENDINGS[cardNo.slice(-4)];
		return this.serve(signal, async (books, at) => {
			const outcome = await books.decide(payment, code ? { status: "declined", code } : { status: "captured" }, at);
			return this.strikes("loseAnswerRate") ? aborted(signal) : outcome;
		});
	}

	settle(payment: ProcessorPayment, signal: AbortSignal): Promise<Outcome> {
		return this.serve(signal, (books, at) => books.decide(payment, { status: "voided" }, at));
	}

	refund(payment: ProcessorPayment, signal: AbortSignal): Promise<void> {
		return this.serve(signal, (books, at) => books.refund(payment, at));
	}

	/** A processor that is sick is so for every call. */
	private async serve<T>(signal: AbortSignal, work: (books: Books, at: string) => Promise<T>): Promise<T> {
		const { faults, clock } = this.options;
		await this.slots.take(signal);
		try {
			if (faults.latencyMs > 0) await sleep(faults.latencyMs, undefined, { signal });
			if (this.strikes("failRate")) throw new Error("the card processor answered with an error");
			if (this.strikes("hangRate")) return await aborted(signal);
			if (!this.books) throw new Error("the card processor is closed");
			return await Promise.race([work(this.books, toRfc3339(clock.now())), aborted(signal)]);
		} finally {
			this.slots.give();
		}
	}

	private strikes(fault: "failRate" | "hangRate" | "loseAnswerRate"): boolean {
		return this.options.random() < this.options.faults[fault];
	}
}

/** Decisions and journal. Each decision is one transaction with its entry, so that several processes agree; answered when on disk. */
class Books {
	private readonly decisions: Database<Decided, string>;
	private readonly journal: Database<JournalEntry, number>;

	constructor(
		private readonly path: string,
		readonly environment: RootDatabase,
	) {
		this.decisions = environment.openDB({ name: "decisions", encoding: "json" });
		this.journal = environment.openDB({ name: JOURNAL, encoding: "json" });
	}

	/** Resolves with the decision that was first. */
	async decide(payment: ProcessorPayment, outcome: Outcome, at: string): Promise<Outcome> {
		checkRoom(this.path);
		const deciding = this.environment.transaction(() => {
			const before = this.decisions.get(payment.paymentId);
			if (before) return before.outcome;
			void this.decisions.put(payment.paymentId, { outcome });
			this.enter(payment, outcome.status, at);
			return outcome;
		});
		const decided = await deciding;
		await this.environment.flushed;
		return decided;
	}

	async refund(payment: ProcessorPayment, at: string): Promise<void> {
		checkRoom(this.path);
		const refunding = this.environment.transaction(() => {
			const decided = this.decisions.get(payment.paymentId);
			if (decided?.outcome.status !== "captured") return false;
			if (decided.refunded) return true;
			void this.decisions.put(payment.paymentId, { ...decided, refunded: true });
			this.enter(payment, "refunded", at);
			return true;
		});
		const captured = await refunding;
		if (!captured) throw new Error("nothing was captured that could be refunded");
		await this.environment.flushed;
	}

	/** Only inside a transaction. */
	private enter({ paymentId, orderId, amount, card }: ProcessorPayment, type: JournalEntry["type"], at: string): void {
		const [last = 0] = this.journal.getKeys({ reverse: true, limit: 1 });
		void this.journal.put(last + 1, { seq: last + 1, at, type, paymentId, orderId, amount, card });
	}
}

/**
 * Every entry so far, oldest first. Payment processes may go on writing meanwhile, and this one may be one of them.
 * @throws Error on a damaged file
 */
export async function* readJournal(path: string): AsyncIterable<JournalEntry> {
	const reader = new LmdbReader(path);
	try {
		for await (const { value } of reader.entries<JournalEntry, number>(JOURNAL)) yield value;
	} finally {
		await reader.close();
	}
}

/** So many at a time, the others wait their turn; whoever gives up leaves the queue. */
class Slots {
	private taken = 0;
	private readonly waiting = new Set<() => void>();

	/** 0: any number. */
	constructor(private readonly limit: number) {}

	async take(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.limit === 0 || this.taken < this.limit) {
			this.taken++;
			return;
		}
		let enter!: () => void;
		const turn = new Promise<void>((resolve) => (enter = resolve));
		this.waiting.add(enter);
		try {
			await Promise.race([turn, aborted(signal)]);
		} catch (error) {
			if (!this.waiting.delete(enter)) this.give();
			throw error;
		}
	}

	give(): void {
		const [next] = this.waiting;
		if (!next) {
			this.taken--;
			return;
		}
		this.waiting.delete(next);
		next();
	}
}

/** Never resolves, and rejects when the caller gives up. */
function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		if (signal.aborted) reject(signal.reason);
		else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
	});
}
