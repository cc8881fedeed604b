import type { CloudEvent, EventOf } from "../../shared/events/event";
import type { Money } from "../../shared/domain/money";
import type { OrderEvents } from "../order/order.events";
import type { PaymentEvents } from "../payment/payment.events";
import type { ProductEvents } from "../product/product.events";
import type { Payment } from "../payment/payment.schemas";
import type { Product } from "../product/product.schemas";
import type { PageOrder } from "./customer.schemas";
import type { Change } from "../../shared/aggregates/aggregate";

export type OrderEvent = EventOf<OrderEvents> | EventOf<PaymentEvents>;
export type ProductEvent = EventOf<ProductEvents>;

/** What the life of an order is made of: what order tells of it, and what payment does. */
export function isOrderEvent(event: CloudEvent): event is OrderEvent {
	return event.type.startsWith("order.") || event.type.startsWith("payment.");
}

export function isProductEvent(event: CloudEvent): event is ProductEvent {
	return event.type.startsWith("product.") || event.type.startsWith("stock.");
}

/** Undefined where the event says nothing new. */
export type Folded<View extends object> = Change<View, never> | undefined;
type Known<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>;

/**
 * What is known of an order: the set of its events, and nothing else, so that neither their order of arrival nor repeats matter.
 * All that is shown is worked out from this set.
 */
export interface OrderView {
	/** In the order of the timeline. */
	events: OrderEvent[];
	/** Index fields, present once the order's placing is known. */
	customerId?: string;
	createdAt?: number;
	/** Index fields, present only while the order waits for payment. */
	cartOf?: string;
	placedAt?: number;
}

/** What can happen to an order, in the order in which it comes about: that of events of the same millisecond. */
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
/** A customer may try to pay as often as they like; of the events that only say so this many are kept, by kind. */
const ATTEMPTS_KEPT = 100;
const PASSING_ORDER: ReadonlySet<string> = new Set(["order.paying", "order.reopened"]);
const PASSING_PAYMENT: ReadonlySet<string> = new Set(["payment.declined", "payment.voided", "payment.delayed"]);

/** Takes an event into the view. */
export function fold(view: OrderView | undefined, event: OrderEvent): Folded<OrderView> {
	if (view?.events.some(({ id }) => id === event.id)) return undefined;
	const events = inOrder(newest([...(view?.events ?? []), event]));
	if (!events.some(({ id }) => id === event.id)) return undefined;
	const placed = find(events, "order.placed");
	if (!placed) return { state: { events } };
	const { customerId } = placed.data;
	const createdAt = Date.parse(placed.time);
	const status = statusOf(lastOfOrder(events));
	const waits = status === "placed" || status === "paying";
	return { state: { events, customerId, createdAt, ...(waits && { cartOf: customerId, placedAt: createdAt }) } };
}

/** The events without the attempts beyond those kept. Which these are depends on the whole set only. */
function newest(events: OrderEvent[]): OrderEvent[] {
	const orders = events.filter(({ type }) => PASSING_ORDER.has(type)).sort((a, b) => a.sequence - b.sequence);
	const payments = events
		.filter(({ type }) => PASSING_PAYMENT.has(type))
		.sort((a, b) => compare(a.time, b.time) || compare(a.id, b.id));
	const left = new Set([...orders.slice(0, -ATTEMPTS_KEPT), ...payments.slice(0, -ATTEMPTS_KEPT)]);
	return events.filter((event) => !left.has(event));
}

/** By time, but never against the sequence of one subject's events, whatever the clocks said. */
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

/** The order as on my page, or undefined while its placing is not known. */
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

function lastOfOrder(events: readonly OrderEvent[]): EventOf<OrderEvents> {
	return events.filter(isToldByOrder).reduce((last, event) => (event.sequence > last.sequence ? event : last));
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

/** A payment by its events, of which there is at least one. */
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
		createdAt: first!.time,
	};
}

/** The payment that took the customer's money, else the latest attempt. */
function paymentThatMatters(events: readonly OrderEvent[]): Payment | undefined {
	const ofPayment = events.filter(isToldByPayment);
	const payments = [...new Set(ofPayment.map(({ subject }) => subject))]
		.map((id) => toPayment(ofPayment.filter(({ subject }) => subject === id)))
		.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || compare(b.id, a.id));
	return payments.find(({ status }) => status === "approved" || status === "refunded") ?? payments[0];
}

function toCancellation(cancelled: Known<"order.cancelled">, events: readonly OrderEvent[]): PageOrder["cancellation"] {
	const { orderId, cancelledBy, payment, total } = cancelled.data;
	const ofPayment = events.filter(isToldByPayment).filter(({ subject }) => subject === payment?.paymentId);
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

/** A product as last told. Some events only tell what can still be ordered, so that has a sequence of its own. */
export interface ProductView {
	described?: { sequence: number } & Omit<Product, "id" | "stock">;
	stock?: { sequence: number; available: number };
	/** Index field, present once the product is described. */
	addedAt?: number;
}

export function foldProduct(product: ProductView = {}, event: ProductEvent): Folded<ProductView> {
	const { sequence } = event;
	const tellsStock = sequence > (product.stock?.sequence ?? 0);
	const stock = tellsStock ? { sequence, available: event.data.available } : product.stock;
	if (isDescription(event) && sequence > (product.described?.sequence ?? 0)) {
		const { name, description, price, imageUrl, addedAt } = event.data;
		return {
			state: { stock, described: { sequence, name, description, price, imageUrl }, addedAt: Date.parse(addedAt) },
		};
	}
	return tellsStock ? { state: { ...product, stock } } : undefined;
}

/** The product as on my page, or undefined while only its stock is known. */
export function toPageProduct(id: string, { described, stock }: ProductView): Product | undefined {
	if (!described || !stock) return undefined;
	const { sequence: _, ...fields } = described;
	return { id, ...fields, stock: stock.available };
}

/** What waits for payment, as cart tells it. */
export function toCartItem({ events }: OrderView): Array<{ orderId: string; items: PageOrder["items"]; total: Money }> {
	const placed = find(events, "order.placed");
	return placed ? [{ orderId: placed.data.orderId, items: placed.data.items, total: placed.data.total }] : [];
}

function isDescription(
	event: ProductEvent,
): event is Extract<ProductEvent, { type: "product.added" | "product.changed" }> {
	return event.type === "product.added" || event.type === "product.changed";
}

function isToldByOrder(event: OrderEvent): event is EventOf<OrderEvents> {
	return event.type.startsWith("order.");
}

function isToldByPayment(event: OrderEvent): event is EventOf<PaymentEvents> {
	return event.type.startsWith("payment.");
}

function find<Type extends OrderEvent["type"]>(events: readonly OrderEvent[], type: Type): Known<Type> | undefined {
	return events.find((event): event is Known<Type> => event.type === type);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
