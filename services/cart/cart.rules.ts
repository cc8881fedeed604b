import type { Money } from "../../shared/domain/money";
import type { OrderEvents, OrderItem } from "../order/order.events";
import type { CartEvents } from "./cart.events";
import type { CartItem } from "./cart.schemas";
import type { Change } from "../../shared/aggregates/aggregate";

/** An order's stay in the cart. Events come in any order, so an order may leave before it has come. */
export interface CartEntry {
	orderId: string;
	customerId: string;
	status: "waiting" | "accepted" | "cancelled";
	/** Present once `order.placed` is handled. */
	order?: { items: OrderItem[]; total: Money; placedAt: number };
	/** Index fields, present only while the order waits. */
	cartOf?: string;
	placedAt?: number;
}

type Decision = Change<CartEntry, CartEvents> | undefined;

/** Puts a placed order into the cart, unless it has left already. `placedAt` in milliseconds since 1970. */
export function accept(entry: CartEntry | undefined, placed: OrderEvents["order.placed"], placedAt: number): Decision {
	if (entry?.order) return undefined;
	const { orderId, customerId, items, total } = placed;
	const order = { items, total, placedAt };
	// It has left already: its items are stored, but it does not wait.
	if (entry) return { state: { ...entry, order } };
	return { state: { orderId, customerId, status: "waiting", order, cartOf: customerId, placedAt } };
}

/** The order leaves the cart, once, because it is paid for or cancelled. An order is cancelled for good also after it was completed. */
export function leave(
	entry: CartEntry | undefined,
	{ orderId, customerId }: { orderId: string; customerId: string },
	status: "accepted" | "cancelled",
): Decision {
	const before = entry?.status ?? "waiting";
	if (before === status || before === "cancelled") return undefined;
	const state: CartEntry = { ...entry, orderId, customerId, status, cartOf: undefined, placedAt: undefined };
	if (before !== "waiting") return { state };
	return { state, events: [{ type: `cart.${status}`, data: { orderId, customerId } }] };
}

/** The order as an item of the cart: none while its items are not known. */
export function toCartItem({ orderId, order }: CartEntry): CartItem | undefined {
	return order && { orderId, items: order.items, total: order.total };
}
