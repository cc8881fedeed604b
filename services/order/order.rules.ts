import type { Change } from "../../shared/aggregates/aggregate";
import type { Card } from "../../shared/domain/cards";
import { lifeCycle } from "../../shared/domain/life-cycle";
import { type Money, sum, times } from "../../shared/domain/money";
import { conflict, invalid, notFound, type Refusal } from "../../shared/domain/refusals";
import type { CancelledBy, OrderEvents, OrderItem } from "./order.events";
import { shortage } from "./order.product-copy";

/** The fields of every order, whatever its situation. Times are in milliseconds since 1970. */
export interface OrderDetails {
	customerId: string;
	items: OrderItem[];
	total: Money;
	/** `reserved`: product holds the goods; `awaited`: product has not answered yet. An order whose goods are refused is cancelled. */
	stock: "awaited" | "reserved";
	/** An order that is unpaid at this time is cancelled. */
	expiresAt: number;
	createdAt: number;
	/** Time of the order's last event, so that it changes with the version and is the same wherever the order is shown. */
	updatedAt: number;
}

/** One attempt to pay. */
export interface Attempt {
	/** The payment processor knows the attempt by this id. */
	paymentId: string;
	/** The request that began the attempt. The same request, repeated, goes on with it. Absent where only payment knew of the attempt. */
	requestId?: string;
	card: Card;
	/** Calls of payment that were begun for this attempt. */
	calls: number;
	/** `order.paying` is published for this attempt. */
	published?: boolean;
}

export interface Cancellation {
	/** The request that cancelled; its repeat succeeds. */
	requestId?: string;
	by: CancelledBy;
	reason?: string;
	/** `none`: nothing was captured. */
	refund: "none" | "pending" | "refunded";
	at: number;
}

/** Waits for payment in the cart; `dueAt` is when it expires. */
interface Placed {
	status: "placed";
	dueAt: number;
}

/** Is being paid. At `dueAt` the outcome is overdue and `order.paying` is published; after that payment's events decide. */
interface Paying {
	status: "paying";
	attempt: Attempt;
	dueAt?: number;
}

/** Is paid by this attempt. */
interface Completed {
	status: "completed";
	attempt: Attempt;
}

/** Is cancelled for good. The amount that `attempt` captured, if any, is refunded. */
interface Cancelled {
	status: "cancelled";
	cancellation: Cancellation;
	attempt?: Attempt;
}

type Situation = Placed | Paying | Completed | Cancelled;
export type OrderState = OrderDetails & Situation;

type Decision = Change<OrderState, OrderEvents> | undefined;
type StoredOrder = OrderState & { _id: string };
type MaybeOrder = StoredOrder | undefined;

/** Time between the deadline of the payment call and the publishing of `order.paying`, where the call has not recorded its outcome. */
const OVERDUE_AFTER_MS = 1_000;

const checkStep = lifeCycle<OrderState["status"]>({
	initial: "placed",
	final: ["cancelled"],
	transitions: {
		placed: ["paying", "completed", "cancelled"],
		paying: ["completed", "placed", "cancelled"],
		completed: ["cancelled"],
		cancelled: [],
	},
});

/**
 * The order in its next situation: the only way in which an order's status changes. `updatedAt`: the time of an event that is published with it.
 * @throws Error for a step outside the life cycle: a defect
 */
function become(order: OrderState, situation: Situation, updatedAt = order.updatedAt): OrderState {
	checkStep(order.status, situation.status);
	return inSituation(order, situation, updatedAt);
}

/** The order's details with another situation. */
export function inSituation(order: OrderState, situation: Situation, updatedAt: number): OrderState {
	const { customerId, items, total, stock, expiresAt, createdAt } = order;
	return { customerId, items, total, stock, expiresAt, createdAt, updatedAt, ...situation };
}

export interface Placing {
	orderId: string;
	customerId: string;
	items: OrderItem[];
	/** The shop's. */
	currency: string;
	expiresAfterMs: number;
	now: number;
}

/**
 * Places the order. A repeat of the same placing changes nothing.
 * @throws Refusal VALIDATION_FAILED for an item whose price is not in the shop's currency
 */
export function place(order: MaybeOrder, placing: Placing): Decision {
	if (order) return undefined;
	const { orderId, customerId, items, currency, expiresAfterMs, now } = placing;
	const foreign = items.findIndex(({ unitPrice }) => unitPrice.currency !== currency);
	if (foreign >= 0) throw invalid(`items.${foreign}.productId`, `names a product whose price is not in ${currency}`);
	const prices = items.map(({ unitPrice, quantity }) => times(unitPrice, quantity));
	const total = sum(prices, currency);
	const expiresAt = now + expiresAfterMs;
	const details = { customerId, items, total, stock: "awaited", expiresAt, createdAt: now, updatedAt: now } as const;
	return {
		state: { ...details, status: "placed", dueAt: expiresAt },
		events: [{ type: "order.placed", data: { orderId, customerId, items, total } }],
	};
}

/** A customer's orders that may wait for payment at the same time. */
export const UNPAID_LIMIT = 100;

/** @throws Refusal TOO_MANY_UNPAID_ORDERS for one more order of a customer who has this many that wait for payment */
export function checkUnpaid(count: number): void {
	if (count < UNPAID_LIMIT) return;
	throw conflict(
		"TOO_MANY_UNPAID_ORDERS",
		`${UNPAID_LIMIT} orders of this customer wait for payment: pay or cancel some.`,
	);
}

/** @throws Refusal VALIDATION_FAILED for the second of two items of one product */
export function eachProductOnce(items: ReadonlyArray<{ productId: string }>): void {
	items.forEach(({ productId }, index) => {
		if (items.findIndex((item) => item.productId === productId) < index) {
			throw invalid(`items.${index}.productId`, "names a product that is in the order already");
		}
	});
}

/** @throws Refusal ORDER_NOT_FOUND */
export function existing<Order extends StoredOrder>(order: Order | undefined): Order {
	if (!order) throw notFound("ORDER_NOT_FOUND", "There is no order of this id.");
	return order;
}

/** A rule that allows a payment, or returns the reason against it. */
type PaymentPolicy = (order: OrderState, requestId: string) => Refusal | undefined;

const outOfStockIsNotPaid: PaymentPolicy = (order) =>
	order.status === "cancelled" && order.cancellation.by === "out_of_stock"
		? conflict(
				"OUT_OF_STOCK",
				`${order.cancellation.reason ?? "There is not enough in stock."} The order is cancelled.`,
			)
		: undefined;

const cancelledIsNotPaid: PaymentPolicy = (order) =>
	order.status === "cancelled" ? conflict("ORDER_CANCELLED", "This order is cancelled.") : undefined;

const paidOnce: PaymentPolicy = (order, requestId) =>
	order.status === "completed" && order.attempt.requestId !== requestId
		? conflict("ORDER_ALREADY_PAID", "This order is paid already.")
		: undefined;

const oneAttemptAtATime: PaymentPolicy = (order, requestId) =>
	order.status === "paying" && order.attempt.requestId !== requestId
		? conflict("PAYMENT_IN_PROGRESS", "A payment of this order is under way.", { retryAfterS: 2 })
		: undefined;

const PAYMENT_POLICIES = [outOfStockIsNotPaid, cancelledIsNotPaid, paidOnce, oneAttemptAtATime];

/** @throws Refusal of the first policy that is against a payment by this request; ORDER_NOT_FOUND */
export function checkPayable(found: MaybeOrder, requestId: string): void {
	const order = existing(found);
	for (const policy of PAYMENT_POLICIES) {
		const refusal = policy(order, requestId);
		if (refusal) throw refusal;
	}
}

export interface StartingPayment {
	requestId: string;
	/** Id of the attempt, where a new one begins. */
	paymentId: string;
	card: Card;
	now: number;
	/** Deadline of the payment call. */
	timeoutMs: number;
	/** Product has answered during the wait that the goods are reserved; the order may not know it yet. */
	reservedMeanwhile: boolean;
}

/**
 * Makes the attempt a part of the order before the processor is asked. A repeated request goes on with its attempt, or begins another one where
 * that captured nothing.
 * @throws Refusal as {@link checkPayable}
 */
export function startPayment(
	found: MaybeOrder,
	{ requestId, paymentId, card, now, timeoutMs, reservedMeanwhile }: StartingPayment,
): Decision {
	checkPayable(found, requestId);
	const order = existing(found);
	if (order.status === "paying") {
		return { state: { ...order, attempt: { ...order.attempt, calls: order.attempt.calls + 1 } } };
	}
	if (order.status !== "placed") return undefined;
	const attempt = { paymentId, requestId, card, calls: 1 };
	const answered: OrderState = reservedMeanwhile ? { ...order, stock: "reserved" } : order;
	return { state: become(answered, { status: "paying", attempt, dueAt: now + timeoutMs + OVERDUE_AFTER_MS }) };
}

/**
 * The attempt's amount is captured. Payment lets one attempt of an order capture, so that an unpaid order is paid by it whether or not the order
 * knows of the attempt.
 */
export function complete(
	order: MaybeOrder,
	{ paymentId, card }: Pick<Attempt, "paymentId" | "card">,
	now: number,
): Decision {
	if (order?.status !== "placed" && order?.status !== "paying") return undefined;
	const { _id: orderId, customerId, total } = order;
	const known = order.status === "paying" && order.attempt.paymentId === paymentId ? order.attempt : undefined;
	return {
		state: become(order, { status: "completed", attempt: known ?? { paymentId, card, calls: 1 } }, now),
		events: [{ type: "order.completed", data: { orderId, customerId, paymentId, total } }],
	};
}

/** The attempt captured nothing and never will: the order can be paid again, or needs no refund. */
export function closeAttempt(order: MaybeOrder, paymentId: string, now: number): Decision {
	if (order?.status === "cancelled") return settleRefund(order, paymentId, "none");
	if (order?.status !== "paying" || order.attempt.paymentId !== paymentId) return undefined;
	const { _id: orderId, customerId, expiresAt, attempt } = order;
	const placed = { status: "placed", dueAt: expiresAt } as const;
	if (!attempt.published) return { state: become(order, placed) };
	return {
		state: become(order, placed, now),
		events: [{ type: "order.reopened", data: { orderId, customerId, paymentId } }],
	};
}

/** This call did not reach payment. That closes the attempt only if no other call may have reached it. */
export function closeUnsent(order: MaybeOrder, paymentId: string, now: number): Decision {
	const isOnlyCall = order?.status === "paying" && order.attempt.calls === 1;
	return isOnlyCall ? closeAttempt(order, paymentId, now) : publishPaying(order, paymentId, now);
}

/** The attempt's outcome is not known at the deadline: `order.paying`, published once, asks payment to settle it. */
export function publishPaying(order: MaybeOrder, paymentId: string, now: number): Decision {
	if (order?.status !== "paying" || order.attempt.paymentId !== paymentId || order.attempt.published) return undefined;
	const { _id: orderId, customerId, total, attempt } = order;
	const { card } = attempt;
	return {
		state: { ...order, attempt: { ...attempt, published: true }, dueAt: undefined, updatedAt: now },
		events: [{ type: "order.paying", data: { orderId, customerId, paymentId, total, card } }],
	};
}

export interface Cancelling {
	requestId?: string;
	by: CancelledBy;
	reason?: string;
	now: number;
}

/** @throws Refusal ORDER_CANCELLED where another request cancelled the order; ORDER_NOT_FOUND */
export function cancel(found: MaybeOrder, { requestId, by, reason, now }: Cancelling): Decision {
	const order = existing(found);
	if (order.status === "cancelled") {
		if (requestId !== undefined && order.cancellation.requestId === requestId) return undefined;
		throw conflict("ORDER_CANCELLED", "This order is cancelled already.");
	}
	const { _id: orderId, customerId, items, total } = order;
	const attempt = order.status === "placed" ? undefined : order.attempt;
	const payment = attempt && { paymentId: attempt.paymentId, card: attempt.card };
	const cancellation: Cancellation = { requestId, by, reason, refund: attempt ? "pending" : "none", at: now };
	return {
		state: become(order, { status: "cancelled", cancellation, attempt }, now),
		events: [
			{ type: "order.cancelled", data: { orderId, customerId, items, total, cancelledBy: by, reason, payment } },
		],
	};
}

/** Product has refused the goods: the order cannot be fulfilled, whatever its situation. */
export function cancelOutOfStock(
	order: MaybeOrder,
	{ productId, available }: { productId: string; available: number },
	now: number,
): Decision {
	if (!order || order.status === "cancelled") return undefined;
	const { name } = order.items.find((item) => item.productId === productId) ?? { name: productId };
	return cancel(order, { by: "out_of_stock", reason: shortage(name, available), now });
}

/** Product holds all goods of the order. */
export function stockReserved(order: MaybeOrder): Decision {
	return order?.stock === "awaited" ? { state: { ...order, stock: "reserved" } } : undefined;
}

/** The amount that the attempt captured is refunded. */
export function refunded(order: MaybeOrder, paymentId: string): Decision {
	return order?.status === "cancelled" ? settleRefund(order, paymentId, "refunded") : undefined;
}

function settleRefund(order: StoredOrder & Cancelled, paymentId: string, refund: "none" | "refunded"): Decision {
	const { cancellation, attempt } = order;
	if (cancellation.refund !== "pending" || attempt?.paymentId !== paymentId) return undefined;
	return { state: { ...order, cancellation: { ...cancellation, refund } } };
}

/** The order's time has come: it expires unpaid, or the outcome of its payment is overdue. */
export function whenDue(order: MaybeOrder, now: number): Decision {
	if (order?.status === "placed" && order.dueAt <= now) return cancel(order, { by: "expired", now });
	if (order?.status === "paying" && order.dueAt !== undefined && order.dueAt <= now)
		return publishPaying(order, order.attempt.paymentId, now);
	return undefined;
}
