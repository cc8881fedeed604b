import { type EventEmitter, once } from "node:events";
import type { Context } from "moleculer";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { toCard } from "../../shared/domain/cards";
import type { Clock } from "../../shared/domain/clock";
import { busy, conflict, declined, errorType } from "../../shared/domain/refusals";
import type { Charged, ChargeParams, Settled, SettleParams } from "../payment/payment.schemas";
import type { OrderEvents } from "./order.events";
import * as rules from "./order.rules";
import type { OrderState } from "./order.rules";
import type { PayOrder } from "./order.schemas";
import type { Saved } from "../../shared/aggregates/aggregate";

/** How long a pay call waits for stock's answer until it goes ahead without. */
export const STOCK_WAIT_MS = 1_000;
/** How often it looks whether the answer came to another process of order. */
const STOCK_LOOK_MS = 50;

/** Errors after which it is certain that this call has not reached the payment service. */
const UNSENT = new Set(["QUEUE_FULL", "SERVICE_NOT_FOUND", "SERVICE_NOT_AVAILABLE", "REQUEST_SKIPPED", "BAD_GATEWAY"]);

const DECLINED_TEXT: Readonly<Record<string, string>> = {
	CARD_DECLINED: "The card was declined.",
	INSUFFICIENT_FUNDS: "The card has not enough funds.",
	CARD_PROCESSING_ERROR: "The card could not be processed.",
};

/** What came of asking payment: its answer, that it was not reached, or that nobody knows. */
type Outcome = Charged | { status: "unsent" } | { status: "unknown" };

export interface Paying {
	orders: Aggregates<OrderState, OrderEvents>;
	clock: Clock;
	/** Deadline of the payment call. */
	timeoutMs: number;
	/** Emits an order's id when stock has answered for it in this process. */
	stockAnswers: EventEmitter;
}

/**
 * Pays an order by asking payment, synchronously. The attempt is saved in the order first; nothing is held while payment is
 * asked; whatever is not certain is left `paying`, and settled later by {@link settle} or by payment's events.
 * @throws Refusal of {@link rules.checkPayable}, 402 with the card's refusal, 503 where the payment cannot be made or known now
 */
export async function pay(paying: Paying, context: Context<PayOrder>, paymentId: string): Promise<Saved<OrderState>> {
	const { orders, clock, timeoutMs } = paying;
	const { orderId, cardNo, expiry, cvc } = context.params;
	rules.checkPayable(await orders.load(orderId), paymentId);
	// Nobody to ask, or the circuit is open: said at once, before anything is written.
	if (!context.broker.registry.getActionEndpoints("payment.charge")?.hasAvailable()) throw unavailable();
	await waitForStock(paying, orderId);
	const start = (order: Saved<OrderState> | undefined) =>
		rules.startPayment(order, { paymentId, card: toCard(cardNo), now: clock.now(), timeoutMs });
	const started = (await orders.change(orderId, start, context.requestID ?? undefined))!;
	if (started.status === "completed") return started;

	const { customerId, total: amount } = started;
	const outcome = await charge(context, { paymentId, orderId, customerId, amount, cardNo, expiry, cvc }, timeoutMs);
	const order = (await orders.change(
		orderId,
		(found) => record(found, paymentId, outcome, clock.now()),
		context.requestID ?? undefined,
	))!;
	if (order.status === "completed" && order.attempt?.paymentId === paymentId) return order;
	if (order.status === "cancelled") throw conflict("ORDER_CANCELLED", "This order was cancelled meanwhile.");
	if (outcome.status === "declined")
		throw declined(outcome.code, DECLINED_TEXT[outcome.code] ?? "The card was declined.");
	if (order.status === "paying") {
		throw busy(
			"PAYMENT_OUTCOME_UNKNOWN",
			"The payment's outcome is not known yet; it settles by itself. Look at the order.",
			2,
		);
	}
	throw unavailable();
}

function unavailable() {
	return busy("PAYMENT_UNAVAILABLE", "Payments cannot be made right now; nothing was charged. Try again.", 1);
}

/** Asks payment what became of an attempt, and records it. Where payment does not know or is away, the question comes again when due. */
export async function settle(
	{ orders, clock }: Paying,
	order: Saved<OrderState>,
	ask: (params: SettleParams) => Promise<Settled>,
): Promise<void> {
	// What another process has claimed meanwhile is its own, and what was begun anew is not due yet.
	let claim: ReturnType<typeof rules.claimCheck>;
	const claimed = await orders.change(order._id, (found) => (claim = rules.claimCheck(found, clock.now())));
	if (!claim) return;
	const { _id: orderId, customerId, total: amount, attempt, status } = claimed!;
	const { paymentId, card } = attempt!;
	const outcome = await ask({ paymentId, orderId, customerId, amount, card, refund: status === "cancelled" });
	await orders.change(orderId, (found) => recordSettled(found, paymentId, outcome, clock.now()));
}

async function waitForStock({ orders, stockAnswers }: Paying, orderId: string): Promise<void> {
	const until = performance.now() + STOCK_WAIT_MS;
	while (performance.now() < until) {
		const signal = AbortSignal.timeout(STOCK_LOOK_MS);
		const answered = once(stockAnswers, orderId, { signal }).catch(() => undefined);
		const order = rules.existing(await orders.load(orderId));
		if (order.status !== "placed" || order.stock !== "awaited") return;
		await answered;
	}
}

async function charge(context: Context, params: ChargeParams, timeout: number): Promise<Outcome> {
	try {
		return await context.call<Charged, ChargeParams>("payment.charge", params, { timeout });
	} catch (error) {
		const type = errorType(error) ?? "";
		// The processor failed, and payment has made sure that nothing is captured.
		if (type === "PAYMENT_FAILED") return { status: "voided" };
		return { status: UNSENT.has(type) ? "unsent" : "unknown" };
	}
}

function record(order: Saved<OrderState> | undefined, paymentId: string, outcome: Outcome, now: number) {
	if (outcome.status === "approved") return rules.complete(order, paymentId, now);
	if (outcome.status === "unknown") return rules.tellPaying(order, paymentId, now);
	if (outcome.status === "unsent") return rules.closeUnsent(order, paymentId, now);
	return rules.closeAttempt(order, paymentId, now);
}

function recordSettled(order: Saved<OrderState> | undefined, paymentId: string, { status }: Settled, now: number) {
	if (status === "approved") return rules.complete(order, paymentId, now);
	if (status === "refunded") return rules.refunded(order, paymentId, now);
	return rules.closeAttempt(order, paymentId, now);
}
