import type { EventEmitter } from "node:events";
import type { Context } from "moleculer";
import type { Decide, Saved } from "../../shared/aggregates/aggregate";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { inTime } from "../../shared/calls/call-deadline";
import { CallLimit } from "../../shared/calls/call-limit";
import { toCard } from "../../shared/domain/cards";
import { busy, conflict, declined, errorType, type Refusal } from "../../shared/domain/refusals";
import type { Charged, ChargeParams } from "../payment/payment.schemas";
import type { OrderEvents } from "./order.events";
import * as rules from "./order.rules";
import type { OrderState } from "./order.rules";
import type { PayOrder } from "./order.schemas";

/** A pay call waits this long for product's answer about the goods, then goes ahead without it. */
const STOCK_WAIT_MS = 1_000;
/** Pause between two looks at the order meanwhile: the answer may have come to another process. */
const STOCK_LOOK_MS = 50;
/** Time for the writes before and after the payment call. */
const WRITES_MS = 400;
/** A call whose caller may leave sooner is not begun, as clocks may differ: half a second each for the caller's and this one's. */
const LEAST_CALL_MS = 1_000;

/** Errors after which it is certain that a call has not reached payment. */
const UNSENT = new Set([
	"QUEUE_FULL",
	"SERVICE_NOT_FOUND",
	"SERVICE_NOT_AVAILABLE",
	"REQUEST_SKIPPED",
	"REQUEST_TOO_LATE",
	"BAD_GATEWAY",
]);

const DECLINED_TEXT: Readonly<Record<string, string>> = {
	CARD_DECLINED: "The card was declined.",
	INSUFFICIENT_FUNDS: "The card has not enough funds.",
	CARD_PROCESSING_ERROR: "The card could not be processed.",
};

/** Payment's answer; `unsent`: payment was not reached, or was too full; `unknown`: it may have been charged. */
type Outcome = Charged | { status: "unsent"; wasFull: boolean } | { status: "unknown" };

export interface PayingOptions {
	orders: Aggregates<OrderState, OrderEvents>;
	newId(): string;
	/** Returns a number from 0 to below 1. */
	random(): number;
	/** Deadline of the payment call, in milliseconds. */
	timeoutMs: number;
	/** Emits an order's id, and whether its goods are reserved, when product's answer about them has come to this process. */
	stockAnswers: EventEmitter;
}

/**
 * Paying an order: a synchronous call of payment. The attempt is saved in the order first, and no lock is held while payment is asked. An order
 * whose outcome is uncertain stays `paying`; payment's events settle it.
 */
export class Paying {
	/** Of calls of payment. */
	private readonly calls: CallLimit;

	constructor(private readonly options: PayingOptions) {
		this.calls = new CallLimit(options.random);
	}

	/** The longest time that {@link pay} takes, in milliseconds. */
	get timeoutMs(): number {
		return STOCK_WAIT_MS + Math.max(this.options.timeoutMs, LEAST_CALL_MS) + WRITES_MS;
	}

	/** @throws Refusal of {@link rules.checkPayable}; 402 with the card's refusal; 503 where the payment cannot be made, or its outcome is not known in time */
	async pay(context: Context<PayOrder>, requestId: string): Promise<Saved<OrderState>> {
		const { orderId } = context.params;
		const order = rules.existing(await this.options.orders.load(orderId));
		rules.checkPayable(order, requestId);
		// Paid by an earlier try of this request.
		if (order.status === "completed") return order;
		this.checkCallable(context, order);
		const reservedMeanwhile = await this.waitForStock(orderId);
		this.checkCallable(context, order);
		return this.calls.run((wasFull) => this.attempt(context, requestId, reservedMeanwhile, wasFull));
	}

	/**
	 * Before anything of the order is written.
	 * @throws Refusal PAYMENT_UNAVAILABLE where no process of payment is there, its circuit is open, or it is full; PAYMENT_OUTCOME_UNKNOWN where
	 * an earlier try of this request may have charged the card
	 */
	private checkCallable({ broker }: Context, { status }: OrderState): void {
		const isThere = broker.registry.getActionEndpoints("payment.charge")?.hasAvailable() ?? false;
		if (isThere && this.calls.hasRoom) return;
		const retryAfterS = isThere ? this.calls.turnAway() : undefined;
		throw status === "paying" ? outcomeUnknown() : unavailable(retryAfterS);
	}

	/** Saves the attempt, asks payment, and records its answer. Calls `wasFull` where payment was too full for it. */
	private async attempt(
		context: Context<PayOrder>,
		requestId: string,
		reservedMeanwhile: boolean,
		wasFull: () => void,
	): Promise<Saved<OrderState>> {
		const { orders, newId, timeoutMs } = this.options;
		const { orderId, cardNo, expiry, cvc } = context.params;
		const traceId = context.requestID ?? undefined;
		const starting = { requestId, paymentId: newId(), card: toCard(cardNo), timeoutMs, reservedMeanwhile };
		const start: Decide<OrderState, OrderEvents> = (found, _, now) => rules.startPayment(found, { ...starting, now });
		const started = (await orders.change(orderId, inTime(context, start), traceId))!;
		if (started.status !== "paying") return started;

		const { customerId, total: amount } = started;
		const { paymentId, card } = started.attempt;
		const outcome = await charge(context, { paymentId, orderId, customerId, amount, cardNo, expiry, cvc }, timeoutMs);
		if (outcome.status === "unsent" && outcome.wasFull) wasFull();
		const record: Decide<OrderState, OrderEvents> = (found, _, now) =>
			recorded(found, { paymentId, card }, outcome, now);
		return this.answer((await orders.change(orderId, record, traceId))!, paymentId, outcome);
	}

	/** The answer to the customer: the paid order, or the reason why it is not paid. */
	private answer(order: Saved<OrderState>, paymentId: string, outcome: Outcome): Saved<OrderState> {
		if (order.status === "completed") {
			if (order.attempt.paymentId === paymentId) return order;
			throw conflict("ORDER_ALREADY_PAID", "This order is paid already, by another payment; nothing was charged now.");
		}
		if (order.status === "cancelled") throw conflict("ORDER_CANCELLED", "This order was cancelled meanwhile.");
		if (outcome.status === "declined")
			throw declined(outcome.code, DECLINED_TEXT[outcome.code] ?? "The card was declined.");
		if (order.status === "paying") throw outcomeUnknown();
		throw unavailable(outcome.status === "unsent" && outcome.wasFull ? this.calls.turnAway() : undefined);
	}

	/** Resolves with whether product has just answered that the goods are reserved, which the order may not know yet. */
	private async waitForStock(orderId: string): Promise<boolean> {
		const { orders, stockAnswers } = this.options;
		const until = performance.now() + STOCK_WAIT_MS;
		while (performance.now() < until) {
			// Listens before it looks: the answer may come in between.
			const answered = emitted(stockAnswers, orderId, STOCK_LOOK_MS);
			const order = rules.existing(await orders.load(orderId));
			if (order.status !== "placed" || order.stock !== "awaited") return false;
			if (await answered) return true;
		}
		return false;
	}
}

function unavailable(retryAfterS?: number): Refusal {
	const detail = "Payments cannot be made right now; nothing was charged. Try again.";
	return busy("PAYMENT_UNAVAILABLE", detail, retryAfterS);
}

function outcomeUnknown(): Refusal {
	const detail = "The payment's outcome is not known yet; it settles by itself. Look at the order.";
	return busy("PAYMENT_OUTCOME_UNKNOWN", detail, 2);
}

/** Resolves with what this event is emitted with, or with false after `withinMs`. */
function emitted(emitter: EventEmitter, event: string, withinMs: number): Promise<boolean> {
	return new Promise((resolve) => {
		const end = (isReserved: boolean) => {
			clearTimeout(timer);
			emitter.off(event, end);
			resolve(isReserved);
		};
		const timer = setTimeout(end, withinMs, false);
		emitter.once(event, end);
	});
}

async function charge(context: Context, params: ChargeParams, timeout: number): Promise<Outcome> {
	try {
		return await context.call<Charged, ChargeParams>("payment.charge", params, { timeout });
	} catch (error) {
		const type = errorType(error) ?? "";
		// The processor failed, and payment has made sure that nothing is captured.
		if (type === "PAYMENT_FAILED") return { status: "voided" };
		return UNSENT.has(type) ? { status: "unsent", wasFull: type === "QUEUE_FULL" } : { status: "unknown" };
	}
}

function recorded(
	order: Saved<OrderState> | undefined,
	attempt: Pick<rules.Attempt, "paymentId" | "card">,
	outcome: Outcome,
	now: number,
) {
	const { paymentId } = attempt;
	if (outcome.status === "approved") return rules.complete(order, attempt, now);
	if (outcome.status === "voided" && outcome.paidBy) return rules.complete(order, outcome.paidBy, now);
	if (outcome.status === "unknown") return rules.publishPaying(order, paymentId, now);
	if (outcome.status === "unsent") return rules.closeUnsent(order, paymentId, now);
	return rules.closeAttempt(order, paymentId, now);
}
