import type { Change } from "../../shared/aggregates/aggregate";
import type { Money } from "../../shared/domain/money";
import { conflict } from "../../shared/domain/refusals";
import type { ProductEvents } from "../product/product.events";
import type { OrderItem } from "./order.events";

/**
 * Order's copy of a product, from product's events, so that orders are taken while product is away. Events come in any order: each part
 * is as of the event with the highest sequence.
 */
export interface ProductCopy {
	described?: { sequence: number; name: string; price: Money };
	stock?: { sequence: number; available: number };
}

type Decision = Change<ProductCopy, never> | undefined;

/** Copies name and price, unless those of a later event are copied already. */
export function describe(
	copy: ProductCopy | undefined,
	{ name, price }: Pick<ProductEvents["product.added"], "name" | "price">,
	sequence: number,
): Decision {
	if (copy?.described && copy.described.sequence >= sequence) return undefined;
	return { state: { ...copy, described: { sequence, name, price } } };
}

/** Copies the quantity that can still be ordered, unless that of a later event is copied already. */
export function count(copy: ProductCopy | undefined, available: number, sequence: number): Decision {
	if (copy?.stock && copy.stock.sequence >= sequence) return undefined;
	return { state: { ...copy, stock: { sequence, available } } };
}

/** The item as the order stores it. @throws Refusal OUT_OF_STOCK where the copy says that there is not enough */
export function toItem(
	productId: string,
	quantity: number,
	product: { name: string; price: Money; available?: number },
): OrderItem {
	if (product.available !== undefined && product.available < quantity) {
		throw conflict("OUT_OF_STOCK", shortage(product.name, product.available));
	}
	return { productId, name: product.name, quantity, unitPrice: product.price };
}

/** The message to a customer who wants more than the `available` quantity. */
export function shortage(name: string, available: number): string {
	return available === 0 ? `${name} is sold out.` : `Only ${available} of ${name} can be ordered.`;
}
