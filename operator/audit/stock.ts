import type { OrderState } from "../../services/order/order.rules";
import type { ProductEvents } from "../../services/product/product.events";
import type { Reservation } from "../../services/product/stock.rules";
import type { EventOf } from "../../shared/events/event";
import type { AuditSnapshot, Difference, PublishedEvents } from "./difference";
import { beganEarlier } from "./trimmed";

type StockEvent = EventOf<ProductEvents>;
/** The events of a product, as {@link Story} has them. */
interface StockStory {
	events: StockEvent[];
	isWhole: boolean;
}
/** By product id, the quantity that is held for one order. */
type Held = Map<string, number>;

/**
 * I3: each product's available stock follows from its events, and only orders that may hold stock hold some. The log may have removed events about an old
 * order: what the others say is compared.
 */
export function compareStock(snapshot: AuditSnapshot, published: PublishedEvents): Difference[] {
	const { orders, products, reservations } = snapshot;
	const isOld = beganEarlier(snapshot).order;
	const differences: Difference[] = [];
	const add = (subject: string, says: string | undefined, waiting?: Pick<Difference, "awaits" | "about">) => {
		if (says) differences.push({ invariant: "I3", subject, says, ...waiting });
	};
	const held = new Map<string, Held>();
	const open = new Map(products.map((product) => [product._id, product.open]));

	for (const product of products) {
		const { _id: id, available } = product;
		if (!(Number.isSafeInteger(available) && available >= 0))
			add(`product ${id}`, `has ${available} that can be ordered`);
		const story = published.of(product) as StockStory | undefined;
		if (!story) continue;
		for (const event of story.events) take(held, event);
		add(`product ${id}`, checkMoves(story) ?? checkLeft(story, available));
	}

	const orderOf = new Map(orders.map((order) => [order._id, order]));
	const reservationOf = new Map(reservations.map((reservation) => [reservation._id, reservation]));
	const isOpen = (productId: string, orderId: string) => open.get(productId)?.[orderId]?.type === "held";
	for (const id of new Set([...orderOf.keys(), ...reservationOf.keys(), ...held.keys()])) {
		// Of an old order, goods may be given back whose reservation the log no longer has.
		const isHeld = (quantity: number) => (isOld(id) ? quantity > 0 : quantity !== 0);
		const goods: Held = new Map([...(held.get(id) ?? [])].filter(([, quantity]) => isHeld(quantity)));
		const order = orderOf.get(id);
		if (!order) add(`order ${id}`, "has stock, but is not stored");
		else if (order.status === "cancelled")
			add(`order ${id}`, checkNothingHeld(goods), { awaits: ["order", "product"], about: id });
		else {
			const reservation = reservationOf.get(id);
			const isNoted = (productId: string) => isOpen(productId, id);
			const unreserved = checkReserved(order, reservation);
			// Product notes what it holds, and tells order of it, before it saves the reservation.
			const isDeciding = [...goods.keys()].every(isNoted);
			if (unreserved) add(`order ${id}`, unreserved, isDeciding ? { awaits: ["product"], about: id } : undefined);
			else add(`order ${id}`, checkHeld(order, reservation, { goods, isAll: !isOld(id) }, isNoted));
		}
	}
	return differences;
}

function take(held: Map<string, Held>, { type, subject, data }: StockEvent): void {
	if (type !== "stock.reserved" && type !== "stock.released") return;
	const goods = held.get(data.orderId) ?? new Map<string, number>();
	const quantity = type === "stock.reserved" ? data.quantity : -data.quantity;
	held.set(data.orderId, goods.set(subject, (goods.get(subject) ?? 0) + quantity));
}

/** Each event carries the quantity left available, which must follow from that of the event before it. */
function checkMoves({ events, isWhole }: StockStory): string | undefined {
	let left = isWhole ? 0 : undefined;
	for (const event of events) {
		const { type, sequence, data } = event;
		if (left !== undefined && left !== (availableBefore(event) ?? left))
			return `had ${left} left, but ${data.available} after ${type} (event ${sequence})`;
		left = data.available;
	}
	return undefined;
}

/** Undefined where the event does not say it, as it sets another quantity. */
function availableBefore({ type, data }: StockEvent): number | undefined {
	if (type === "stock.reserved") return data.available + data.quantity;
	if (type === "stock.released") return data.available - data.quantity;
	return type === "stock.rejected" ? data.available : undefined;
}

function checkLeft({ events, isWhole }: StockStory, available: number): string | undefined {
	const left = events.at(-1)?.data.available ?? (isWhole ? 0 : available);
	return available === left ? undefined : `has ${available} that can be ordered, but its events leave ${left}`;
}

function checkNothingHeld(goods: Held): string | undefined {
	return goods.size > 0 ? `is cancelled, but still holds ${inWords(goods)}` : undefined;
}

function checkReserved({ stock }: OrderState, reservation: Reservation | undefined): string | undefined {
	return stock === "reserved" && !reservation ? "counts on its goods, but they are not reserved" : undefined;
}

/** An order that is not cancelled holds all of its goods once they are reserved. `isAll`: whether `goods` must be all that it holds. */
function checkHeld(
	{ status, items }: OrderState,
	reservation: Reservation | undefined,
	{ goods, isAll }: { goods: Held; isAll: boolean },
	isNoted: (productId: string) => boolean,
): string | undefined {
	const holds = inWords(goods);
	const decided = reservation?.status;
	if (decided !== undefined && decided !== "reserved") return `is ${status}, but its reservation is ${decided}`;
	if (decided === "reserved") {
		const wanted = new Map(items.map(({ productId, quantity }) => [productId, quantity]));
		const isRight = [...goods].every(([productId, quantity]) => wanted.get(productId) === quantity);
		const isWhole = isRight && (!isAll || goods.size === items.length);
		return isWhole ? undefined : `is reserved as a whole, but holds ${holds}`;
	}
	// While the reservation is undecided, each product notes the quantity that it holds for the order.
	const forgotten = [...goods.keys()].find((productId) => !isNoted(productId));
	return forgotten === undefined ? undefined : `holds ${holds}, but ${forgotten} does not remember for whom`;
}

function inWords(goods: Held): string {
	return [...goods].map(([productId, quantity]) => `${quantity} of ${productId}`).join(", ") || "nothing";
}
