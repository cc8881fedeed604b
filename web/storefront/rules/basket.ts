import type { Money } from "../../shared/formats";

/** The shop takes at most this many of one product, and this many products, in one order. */
export const QUANTITY_LIMIT = 1_000;
export const LINES_LIMIT = 100;

export interface Line {
	productId: string;
	quantity: number;
}

/** What the shop says of a product; undefined while it is not known, null where the shop has it no more. */
export type Known = { name: string; price: Money; stock: number } | null | undefined;

export function quantityOf(basket: readonly Line[], productId: string): number {
	return basket.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** The basket with more of a product: no more than are left, where that is known. */
export function put(basket: readonly Line[], productId: string, quantity: number, left = QUANTITY_LIMIT): Line[] {
	const before = quantityOf(basket, productId);
	return set(basket, productId, Math.min(before + quantity, Math.max(left, before)));
}

/** The basket with this quantity of a product; zero takes it out. */
export function set(basket: readonly Line[], productId: string, quantity: number): Line[] {
	const whole = Math.min(Math.max(0, Math.trunc(quantity) || 0), QUANTITY_LIMIT);
	const isNew = !basket.some((line) => line.productId === productId);
	if (isNew)
		return whole === 0 || basket.length >= LINES_LIMIT ? [...basket] : [...basket, { productId, quantity: whole }];
	return basket.flatMap((line) =>
		line.productId !== productId ? line : whole === 0 ? [] : { productId, quantity: whole },
	);
}

/** The basket without what was ordered of it. What was put in since then stays. */
export function takeOut(basket: readonly Line[], ordered: readonly Line[]): Line[] {
	return ordered.reduce<Line[]>(
		(rest, { productId, quantity }) => set(rest, productId, quantityOf(rest, productId) - quantity),
		[...basket],
	);
}

export function countOf(basket: readonly Line[]): number {
	return basket.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The sum of all lines; undefined where it cannot be told, as the price of a line is not known, or is in another currency than the others. */
export function totalOf(basket: readonly Line[], known: (productId: string) => Known): Money | undefined {
	const currency = basket[0] && known(basket[0].productId)?.price.currency;
	if (currency === undefined) return undefined;
	let amount = 0;
	for (const { productId, quantity } of basket) {
		const price = known(productId)?.price;
		if (price?.currency !== currency) return undefined;
		amount += price.amount * quantity;
	}
	return { amount, currency };
}

/** Why a line cannot be ordered as it is. */
export type Obstacle = { why: "gone" } | { why: "short"; left: number };

export function obstacleOf({ quantity }: Line, product: Known): Obstacle | undefined {
	if (product === null) return { why: "gone" };
	if (product && product.stock < quantity) return { why: "short", left: product.stock };
	return undefined;
}

/** The basket that the browser kept. What is not a line of one is left out, as anybody may write there. */
export function readBasket(kept: unknown): Line[] {
	if (!Array.isArray(kept)) return [];
	return kept.reduce<Line[]>((basket, line: Partial<Line> | null) => {
		const { productId, quantity } = line ?? {};
		return typeof productId === "string" && typeof quantity === "number" ? set(basket, productId, quantity) : basket;
	}, []);
}
