import type { Change } from "../../shared/aggregates/aggregates";
import type { Fact } from "../../shared/events/event";
import type { Money } from "../../shared/domain/money";
import type { OrderFacts } from "../order/order.events";
import type { PaymentFacts } from "../payment/payment.events";
import type { ProductFacts } from "../product/product.events";
import type { Payment } from "../payment/payment.schemas";
import type { Product } from "../product/product.schemas";
import type { PageOrder } from "./customer.schemas";

type Told<Catalog> = { [Name in keyof Catalog & string]: Fact<Name, Catalog[Name]> }[keyof Catalog & string];
export type OrderFact = Told<OrderFacts> | Told<PaymentFacts>;
export type ProductFact = Told<ProductFacts>;

/** What the life of an order is made of: what order tells of it, and what payment does. */
export function isOrderFact(fact: Fact): fact is OrderFact {
	return fact.type.startsWith("order.") || fact.type.startsWith("payment.");
}

export function isProductFact(fact: Fact): fact is ProductFact {
	return fact.type.startsWith("product.") || fact.type.startsWith("stock.");
}

/** Undefined where the fact says nothing new. */
export type Folded<View extends object> = Change<View, never> | undefined;
type Known<Type extends OrderFact["type"]> = Extract<OrderFact, { type: Type }>;

/**
 * What is known of an order: the set of its facts, and nothing else, so that neither their order of arrival nor repeats matter.
 * All that is shown is worked out from this set.
 */
export interface OrderView {
	/** In the order of the timeline. */
	facts: OrderFact[];
	/** Index fields, present once the order's placing is known. */
	customerId?: string;
	createdAt?: number;
	/** Index fields, present only while the order waits for payment. */
	cartOf?: string;
	placedAt?: number;
}

/** What can happen to an order, in the order in which it comes about: that of facts of the same millisecond. */
const STORY: ReadonlyArray<OrderFact["type"]> = [
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
/** A customer may try to pay as often as they like; of the facts that only say so this many are kept, by kind. */
const ATTEMPTS_KEPT = 100;
const PASSING_ORDER: ReadonlySet<string> = new Set(["order.paying", "order.reopened"]);
const PASSING_PAYMENT: ReadonlySet<string> = new Set(["payment.declined", "payment.voided", "payment.delayed"]);

/** Takes a fact into the view. */
export function fold(view: OrderView | undefined, fact: OrderFact): Folded<OrderView> {
	if (view?.facts.some(({ id }) => id === fact.id)) return undefined;
	const facts = inOrder(newest([...(view?.facts ?? []), fact]));
	if (!facts.some(({ id }) => id === fact.id)) return undefined;
	const placed = find(facts, "order.placed");
	if (!placed) return { state: { facts } };
	const { customerId } = placed.data;
	const createdAt = Date.parse(placed.time);
	const status = statusOf(lastOfOrder(facts));
	const waits = status === "placed" || status === "paying";
	return { state: { facts, customerId, createdAt, ...(waits && { cartOf: customerId, placedAt: createdAt }) } };
}

/** The facts without the attempts beyond those kept. Which these are depends on the whole set only. */
function newest(facts: OrderFact[]): OrderFact[] {
	const orders = facts.filter(({ type }) => PASSING_ORDER.has(type)).sort((a, b) => a.sequence - b.sequence);
	const payments = facts
		.filter(({ type }) => PASSING_PAYMENT.has(type))
		.sort((a, b) => compare(a.time, b.time) || compare(a.id, b.id));
	const left = new Set([...orders.slice(0, -ATTEMPTS_KEPT), ...payments.slice(0, -ATTEMPTS_KEPT)]);
	return facts.filter((fact) => !left.has(fact));
}

/** By time, but never against the sequence of one subject's facts, whatever the clocks said. */
function inOrder(facts: readonly OrderFact[]): OrderFact[] {
	const latest = new Map<string, number>();
	const placeOf = new Map<OrderFact, number>();
	for (const fact of [...facts].sort((a, b) => a.sequence - b.sequence)) {
		const place = Date.parse(fact.time) * STORY.length + STORY.indexOf(fact.type);
		const reached = Math.max(place, latest.get(fact.subject) ?? 0);
		latest.set(fact.subject, reached);
		placeOf.set(fact, reached);
	}
	return [...facts].sort(
		(a, b) => placeOf.get(a)! - placeOf.get(b)! || compare(a.subject, b.subject) || a.sequence - b.sequence,
	);
}

/** The order as on my page, or undefined while its placing is not known. */
export function toPageOrder({ facts }: OrderView): PageOrder | undefined {
	const placed = find(facts, "order.placed");
	if (!placed) return undefined;
	const { orderId, customerId, items, total } = placed.data;
	const last = lastOfOrder(facts);
	const cancelled = find(facts, "order.cancelled");
	const payment = paymentThatMatters(facts);
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
		...(cancelled && { cancellation: toCancellation(cancelled, facts) }),
		timeline: facts.map(({ time, type }) => ({ at: time, type })),
	};
}

function lastOfOrder(facts: readonly OrderFact[]): Told<OrderFacts> {
	return facts.filter(isToldByOrder).reduce((last, fact) => (fact.sequence > last.sequence ? fact : last));
}

function statusOf({ type }: Told<OrderFacts>): PageOrder["status"] {
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

/** A payment by its facts, of which there is at least one. */
function toPayment(facts: ReadonlyArray<Told<PaymentFacts>>): Payment {
	const [first, ...later] = [...facts].sort((a, b) => a.sequence - b.sequence);
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
function paymentThatMatters(facts: readonly OrderFact[]): Payment | undefined {
	const ofPayment = facts.filter(isToldByPayment);
	const payments = [...new Set(ofPayment.map(({ subject }) => subject))]
		.map((id) => toPayment(ofPayment.filter(({ subject }) => subject === id)))
		.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || compare(b.id, a.id));
	return payments.find(({ status }) => status === "approved" || status === "refunded") ?? payments[0];
}

function toCancellation(cancelled: Known<"order.cancelled">, facts: readonly OrderFact[]): PageOrder["cancellation"] {
	const { orderId, cancelledBy, payment, total } = cancelled.data;
	const ofPayment = facts.filter(isToldByPayment).filter(({ subject }) => subject === payment?.paymentId);
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

/** A product as last told. Some facts only tell what can still be ordered, so that has a sequence of its own. */
export interface ProductView {
	described?: { sequence: number } & Omit<Product, "id" | "stock">;
	stock?: { sequence: number; available: number };
	/** Index field, present once the product is described. */
	addedAt?: number;
}

export function foldProduct(product: ProductView = {}, fact: ProductFact): Folded<ProductView> {
	const { sequence } = fact;
	const tellsStock = sequence > (product.stock?.sequence ?? 0);
	const stock = tellsStock ? { sequence, available: fact.data.available } : product.stock;
	if (isDescription(fact) && sequence > (product.described?.sequence ?? 0)) {
		const { name, description, price, imageUrl, addedAt } = fact.data;
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
export function toCartItem({ facts }: OrderView): Array<{ orderId: string; items: PageOrder["items"]; total: Money }> {
	const placed = find(facts, "order.placed");
	return placed ? [{ orderId: placed.data.orderId, items: placed.data.items, total: placed.data.total }] : [];
}

function isDescription(fact: ProductFact): fact is Extract<ProductFact, { type: "product.added" | "product.changed" }> {
	return fact.type === "product.added" || fact.type === "product.changed";
}

function isToldByOrder(fact: OrderFact): fact is Told<OrderFacts> {
	return fact.type.startsWith("order.");
}

function isToldByPayment(fact: OrderFact): fact is Told<PaymentFacts> {
	return fact.type.startsWith("payment.");
}

function find<Type extends OrderFact["type"]>(facts: readonly OrderFact[], type: Type): Known<Type> | undefined {
	return facts.find((fact): fact is Known<Type> => fact.type === type);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
