import type { Money } from "../../shared/domain/money";
import { conflict } from "../../shared/domain/refusals";
import type { ProductEvents } from "../product/product.events";
import type { OrderItem } from "./order.events";
import type { Change } from "../../shared/aggregates/aggregate";

/**
 * What order knows of a product by itself, so that orders are taken while product is away. Events come in any order: each part
 * is as of the newest event that told it.
 */
export interface KnownProduct {
	described?: { sequence: number; name: string; price: Money };
	stock?: { sequence: number; available: number };
}

type Decision = Change<KnownProduct, never> | undefined;

export function describe(
	known: KnownProduct | undefined,
	{ name, price }: Pick<ProductEvents["product.added"], "name" | "price">,
	sequence: number,
): Decision {
	if (known?.described && known.described.sequence >= sequence) return undefined;
	return { state: { ...known, described: { sequence, name, price } } };
}

export function count(known: KnownProduct | undefined, available: number, sequence: number): Decision {
	if (known?.stock && known.stock.sequence >= sequence) return undefined;
	return { state: { ...known, stock: { sequence, available } } };
}

/** The name and price that the order keeps. @throws Refusal OUT_OF_STOCK where it is known that there is not enough */
export function toItem(
	productId: string,
	quantity: number,
	product: { name: string; price: Money; available?: number },
): OrderItem {
	if (product.available !== undefined && product.available < quantity) {
		throw conflict("OUT_OF_STOCK", `There is not enough of product ${productId} in stock.`);
	}
	return { productId, name: product.name, quantity, unitPrice: product.price };
}
