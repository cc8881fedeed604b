import { toRfc3339 } from "../../shared/domain/clock";
import type { Money } from "../../shared/domain/money";
import { invalid, notFound } from "../../shared/domain/refusals";
import type { ProductEvents } from "./product.events";
import type { AddProduct, ChangeProduct, Product } from "./product.schemas";
import type { Change, Saved } from "../../shared/aggregates/aggregate";

/** What a product has done for an order whose reservation is not known to have followed. */
export interface OpenEntry {
	type: "held" | "refused" | "returned";
	quantity: number;
	/** Revision of the product on which it was seen that the reservation has followed. */
	settledAt?: number;
}

/** A product as it is kept. */
export interface ProductState {
	name: string;
	description?: string;
	price: Money;
	imageUrl?: string;
	/** What can still be ordered. */
	available: number;
	/** Milliseconds since 1970. */
	createdAt: number;
	/** By order: what is under way with this product. Settled orders are dropped, so its size is bounded. */
	open: Record<string, OpenEntry>;
}

type Patch = Omit<ChangeProduct, "id">;

/** `now` in milliseconds since 1970. Does nothing where the product is there already. */
export function add(
	existing: Saved<ProductState> | undefined,
	id: string,
	{ stock, ...described }: AddProduct,
	now: number,
): Change<ProductState, ProductEvents> | undefined {
	if (existing) return undefined;
	const state: ProductState = { ...described, available: stock, createdAt: now, open: {} };
	return { state, events: [{ type: "product.added", data: describe(id, state) }] };
}

/** @throws Refusal PRODUCT_NOT_FOUND */
export function change(
	existing: Saved<ProductState> | undefined,
	id: string,
	{ stock, ...described }: Patch,
): Change<ProductState, ProductEvents> {
	const product = known(existing, id);
	const state = { ...product, ...described, available: stock ?? product.available };
	return { state, events: [{ type: "product.changed", data: describe(id, state) }] };
}

/** @throws Refusal PRODUCT_NOT_FOUND */
export function known(product: Saved<ProductState> | undefined, id: string): Saved<ProductState> {
	if (!product) throw notFound("PRODUCT_NOT_FOUND", `There is no product ${id}.`);
	return product;
}

/** @throws Refusal VALIDATION_FAILED for a price in a currency that is not the shop's */
export function checkCurrency(price: Money | undefined, currency: string): void {
	if (price && price.currency !== currency) throw invalid("price.currency", `must be ${currency}`);
}

/** @throws Refusal VALIDATION_FAILED for a patch that changes nothing */
export function checkPatch(patch: Patch): void {
	if (Object.keys(patch).length === 0) throw invalid("body", "must have at least one field to change");
}

/** Whether the name has this text in it, in whatever case and however its accents or syllables are composed. */
export function isNamedLike(text: string): (product: ProductState) => boolean {
	const fold = (name: string) => name.normalize("NFC").toLowerCase();
	const part = fold(text);
	return ({ name }) => fold(name).includes(part);
}

export function toProduct({ _id, name, description, price, imageUrl, available }: Saved<ProductState>): Product {
	return { id: _id, name, description, price, stock: available, imageUrl };
}

function describe(productId: string, product: ProductState): ProductEvents["product.added"] {
	const { name, description, price, imageUrl, available, createdAt } = product;
	return { productId, name, description, price, imageUrl, available, addedAt: toRfc3339(createdAt) };
}
