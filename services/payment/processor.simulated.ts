import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedFaults, StoreName } from "../../config";
import { type Clock, toRfc3339 } from "../../shared/domain/clock";
import type { Collection, Indexes, Store, Stored } from "../../shared/store/store";
import { FaultControl } from "./processor.faults";
import type { Act, CardDetails, CardProcessor, Outcome, ProcessorPayment } from "./payment.processor";

/** The name of the store that holds the simulated processor's ledger; all payment processes share it. */
export const PROVIDER = "provider" satisfies StoreName;
const PAYMENTS = "payments";
/** The collections of the ledger's store. */
export const PROVIDER_COLLECTIONS: Readonly<Record<string, Indexes>> = { [PAYMENTS]: {} };

/** A card number with one of these endings is declined with its code; every other card is accepted. */
const DECLINED_ENDINGS: Readonly<Record<string, string>> = {
	"0002": "CARD_DECLINED",
	"9995": "INSUFFICIENT_FUNDS",
	"0119": "CARD_PROCESSING_ERROR",
};

/** One act of the processor, as on its statement. */
export interface JournalEntry extends Act {
	/** From 1, without a gap. Numbered when read: the same entries get the same numbers as long as none comes in between. */
	seq: number;
}

/** An attempt in the processor's ledger, by its `paymentId`: written when decided, and once more when refunded. */
export interface LedgerEntry extends Stored, ProcessorPayment {
	outcome: Outcome;
	/** RFC 3339. */
	decidedAt: string;
	/** RFC 3339. */
	refundedAt?: string;
}

export interface SimulatedOptions {
	/** The processor's own store, with the {@link PROVIDER_COLLECTIONS}. */
	store: Store;
	/** Of the settings. */
	faults: SimulatedFaults;
	clock: Clock;
	/** A number from 0 to below 1. */
	random(): number;
}

/** Stands in for a payment processor: with a ledger of its own, apart from payment's documents, and with faults on demand. */
export class SimulatedProcessor implements CardProcessor {
	readonly faults: FaultControl;
	private readonly ledger: Ledger;
	private readonly slots = new Slots(() => this.faults.now.concurrency);

	constructor(private readonly options: SimulatedOptions) {
		this.ledger = new Ledger(options.store.collection(PAYMENTS));
		this.faults = new FaultControl(options.faults, options.clock, () => this.slots.fill());
	}

	open(): Promise<void> {
		return this.options.store.connect();
	}

	close(): Promise<void> {
		return this.options.store.disconnect();
	}

	capture(payment: ProcessorPayment, { cardNo }: CardDetails, signal: AbortSignal): Promise<Outcome> {
		const code = DECLINED_ENDINGS[cardNo.slice(-4)];
		return this.serve(signal, async (ledger, at) => {
			const outcome = await ledger.decide(payment, code ? { status: "declined", code } : { status: "captured" }, at);
			return this.strikes("loseAnswerRate") ? aborted(signal) : outcome;
		});
	}

	settle(payment: ProcessorPayment, signal: AbortSignal): Promise<Outcome> {
		return this.serve(signal, (ledger, at) => ledger.decide(payment, { status: "voided" }, at));
	}

	refund(payment: ProcessorPayment, signal: AbortSignal): Promise<void> {
		return this.serve(signal, (ledger, at) => ledger.refund(payment, at));
	}

	statement(paymentIds: readonly string[]): Promise<Act[]> {
		return this.ledger.acts(paymentIds);
	}

	/** A processor that is sick is so for every call. */
	private async serve<T>(signal: AbortSignal, work: (ledger: Ledger, at: string) => Promise<T>): Promise<T> {
		const { clock } = this.options;
		await this.slots.take(signal);
		try {
			const { latencyMs } = this.faults.now;
			if (latencyMs > 0) await sleep(latencyMs, undefined, { signal });
			if (this.strikes("failRate")) throw new Error("the card processor answered with an error");
			if (this.strikes("hangRate")) return await aborted(signal);
			return await Promise.race([work(this.ledger, toRfc3339(clock.now())), aborted(signal)]);
		} finally {
			this.slots.give();
		}
	}

	private strikes(fault: "failRate" | "hangRate" | "loseAnswerRate"): boolean {
		return this.options.random() < this.faults.now[fault];
	}
}

/** What was decided and refunded. Each is one conditional write, so that several processes agree; answered when on disk. */
class Ledger {
	constructor(private readonly payments: Collection<LedgerEntry>) {}

	/** Resolves with the decision that was first. */
	async decide(payment: ProcessorPayment, outcome: Outcome, at: string): Promise<Outcome> {
		const { paymentId: _id, orderId, amount, card } = payment;
		const before = await this.payments.load(_id);
		if (before) return before.outcome;
		const decision = { _id, paymentId: _id, orderId, amount, card, outcome, decidedAt: at };
		const decided = (await this.payments.save(decision, undefined)) ?? (await this.payments.load(_id));
		if (!decided) throw new Error("the card processor does not know yet what was decided");
		return decided.outcome;
	}

	async acts(paymentIds: readonly string[]): Promise<Act[]> {
		const entries = await Promise.all(paymentIds.map((id) => this.payments.load(id)));
		return entries.flatMap((entry) => (entry ? actsOf(entry) : [])).sort(byTime);
	}

	async refund({ paymentId }: ProcessorPayment, at: string): Promise<void> {
		const decided = await this.payments.load(paymentId);
		if (decided?.outcome.status !== "captured") throw new Error("nothing was captured that could be refunded");
		if (decided.refundedAt !== undefined) return;
		// Nothing but another refund can have come first.
		const refunded =
			(await this.payments.save({ ...decided, refundedAt: at }, decided)) ?? (await this.payments.load(paymentId));
		if (refunded?.refundedAt === undefined) throw new Error("the card processor does not know yet what was refunded");
	}
}

/**
 * The processor's acts so far, by time and then by id. Payment processes may go on writing: an act meanwhile may be included or not.
 */
export async function readJournal(payments: AsyncIterable<LedgerEntry>): Promise<JournalEntry[]> {
	const entries: Act[] = [];
	for await (const entry of payments) entries.push(...actsOf(entry));
	entries.sort(byTime);
	return entries.map((entry, index) => ({ seq: index + 1, ...entry }));
}

/** What the processor did with a payment, the oldest act first. */
function actsOf({ paymentId, orderId, amount, card, outcome, decidedAt, refundedAt }: LedgerEntry): Act[] {
	const payment = { paymentId, orderId, amount, card };
	const decided: Act = { at: decidedAt, type: outcome.status, ...payment };
	return refundedAt === undefined ? [decided] : [decided, { at: refundedAt, type: "refunded", ...payment }];
}

/** Sorts are stable, so acts on one payment in the same millisecond keep their order. */
function byTime(a: Act, b: Act): number {
	return compare(a.at, b.at) || compare(a.paymentId, b.paymentId);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Lets a limited number of calls run at a time. Further ones wait in a queue, which a call leaves when its signal fires. */
class Slots {
	private taken = 0;
	private readonly waiting = new Set<() => void>();

	/** @param limit returns how many calls may run now; 0: any number */
	constructor(private readonly limit: () => number) {}

	async take(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.isFree) {
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
		this.taken--;
		this.fill();
	}

	/** Lets waiting calls run as far as the limit allows; call it where that has changed. */
	fill(): void {
		for (const next of this.waiting) {
			if (!this.isFree) return;
			this.waiting.delete(next);
			this.taken++;
			next();
		}
	}

	private get isFree(): boolean {
		const limit = this.limit();
		return limit === 0 || this.taken < limit;
	}
}

/** Never resolves, and rejects when the signal fires. */
function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		if (signal.aborted) reject(signal.reason);
		else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
	});
}
