import type { Context, Logger } from "moleculer";
import type { Saved } from "../../shared/aggregates/aggregate";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { msLeft } from "../../shared/calls/call-deadline";
import { toCard } from "../../shared/domain/cards";
import type { Clock } from "../../shared/domain/clock";
import { busy } from "../../shared/domain/refusals";
import { withSignal } from "../../shared/timing/deadline";
import type { PaymentEvents } from "./payment.events";
import type { Claims } from "./payment.claims";
import type { ProcessorPace } from "./payment.pace";
import type { CardProcessor, Outcome } from "./payment.processor";
import * as rules from "./payment.rules";
import type { Attempt } from "./payment.rules";
import type { Charged, ChargeParams } from "./payment.schemas";

/** Time for an answer to reach its caller before the caller's deadline. */
const ANSWER_MARGIN_MS = 200;
/** An attempt is due this long after the deadline of the call that works on it; another process's clock may be a second ahead. */
const LEASE_MARGIN_MS = 1_500;
/** Deadline for settling or refunding. */
const SETTLE_DEADLINE_MS = 5_000;

export interface PaymentProcessOptions {
	attempts: Aggregates<Attempt, PaymentEvents>;
	claims: Pick<Claims, "take">;
	processor: CardProcessor;
	/** Of settling and refunding. Charges have the bulkhead. */
	pace: ProcessorPace;
	clock: Clock;
	logger: Logger;
	/** Deadline of a charge whose caller names none, in milliseconds. */
	timeoutMs: number;
}

/** Asks the payment processor, and records its decisions. */
export class PaymentProcess {
	constructor(private readonly options: PaymentProcessOptions) {}

	/**
	 * Charges a card, or goes on with the charge of this id. Captures nothing while another attempt of the order is pending or approved.
	 * @throws Refusal PAYMENT_FAILED where the processor failed and nothing is or will be captured; PAYMENT_OUTCOME_UNKNOWN where it does not
	 * answer in time, and the attempt is settled later; PAYMENT_ID_TAKEN
	 */
	async charge(context: Context<ChargeParams>): Promise<Charged> {
		const msLeft = timeLeftOf(context, this.options.timeoutMs);
		return withSignal(msLeft, (signal) => this.chargeWithin(context, msLeft, signal));
	}

	private async chargeWithin(context: Context<ChargeParams>, msLeft: number, signal: AbortSignal): Promise<Charged> {
		const { attempts, claims, processor, clock } = this.options;
		const requestId = context.requestID ?? undefined;
		const { cardNo, expiry, cvc, ...payment } = context.params;
		const asked = { ...payment, card: toCard(cardNo) };
		const open = (found: Attempt | undefined) =>
			rules.open(found, asked, clock.now(), clock.now() + msLeft + LEASE_MARGIN_MS);
		const opened = (await attempts.change(asked.paymentId, open, requestId))!;
		let failed = false;
		let other: Attempt | undefined;
		const ask = async () => {
			// The order does not want this payment: a capture would only be refunded.
			if (opened.refundWanted) return processor.settle(opened, signal);
			other = await claims.take(opened);
			if (other) return processor.settle(opened, signal);
			try {
				return await processor.capture(opened, { cardNo, expiry, cvc }, signal);
			} catch (error) {
				if (signal.aborted) throw error;
				failed = true;
				return processor.settle(opened, signal);
			}
		};
		const decided = await this.decide(opened, ask, requestId, opened.tries > 0);
		if (failed && decided.status === "voided") {
			throw busy("PAYMENT_FAILED", "The card processor has failed; nothing was charged.");
		}
		return rules.toCharged(decided, other)!;
	}

	/** Puts off work on this attempt: other processes leave it alone until the deadline and the margin are over. */
	lease(attempt: Saved<Attempt>, now: number): Saved<Attempt> {
		const until = now + SETTLE_DEADLINE_MS + LEASE_MARGIN_MS;
		return attempt.dueAt === undefined ? { ...attempt, refundAt: until } : { ...attempt, dueAt: until };
	}

	/** Settles an attempt that is due; refunds it where an earlier version kept the time of that here. @throws as {@link refund} */
	async settle(attempt: Saved<Attempt>): Promise<void> {
		if (attempt.status !== "pending") return this.refund(attempt);
		const { processor, pace } = this.options;
		const settle = (signal: AbortSignal) => pace.settle(() => processor.settle(attempt, signal));
		await this.decide(attempt, () => withSignal(SETTLE_DEADLINE_MS, settle));
	}

	/** Refunds an attempt. @throws Error of the processor; the attempt is due again later */
	async refund(attempt: Saved<Attempt>): Promise<void> {
		const { attempts, processor, pace, clock } = this.options;
		try {
			await withSignal(SETTLE_DEADLINE_MS, (signal) => pace.refund(() => processor.refund(attempt, signal)));
			await attempts.change(attempt._id, rules.refunded);
		} catch (error) {
			await attempts.change(attempt._id, (found) => rules.delay(found, clock.now()));
			throw error;
		}
	}

	/**
	 * Resolves with the attempt once it is decided; the processor is asked only while it is pending. `isRepeat`: an earlier try has set the time
	 * at which the attempt is settled, and this one does not put it off.
	 * @throws Refusal PAYMENT_OUTCOME_UNKNOWN
	 */
	private async decide(
		attempt: Saved<Attempt>,
		ask: () => Promise<Outcome>,
		requestId?: string,
		isRepeat = false,
	): Promise<Saved<Attempt>> {
		const { attempts, clock, logger } = this.options;
		if (attempt.status !== "pending") return attempt;
		try {
			const outcome = await ask();
			return (await attempts.change(attempt._id, (found) => rules.record(found, outcome, clock.now()), requestId))!;
		} catch (cause) {
			// Logged once: DueWork logs later tries.
			if (attempt.tries === 0) logger.warn(`Payment ${attempt._id} is not settled yet`, cause);
			// Where this write fails too, the attempt is due at the time that it was opened with.
			const delay = (found: Attempt | undefined) => (isRepeat ? undefined : rules.delay(found, clock.now()));
			const delayed = await attempts.change(attempt._id, delay, requestId).catch(() => undefined);
			// Another process has settled it meanwhile.
			if (delayed && delayed.status !== "pending") return delayed;
			throw Object.assign(outcomeUnknown(), { cause });
		}
	}
}

function outcomeUnknown() {
	return busy(
		"PAYMENT_OUTCOME_UNKNOWN",
		"The card processor has not said what became of this payment; it will be asked again.",
	);
}

/**
 * The milliseconds that a charge has left.
 * @throws Refusal PAYMENT_OUTCOME_UNKNOWN where the caller has left, or no time is left to ask the processor: nothing is begun then
 */
function timeLeftOf(context: Context<unknown>, timeoutMs: number): number {
	const { timeout } = context.options;
	// Counted from the request's arrival, as it may have waited in the bulkhead's queue.
	const ms = timeout ? msLeft(context) - Math.min(ANSWER_MARGIN_MS, timeout / 4) : timeoutMs;
	if (ms < 1) throw outcomeUnknown();
	return ms;
}
