import { toRfc3339 } from "../../shared/domain/clock";
import type { Money } from "../../shared/domain/money";
import { conflict, invalid, notFound, Refusal } from "../../shared/domain/refusals";
import type { ProductEvents } from "./product.events";
import { type AddProduct, type ChangeProduct, type Product, STOCK_LIMIT } from "./product.schemas";
import type { Change, Saved } from "../../shared/aggregates/aggregate";

/** A product's note on an order, kept until the order's reservation records the same. */
export interface OpenEntry {
	type: "held" | "refused" | "returned";
	quantity: number;
}

/** A product as it is stored. */
export interface ProductState {
	name: string;
	description?: string;
	price: Money;
	imageUrl?: string;
	/** Quantity that can still be ordered. */
	available: number;
	/** Milliseconds since 1970. */
	createdAt: number;
	/** Orders under way, by id. Settled ones are dropped, so the size is bounded. */
	open: Record<string, OpenEntry>;
}

type Patch = Omit<ChangeProduct, "id">;

/** Adds a product; does nothing where it exists. `now` in milliseconds since 1970. */
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

/**
 * Changes a product; null clears a field. `versions`: those that the caller has seen; undefined: any.
 * @throws Refusal PRODUCT_NOT_FOUND; PRECONDITION_FAILED where the product is at another version; STOCK_OUT_OF_RANGE
 */
export function change(
	existing: Saved<ProductState> | undefined,
	id: string,
	{ stock, stockDelta, description, imageUrl, ...others }: Patch,
	versions?: readonly number[],
): Change<ProductState, ProductEvents> {
	const product = known(existing, id);
	if (versions && !versions.includes(product.version)) {
		throw new Refusal("stale", "PRECONDITION_FAILED", "The product was changed meanwhile; read it again.");
	}
	const state = {
		...product,
		...others,
		description: description === null ? undefined : (description ?? product.description),
		imageUrl: imageUrl === null ? undefined : (imageUrl ?? product.imageUrl),
		available: stock ?? added(product.available, stockDelta),
	};
	return { state, events: [{ type: "product.changed", data: describe(id, state) }] };
}

/** @throws Refusal STOCK_OUT_OF_RANGE */
function added(available: number, stockDelta = 0): number {
	const stock = available + stockDelta;
	if (stockDelta !== 0 && (stock < 0 || stock > STOCK_LIMIT)) {
		throw conflict("STOCK_OUT_OF_RANGE", `There are ${available}; the stock stays within 0 and ${STOCK_LIMIT}.`);
	}
	return stock;
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

/** @throws Refusal VALIDATION_FAILED for a patch that changes nothing, or sets the stock and adds to it */
export function checkPatch(patch: Patch): void {
	if (Object.keys(patch).length === 0) throw invalid("body", "must have at least one field to change");
	if (patch.stock !== undefined && patch.stockDelta !== undefined)
		throw invalid("stockDelta", "cannot be given together with stock");
}

/** The words of a search, as {@link isNamedLike} compares them; none where the text is blank. */
export function wordsOf(search: string): string[] {
	return [...new Set(folded(search).split(/\s+/u))].filter((word) => word !== "");
}

/** Whether each word is a part of the name, in any order, case and Unicode composition. */
export function isNamedLike(name: string, words: readonly string[]): boolean {
	const text = folded(name);
	return words.every((word) => text.includes(word));
}

/** In upper case, because it is the same for ß and ss, and for both forms of σ. */
function folded(text: string): string {
	return text.toUpperCase().normalize("NFC");
}

export function toProduct(product: Saved<ProductState>): Product {
	const { _id, name, description, price, imageUrl, available, version } = product;
	return { id: _id, name, description, price, stock: available, imageUrl, version };
}

function describe(productId: string, product: ProductState): ProductEvents["product.added"] {
	const { name, description, price, imageUrl, available, createdAt } = product;
	return { productId, name, description, price, imageUrl, available, addedAt: toRfc3339(createdAt) };
}
