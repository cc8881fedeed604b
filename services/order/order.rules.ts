import { type Money, sum, times } from "../../shared/domain/money";
import { conflict, invalid, notFound } from "../../shared/domain/refusals";
import type { CancelledBy, OrderEvents, OrderItem } from "./order.events";
import type { Card } from "../../shared/domain/cards";
import type { Change } from "../../shared/aggregates/aggregate";

/** One try to pay, known by the id under which the card processor is asked. */
export interface Attempt {
	paymentId: string;
	card: Card;
	/** How many calls have asked payment for it: a repeated request goes on with the attempt of the first. */
	calls: number;
	/** Whether `order.paying` was told of it. */
	told?: boolean;
	/** How often its outcome was asked for. */
	checks: number;
}

export interface OrderState {
	customerId: string;
	items: OrderItem[];
	total: Money;
	status: "placed" | "paying" | "completed" | "cancelled";
	/** What is known of the goods: held for this order, or not answered yet. Where they are refused, the order is cancelled. */
	stock: "awaited" | "reserved";
	/** While paying, and once completed: what pays. While cancelled: what has to be given back. */
	attempt?: Attempt;
	/** The last attempt of which it is certain that it captured nothing: its id is used up. */
	closedAttempt?: string;
	cancellation?: {
		/** The request that cancelled, so that its repeat is told yes. */
		requestId?: string;
		by: CancelledBy;
		reason?: string;
		refund: "none" | "pending" | "refunded";
		at: number;
	};
	expiresAt: number;
	createdAt: number;
	updatedAt: number;
	/** When something is to be done about the order by itself: see {@link whenDue}. */
	dueAt?: number;
}

type Decision = Change<OrderState, OrderEvents> | undefined;
type MaybeOrder = (OrderState & { _id: string }) | undefined;

/** How long an attempt that goes on beyond its deadline is left alone until its outcome is asked for. */
const FIRST_CHECK_MS = 1_000;
/** Longest pause between two questions about a payment that the customer waits for; and about a refund. */
const LONGEST_CHECK_MS = 4_000;
const LONGEST_REFUND_CHECK_MS = 60_000;

const LIFE: Readonly<Record<OrderState["status"], ReadonlyArray<OrderState["status"]>>> = {
	placed: ["paying", "cancelled"],
	paying: ["completed", "placed", "cancelled"],
	completed: ["cancelled"],
	cancelled: [],
};

/** The only way in which an order's status changes. @throws Error for a step that is not in the life of an order: a defect */
function move(order: OrderState, status: OrderState["status"], now: number): OrderState {
	if (!LIFE[order.status].includes(status)) throw new Error(`an order cannot go from ${order.status} to ${status}`);
	return { ...order, status, updatedAt: now };
}

export interface Placing {
	orderId: string;
	customerId: string;
	items: OrderItem[];
	currency: string;
	expiresAfterMs: number;
	now: number;
}

/** A repeat of the same placing finds the order there and changes nothing. */
export function place(
	order: MaybeOrder,
	{ orderId, customerId, items, currency, expiresAfterMs, now }: Placing,
): Decision {
	if (order) return undefined;
	const total = sum(
		items.map(({ unitPrice, quantity }) => times(unitPrice, quantity)),
		currency,
	);
	const expiresAt = now + expiresAfterMs;
	return {
		state: {
			customerId,
			items,
			total,
			status: "placed",
			stock: "awaited",
			expiresAt,
			dueAt: expiresAt,
			createdAt: now,
			updatedAt: now,
		},
		events: [{ type: "order.placed", data: { orderId, customerId, items, total } }],
	};
}

/** @throws Refusal on the second of two items of one product */
export function eachProductOnce(items: ReadonlyArray<{ productId: string }>): void {
	items.forEach(({ productId }, index) => {
		if (items.findIndex((item) => item.productId === productId) < index) {
			throw invalid(`items.${index}.productId`, "names a product that is in the order already");
		}
	});
}

export function existing(order: MaybeOrder): OrderState & { _id: string } {
	if (!order) throw notFound("ORDER_NOT_FOUND", "There is no order of this id.");
	return order;
}

/** @throws Refusal where the order is not to be paid by this attempt */
export function checkPayable(found: MaybeOrder, paymentId: string): void {
	const order = existing(found);
	if (order.status === "cancelled") throw refuseCancelled(order);
	if (order.status === "placed" || order.attempt?.paymentId === paymentId) return;
	if (order.status === "completed") throw conflict("ORDER_ALREADY_PAID", "This order is paid already.");
	throw conflict("PAYMENT_IN_PROGRESS", "A payment of this order is under way.", { retryAfterS: 2 });
}

function refuseCancelled(order: OrderState): Error {
	return order.cancellation?.by === "out_of_stock"
		? conflict("OUT_OF_STOCK", "There is not enough in stock; the order is cancelled.")
		: conflict("ORDER_CANCELLED", "This order is cancelled.");
}

/** The attempt is part of the order before anybody is asked for money. The same attempt again goes on where it was. */
export function startPayment(
	order: MaybeOrder,
	{ paymentId, card, now, timeoutMs }: { paymentId: string; card: Card; now: number; timeoutMs: number },
): Decision {
	checkPayable(order, paymentId);
	if (order!.status === "completed") return undefined;
	if (order!.status === "paying")
		return { state: { ...order!, attempt: { ...order!.attempt!, calls: order!.attempt!.calls + 1 } } };
	const attempt = { paymentId, card, calls: 1, checks: 0 };
	return { state: { ...move(order!, "paying", now), attempt, dueAt: now + timeoutMs + FIRST_CHECK_MS } };
}

/** The attempt's amount is captured. */
export function complete(order: MaybeOrder, paymentId: string, now: number): Decision {
	if (order?.status !== "paying" || order.attempt?.paymentId !== paymentId) return undefined;
	const { _id: orderId, customerId, total } = order;
	return {
		state: { ...move(order, "completed", now), dueAt: undefined },
		events: [{ type: "order.completed", data: { orderId, customerId, paymentId, total } }],
	};
}

/** It is certain that the attempt captured nothing and never will. */
export function closeAttempt(order: MaybeOrder, paymentId: string, now: number): Decision {
	if (order?.attempt?.paymentId !== paymentId) return undefined;
	if (order.status === "cancelled" && order.cancellation?.refund === "pending") {
		return {
			state: { ...order, cancellation: { ...order.cancellation, refund: "none" }, dueAt: undefined, updatedAt: now },
		};
	}
	if (order.status !== "paying") return undefined;
	const { _id: orderId, customerId } = order;
	const state = { ...move(order, "placed", now), attempt: undefined, closedAttempt: paymentId, dueAt: order.expiresAt };
	return order.attempt.told
		? { state, events: [{ type: "order.reopened", data: { orderId, customerId, paymentId } }] }
		: { state };
}

/**
 * Payment was not reached. That says something of the whole attempt only where no other call may have reached it.
 */
export function closeUnsent(order: MaybeOrder, paymentId: string, now: number): Decision {
	return order?.attempt?.calls === 1 ? closeAttempt(order, paymentId, now) : tellPaying(order, paymentId, now);
}

/** The attempt's outcome is not known at the deadline. */
export function tellPaying(order: MaybeOrder, paymentId: string, now: number): Decision {
	if (order?.status !== "paying" || order.attempt?.paymentId !== paymentId || order.attempt.told) return undefined;
	const { _id: orderId, customerId } = order;
	return {
		state: { ...order, attempt: { ...order.attempt, told: true }, updatedAt: now },
		events: [{ type: "order.paying", data: { orderId, customerId, paymentId } }],
	};
}

export interface Cancelling {
	requestId?: string;
	by: CancelledBy;
	reason?: string;
	now: number;
}

/** @throws Refusal ORDER_CANCELLED where another request cancelled it */
export function cancel(found: MaybeOrder, { requestId, by, reason, now }: Cancelling): Decision {
	const order = existing(found);
	if (order.status === "cancelled") {
		if (requestId !== undefined && order.cancellation?.requestId === requestId) return undefined;
		throw conflict("ORDER_CANCELLED", "This order is cancelled already.");
	}
	const { _id: orderId, customerId, items, total, attempt } = order;
	const payment = attempt && { paymentId: attempt.paymentId, card: attempt.card };
	return {
		state: {
			...move(order, "cancelled", now),
			attempt: attempt && { ...attempt, checks: 0 },
			cancellation: { requestId, by, reason, refund: attempt ? "pending" : "none", at: now },
			dueAt: attempt && now + LONGEST_CHECK_MS,
		},
		events: [
			{ type: "order.cancelled", data: { orderId, customerId, items, total, cancelledBy: by, reason, payment } },
		],
	};
}

/** Stock has refused: whatever the order's situation, it cannot be fulfilled. */
export function cancelOutOfStock(order: MaybeOrder, now: number): Decision {
	if (!order || order.status === "cancelled") return undefined;
	return cancel(order, { by: "out_of_stock", now });
}

/** An order that nobody paid in time. One that is being paid never expires. */
export function expire(order: MaybeOrder, now: number): Decision {
	if (order?.status !== "placed" || now < order.expiresAt) return undefined;
	return cancel(order, { by: "expired", now });
}

export function stockReserved(order: MaybeOrder): Decision {
	return order?.stock === "awaited" ? { state: { ...order, stock: "reserved" } } : undefined;
}

export function refunded(order: MaybeOrder, paymentId: string, now: number): Decision {
	if (order?.cancellation?.refund !== "pending" || order.attempt?.paymentId !== paymentId) return undefined;
	return {
		state: { ...order, cancellation: { ...order.cancellation, refund: "refunded" }, dueAt: undefined, updatedAt: now },
	};
}

/** What is to be done about an order whose time has come: it is unpaid, or the outcome of its payment or refund is to be asked for. */
export function whenDue(order: OrderState): "expire" | "settle" | undefined {
	if (order.status === "placed") return "expire";
	if (order.status === "paying" || order.cancellation?.refund === "pending") return "settle";
	return undefined;
}

/** Puts the next question off before this one is asked, so that no other process asks it too. */
export function claimCheck(order: MaybeOrder, now: number): Decision {
	if (!order?.attempt || order.dueAt === undefined || order.dueAt > now) return undefined;
	const longest = order.status === "paying" ? LONGEST_CHECK_MS : LONGEST_REFUND_CHECK_MS;
	const checks = order.attempt.checks + 1;
	const pause = Math.min(longest, FIRST_CHECK_MS * 2 ** Math.min(checks, 10));
	return { state: { ...order, attempt: { ...order.attempt, checks }, dueAt: now + pause } };
}
