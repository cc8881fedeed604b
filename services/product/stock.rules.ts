import { busy } from "../../shared/domain/refusals";
import type { Stored } from "../../shared/store/store";
import type { ProductEvents } from "./product.events";
import { known, type OpenEntry, type ProductState } from "./product.rules";
import type { Change, Saved } from "../../shared/aggregates/aggregate";

/** Orders that can be under way with one product at a time. */
export const OPEN_LIMIT = 300;

export interface OrderedGoods {
	productId: string;
	quantity: number;
}

/**
 * What became of an order's goods, one document an order, under the order's id; the first to insert it decides. "void": cancelled
 * before it was reserved. "rejected" and "void" hold nothing and stay; "reserved" becomes "returned" once all of a cancelled order is given back.
 */
export interface Reservation extends Stored {
	status: "reserved" | "rejected" | "void" | "returned";
	items: OrderedGoods[];
}

/** Of the orders that matter to a decision, those with a reservation, as read after the product. */
export type Decided = ReadonlyMap<string, Reservation["status"]>;

interface Line extends OrderedGoods {
	orderId: string;
}

type Decision = Change<ProductState, ProductEvents> | undefined;

/**
 * Holds what an order needs of this product, or refuses it. `last`: with it, all that the order needs is held. Does nothing where that
 * is done, or the order is decided.
 * @throws Refusal PRODUCT_NOT_FOUND; PRODUCT_BUSY
 */
export function hold(
	found: Saved<ProductState> | undefined,
	{ orderId, productId, quantity, last }: Line & { last: boolean },
	decided: Decided,
): Decision {
	const product = known(found, productId);
	if (decided.has(orderId) || product.open[orderId]) return undefined;
	const isEnough = product.available >= quantity;
	const available = isEnough ? product.available - quantity : product.available;
	const entry: OpenEntry = { type: isEnough ? "held" : "refused", quantity };
	const state = { ...product, available, open: withEntry(product, orderId, entry, decided) };
	const moved = { productId, orderId, quantity, available };
	if (!isEnough) return { state, events: [{ type: "stock.rejected", data: moved }] };
	return { state, events: [{ type: "stock.reserved", data: { ...moved, complete: last } }] };
}

/** Undoes {@link hold} for an order that gets nothing. */
export function letGo(product: Saved<ProductState> | undefined, orderId: string, decided: Decided): Decision {
	const entry = product?.open[orderId];
	if (!product || entry?.type !== "held") return undefined;
	const { [orderId]: _, ...open } = unsettled(product, decided);
	return release({ ...product, open }, orderId, entry.quantity);
}

/** Gives back what an order had reserved, once. @throws Refusal PRODUCT_BUSY */
export function giveBack(
	product: Saved<ProductState> | undefined,
	{ orderId, quantity }: Line,
	decided: Decided,
): Decision {
	if (!product || decided.get(orderId) === "returned" || product.open[orderId]?.type === "returned") return undefined;
	const open = withEntry(product, orderId, { type: "returned", quantity }, decided);
	return release({ ...product, open }, orderId, quantity);
}

function release(product: Saved<ProductState>, orderId: string, quantity: number): Decision {
	const available = product.available + quantity;
	const data = { productId: product._id, orderId, quantity, available };
	return { state: { ...product, available }, events: [{ type: "stock.released", data }] };
}

function withEntry(product: Saved<ProductState>, orderId: string, entry: OpenEntry, decided: Decided) {
	const kept = unsettled(product, decided);
	// Counted without those that are settled, or a full product would never take an order again.
	if (!kept[orderId] && Object.values(kept).filter(({ settledAt }) => settledAt === undefined).length >= OPEN_LIMIT) {
		throw busy("PRODUCT_BUSY", `Too many orders of product ${product._id} are under way.`);
	}
	return { ...kept, [orderId]: entry };
}

/**
 * The entries that still have to be remembered. One can go once the reservation tells as much: from then on whoever acts on the order
 * again finds it there. That has to be seen on two revisions of the product: what a database shows it may still lose, and the write in
 * between proves that it is kept. Decisions that share a write share what they have seen, and the revision.
 */
function unsettled({ open, rev }: Saved<ProductState>, decided: Decided): ProductState["open"] {
	const isSettled = (orderId: string, type: OpenEntry["type"]) => {
		const status = decided.get(orderId);
		if (type === "held") return status === "reserved";
		return type === "refused" ? status !== undefined : status === "returned";
	};
	const kept = Object.entries(open).flatMap(([orderId, { type, quantity, settledAt = rev }]) => {
		if (!isSettled(orderId, type)) return [[orderId, { type, quantity }] as const];
		return settledAt === rev ? [[orderId, { type, quantity, settledAt }] as const] : [];
	});
	return Object.fromEntries(kept);
}
