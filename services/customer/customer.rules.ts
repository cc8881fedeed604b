import { toRfc3339 } from "../../shared/domain/clock";
import type { CloudEvent, EventOf } from "../../shared/events/event";
import type { CartItem } from "../cart/cart.schemas";
import type { OrderEvents } from "../order/order.events";
import type { PaymentEvents } from "../payment/payment.events";
import type { ProductEvents } from "../product/product.events";
import type { Payment } from "../payment/payment.schemas";
import type { Product } from "../product/product.schemas";
import type { PageOrder } from "./customer.schemas";
import type { Change } from "../../shared/aggregates/aggregate";

export type OrderEvent = EventOf<OrderEvents> | EventOf<PaymentEvents>;
export type ProductEvent = EventOf<ProductEvents>;

/** Whether an event belongs to the view of an order: the events of order and payment do. */
export function isOrderEvent(event: CloudEvent): event is OrderEvent {
	return event.type.startsWith("order.") || event.type.startsWith("payment.");
}

export function isProductEvent(event: CloudEvent): event is ProductEvent {
	return event.type.startsWith("product.") || event.type.startsWith("stock.");
}

/** A view's next state; undefined where nothing changes. */
export type Folded<View extends object> = Change<View, never> | undefined;
type Known<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>;

/**
 * The view of an order: the set of its events. Neither their order of arrival nor repeats matter, and only old attempts to pay leave the
 * set. All other fields, and my page, are computed from it.
 */
export interface OrderView {
	/** In the order of the timeline. */
	events: OrderEvent[];
	/** Index fields, present once `order.placed` is known; `createdAt` in milliseconds since 1970. */
	customerId?: string;
	createdAt?: number;
	/** Index fields, present only while the order waits for payment; `placedAt` in milliseconds since 1970. */
	cartOf?: string;
	placedAt?: number;
}

/** Event types in the order in which they happen; it sorts events of the same millisecond. */
const STORY: ReadonlyArray<OrderEvent["type"]> = [
	"order.placed",
	"payment.delayed",
	"order.paying",
	"payment.declined",
	"payment.voided",
	"order.reopened",
	"payment.approved",
	"order.completed",
	"order.cancelled",
	"payment.refunded",
];
/** A view keeps the latest 100 events about attempts to pay of each publisher, because customers may try without limit. */
const ATTEMPTS_KEPT = 100;
const PASSING_ORDER: ReadonlySet<string> = new Set(["order.paying", "order.reopened"]);
const PASSING_PAYMENT: ReadonlySet<string> = new Set(["payment.declined", "payment.voided", "payment.delayed"]);

/**
 * Folds an event into an order's view. Neither the order of events nor repeats matter; a repeated event replaces the stored one.
 * Undefined where nothing changes.
 */
export function fold(view: OrderView | undefined, event: OrderEvent): Folded<OrderView> {
	const before = view?.events ?? [];
	const others = before.filter(({ id }) => id !== event.id);
	const state = toOrderView([...others, event]);
	// The common case needs no comparison: a new event changes the view, unless it is too old to be kept.
	if (others.length === before.length) return state.events.includes(event) ? { state } : undefined;
	return unlessEqual(view, state, ORDER_FIELDS);
}

/** Recomputes an order's view from its own events. Undefined where nothing changes. */
export function mend(view: OrderView): Folded<OrderView> {
	return unlessEqual(view, toOrderView(view.events), ORDER_FIELDS);
}

const ORDER_FIELDS = ["events", "customerId", "createdAt", "cartOf", "placedAt"] as const;

function toOrderView(known: OrderEvent[]): OrderView {
	const events = inOrder(newest(known));
	const placed = find(events, "order.placed");
	if (!placed) return { events };
	const { customerId } = placed.data;
	const createdAt = Date.parse(placed.time);
	const status = statusOf(lastOfOrder(events));
	const waits = status === "placed" || status === "paying";
	return { events, customerId, createdAt, ...(waits && { cartOf: customerId, placedAt: createdAt }) };
}

/** Undefined where `before` has the same values in these fields. Stores hold JSON, so undefined equals absent. */
function unlessEqual<View extends object>(
	before: View | undefined,
	state: View,
	fields: ReadonlyArray<keyof View>,
): Folded<View> {
	const isEqual = before && fields.every((field) => JSON.stringify(before[field]) === JSON.stringify(state[field]));
	return isEqual ? undefined : { state };
}

/** Leaves out old attempts to pay. The result depends on the set of events, not on their order of arrival. */
function newest(events: OrderEvent[]): OrderEvent[] {
	const orders = events.filter(({ type }) => PASSING_ORDER.has(type)).sort((a, b) => a.sequence - b.sequence);
	const payments = events
		.filter(({ type }) => PASSING_PAYMENT.has(type))
		.sort((a, b) => compare(a.time, b.time) || compare(a.id, b.id));
	const left = new Set([...orders.slice(0, -ATTEMPTS_KEPT), ...payments.slice(0, -ATTEMPTS_KEPT)]);
	return events.filter((event) => !left.has(event));
}

/** Sorts by time, but keeps each subject's events in sequence where clocks disagree. */
function inOrder(events: readonly OrderEvent[]): OrderEvent[] {
	const latest = new Map<string, number>();
	const placeOf = new Map<OrderEvent, number>();
	for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
		const place = Date.parse(event.time) * STORY.length + STORY.indexOf(event.type);
		const reached = Math.max(place, latest.get(event.subject) ?? 0);
		latest.set(event.subject, reached);
		placeOf.set(event, reached);
	}
	return [...events].sort(
		(a, b) => placeOf.get(a)! - placeOf.get(b)! || compare(a.subject, b.subject) || a.sequence - b.sequence,
	);
}

/** The order as my page shows it; undefined while `order.placed` is not known. */
export function toPageOrder({ events }: OrderView): PageOrder | undefined {
	const placed = find(events, "order.placed");
	if (!placed) return undefined;
	const { orderId, customerId, items, total } = placed.data;
	const last = lastOfOrder(events);
	const cancelled = find(events, "order.cancelled");
	const payment = paymentThatMatters(events);
	return {
		id: orderId,
		customerId,
		status: statusOf(last),
		items,
		total,
		...(cancelled && { cancelledBy: cancelled.data.cancelledBy, ...reasonOf(cancelled) }),
		createdAt: placed.time,
		updatedAt: last.time,
		version: last.sequence,
		...(payment && { payment }),
		...(cancelled && { cancellation: toCancellation(cancelled, events) }),
		timeline: events.map(({ time, type }) => ({ at: time, type })),
	};
}

/** The order with the time at which it expires, where it waits for a payment. `expiresAfterMs`: the shop's setting */
export function withExpiry(order: PageOrder, expiresAfterMs: number): PageOrder {
	if (order.status !== "placed") return order;
	return { ...order, expiresAt: toRfc3339(Date.parse(order.createdAt) + expiresAfterMs) };
}

function lastOfOrder(events: readonly OrderEvent[]): EventOf<OrderEvents> {
	return events.filter(isOfOrder).reduce((last, event) => (event.sequence > last.sequence ? event : last));
}

function statusOf({ type }: EventOf<OrderEvents>): PageOrder["status"] {
	if (type === "order.reopened") return "placed";
	return type.slice("order.".length) as PageOrder["status"];
}

const PAYMENT_STATUS = {
	"payment.delayed": "pending",
	"payment.approved": "approved",
	"payment.declined": "declined",
	"payment.voided": "voided",
	"payment.refunded": "refunded",
} as const;

/** Builds a payment from its events; there has to be at least one. */
function toPayment(events: ReadonlyArray<EventOf<PaymentEvents>>): Payment {
	const [first, ...later] = [...events].sort((a, b) => a.sequence - b.sequence);
	const last = later.at(-1) ?? first!;
	const { orderId, amount, card } = last.data;
	return {
		id: last.subject,
		orderId,
		amount,
		status: PAYMENT_STATUS[last.type],
		card,
		...(last.type === "payment.declined" && { code: last.data.code }),
		createdAt: last.data.createdAt ?? first!.time,
	};
}

/** The payment that captured the customer's money, else the latest attempt. */
function paymentThatMatters(events: readonly OrderEvent[]): Payment | undefined {
	const ofPayment = events.filter(isOfPayment);
	const payments = [...new Set(ofPayment.map(({ subject }) => subject))]
		.map((id) => toPayment(ofPayment.filter(({ subject }) => subject === id)))
		.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || compare(b.id, a.id));
	return payments.find(({ status }) => status === "approved" || status === "refunded") ?? payments[0];
}

function toCancellation(cancelled: Known<"order.cancelled">, events: readonly OrderEvent[]): PageOrder["cancellation"] {
	const { orderId, cancelledBy, payment, total } = cancelled.data;
	const ofPayment = events.filter(isOfPayment).filter(({ subject }) => subject === payment?.paymentId);
	const paid = ofPayment.length > 0 ? toPayment(ofPayment).status : "pending";
	const uncaptured = !payment || paid === "voided" || paid === "declined";
	return {
		orderId,
		status: "cancelled",
		cancelledBy,
		...reasonOf(cancelled),
		refund: uncaptured ? { status: "none" } : { status: paid === "refunded" ? "refunded" : "pending", amount: total },
		createdAt: cancelled.time,
	};
}

function reasonOf({ data: { reason } }: Known<"order.cancelled">): { reason?: string } {
	return reason === undefined ? {} : { reason };
}

/** The view of a product, from its latest events. Stock events carry only the available quantity, so stock has its own sequence. */
export interface ProductView {
	described?: { sequence: number } & Omit<Product, "id" | "stock" | "version">;
	stock?: { sequence: number; available: number };
	/** Index field, present once the product is described; milliseconds since 1970. */
	addedAt?: number;
}

const PRODUCT_FIELDS = ["described", "stock", "addedAt"] as const;

/**
 * Folds an event into a product's view: the event with the higher sequence wins. A repeated event repairs a damaged view.
 * Undefined where nothing changes.
 */
export function foldProduct(product: ProductView | undefined, event: ProductEvent): Folded<ProductView> {
	const { sequence, data } = event;
	const { described, stock, addedAt } = product ?? {};
	const state: ProductView = { described, stock, addedAt };
	if (sequence >= (stock?.sequence ?? 0)) state.stock = { sequence, available: data.available };
	if (isDescription(event) && sequence >= (described?.sequence ?? 0)) {
		const { name, description, price, imageUrl } = event.data;
		state.described = { sequence, name, description, price, imageUrl };
		state.addedAt = Date.parse(event.data.addedAt);
	}
	return unlessEqual(product, state, PRODUCT_FIELDS);
}

/** The product as my page shows it; undefined while only its stock is known. */
export function toPageProduct(id: string, { described, stock }: ProductView): Product | undefined {
	if (!described || !stock) return undefined;
	const { sequence, ...fields } = described;
	return { id, ...fields, stock: stock.available, version: Math.max(sequence, stock.sequence) };
}

/** The order as an item of the cart; undefined while `order.placed` is not known. */
export function toCartItem({ events }: OrderView): CartItem | undefined {
	const placed = find(events, "order.placed");
	return placed && { orderId: placed.data.orderId, items: placed.data.items, total: placed.data.total };
}

function isDescription(
	event: ProductEvent,
): event is Extract<ProductEvent, { type: "product.added" | "product.changed" }> {
	return event.type === "product.added" || event.type === "product.changed";
}

function isOfOrder(event: OrderEvent): event is EventOf<OrderEvents> {
	return event.type.startsWith("order.");
}

function isOfPayment(event: OrderEvent): event is EventOf<PaymentEvents> {
	return event.type.startsWith("payment.");
}

function find<Type extends OrderEvent["type"]>(events: readonly OrderEvent[], type: Type): Known<Type> | undefined {
	return events.find((event): event is Known<Type> => event.type === type);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
