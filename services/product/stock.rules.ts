import { busy } from "../../shared/domain/refusals";
import type { Stored } from "../../shared/store/store";
import type { ProductEvents } from "./product.events";
import { known, type OpenEntry, type ProductState } from "./product.rules";
import type { Change, Saved } from "../../shared/aggregates/aggregate";

/** At most this many orders of one product are under way at a time. */
export const OPEN_LIMIT = 300;

export interface OrderedGoods {
	productId: string;
	quantity: number;
}

/**
 * The decision on an order's goods, under the order's id. "void": the order was cancelled before its goods were reserved. "rejected" and "void"
 * hold nothing and stay so; "reserved" becomes "returned" once all goods of a cancelled order are given back.
 */
export interface Reservation extends Stored {
	status: "reserved" | "rejected" | "void" | "returned";
	items: OrderedGoods[];
}

/** Status of the reservations that matter to a decision, by order; read after the product. */
export type Decided = ReadonlyMap<string, Reservation["status"]>;

interface Line extends OrderedGoods {
	orderId: string;
}

type Decision = Change<ProductState, ProductEvents> | undefined;

/**
 * Holds an order's quantity of this product, or refuses it. `last`: with this product, all of the order is held. Does nothing where the product
 * has an entry of the order, or the order is decided.
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

/** Undoes {@link hold}: the order gets nothing. */
export function letGo(product: Saved<ProductState> | undefined, orderId: string, decided: Decided): Decision {
	const entry = product?.open[orderId];
	if (!product || entry?.type !== "held") return undefined;
	const { [orderId]: _, ...open } = unsettled(product, decided);
	return release({ ...product, open }, orderId, entry.quantity);
}

/** Gives back the goods of a reserved order, once. @throws Refusal PRODUCT_BUSY */
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

/** @throws Refusal PRODUCT_BUSY where too many other orders are under way */
function withEntry(product: Saved<ProductState>, orderId: string, entry: OpenEntry, decided: Decided) {
	const kept = unsettled(product, decided);
	if (!kept[orderId] && Object.keys(kept).length >= OPEN_LIMIT) {
		throw busy("PRODUCT_BUSY", `Too many orders of product ${product._id} are under way.`);
	}
	return { ...kept, [orderId]: entry };
}

/** The entries that the product must keep: those that their order's reservation does not record yet. */
function unsettled({ open }: Saved<ProductState>, decided: Decided): ProductState["open"] {
	const isSettled = (orderId: string, type: OpenEntry["type"]) => {
		const status = decided.get(orderId);
		if (type === "held") return status === "reserved";
		return type === "refused" ? status !== undefined : status === "returned";
	};
	return Object.fromEntries(Object.entries(open).filter(([orderId, { type }]) => !isSettled(orderId, type)));
}
