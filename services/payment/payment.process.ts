import type { Logger } from "moleculer";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { toCard } from "../../shared/domain/cards";
import type { Clock } from "../../shared/domain/clock";
import { busy } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";
import type { PaymentEvents } from "./payment.events";
import type { CardProcessor, Outcome } from "./payment.processor";
import * as rules from "./payment.rules";
import type { Attempt } from "./payment.rules";
import type { Charged, ChargeParams, Settled, SettleParams } from "./payment.schemas";
import type { Saved } from "../../shared/aggregates/aggregate";

/** How long after its deadline a call that died is taken up by somebody else, whose clock may be a second ahead. */
const LEASE_MARGIN_MS = 1_500;

/** What charging and settling work with. */
export interface Processing {
	attempts: Aggregates<Attempt, PaymentEvents>;
	collection: Collection<Saved<Attempt>>;
	processor: CardProcessor;
	clock: Clock;
	logger: Logger;
}

/** The time that is left for a call: until then the processor is waited for. */
export interface TimeLeft {
	ms: number;
	signal: AbortSignal;
}

/** So many milliseconds from now. */
export function timeLeft(ms: number): TimeLeft {
	return { ms, signal: AbortSignal.timeout(Math.floor(ms)) };
}

/** For a call whose time is over before the processor has said what it decided. */
export const outcomeUnknown = () =>
	busy(
		"PAYMENT_OUTCOME_UNKNOWN",
		"The card processor has not said what became of this payment; it will be asked again.",
	);

/**
 * Charges a card, or goes on with the charge of this id.
 * @throws Refusal PAYMENT_FAILED where the processor failed and nothing is or will be captured; PAYMENT_OUTCOME_UNKNOWN where it
 * does not say in time: the attempt is settled later then; PAYMENT_ID_TAKEN
 */
export async function charge(
	processing: Processing,
	params: ChargeParams,
	time: TimeLeft,
	requestId?: string,
): Promise<Charged> {
	const { attempts, processor, clock } = processing;
	const { cardNo, expiry, cvc, ...payment } = params;
	const asked = { ...payment, card: toCard(cardNo) };
	const opening = (found: Attempt | undefined) =>
		rules.open(found, asked, clock.now(), clock.now() + time.ms + LEASE_MARGIN_MS);
	const opened = (await attempts.change(asked.paymentId, opening, requestId))!;
	let failed = false;
	const ask = async () => {
		// Cancelled meanwhile: there is no use in capturing what would be given back.
		if (opened.refundWanted) return processor.settle(opened, time.signal);
		try {
			return await processor.capture(opened, { cardNo, expiry, cvc }, time.signal);
		} catch (error) {
			if (time.signal.aborted) throw error;
			failed = true;
			return processor.settle(opened, time.signal);
		}
	};
	const decided = await decide(processing, opened, ask, requestId, opened.tries > 0);
	if (failed && decided.status === "voided") {
		throw busy("PAYMENT_FAILED", "The card processor has failed; nothing was charged.");
	}
	return rules.toCharged(decided)!;
}

/**
 * Tells what became of an attempt; one that was never heard of comes to its end by this. The processor is not asked: that is done when it is
 * due, by {@link workOn}.
 * @throws Refusal PAYMENT_OUTCOME_UNKNOWN, PAYMENT_ID_TAKEN as {@link charge}
 */
export async function settle(
	{ attempts, clock }: Processing,
	params: SettleParams,
	requestId?: string,
): Promise<Settled> {
	const { refund, ...asked } = params;
	const closing = (found: Attempt | undefined) => rules.close(found, asked, refund, clock.now());
	const known = (await attempts.change(asked.paymentId, closing, requestId))!;
	const settled = rules.toSettled(known);
	if (!settled) throw outcomeUnknown();
	return settled;
}

/** Does what is due for an attempt: settles or refunds it. @throws what the processor throws; it is due again later then */
export async function workOn(processing: Processing, attempt: Saved<Attempt>, time: TimeLeft): Promise<void> {
	const { attempts, collection, processor, clock } = processing;
	const claimed = await collection.save({ ...attempt, dueAt: clock.now() + time.ms + LEASE_MARGIN_MS }, attempt);
	if (!claimed) return;
	if (claimed.status === "pending") {
		await decide(processing, claimed, () => processor.settle(claimed, time.signal));
		return;
	}
	try {
		await processor.refund(claimed, time.signal);
		await attempts.change(claimed._id, rules.refunded);
	} catch (error) {
		await attempts.change(claimed._id, (found) => rules.delay(found, clock.now()));
		throw error;
	}
}

/**
 * Resolves with the attempt once it is decided; the processor is asked only while it is pending. `isRepeat`: when it is asked next is
 * settled already, and impatient customers shall not put it off.
 */
async function decide(
	{ attempts, clock, logger }: Processing,
	attempt: Saved<Attempt>,
	ask: () => Promise<Outcome>,
	requestId?: string,
	isRepeat = false,
): Promise<Saved<Attempt>> {
	if (attempt.status !== "pending") return attempt;
	try {
		const outcome = await ask();
		return (await attempts.change(attempt._id, (found) => rules.record(found, outcome, clock.now()), requestId))!;
	} catch (cause) {
		// Once: later tries are logged where they are made.
		if (attempt.tries === 0) logger.warn(`Payment ${attempt._id} is not settled yet`, cause);
		// Where even this cannot be written, the attempt is due by the time that it was opened with.
		const delay = (found: Attempt | undefined) => (isRepeat ? undefined : rules.delay(found, clock.now()));
		const delayed = await attempts.change(attempt._id, delay, requestId).catch(() => undefined);
		// Somebody else has settled it meanwhile.
		if (delayed && delayed.status !== "pending") return delayed;
		throw Object.assign(outcomeUnknown(), { cause });
	}
}
