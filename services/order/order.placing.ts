import type { Context, Logger } from "moleculer";
import type { Decide, Saved } from "../../shared/aggregates/aggregate";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { inTime } from "../../shared/calls/call-deadline";
import { busy, errorType, isRefusal } from "../../shared/domain/refusals";
import type { Product } from "../product/product.schemas";
import type { OrderEvents, OrderItem } from "./order.events";
import { type ProductCopy, toItem } from "./order.product-copy";
import * as rules from "./order.rules";
import type { OrderState } from "./order.rules";
import type { PlaceOrder } from "./order.schemas";

/** Deadline of the call that asks product for a product that order does not know yet. */
const PRODUCT_TIMEOUT_MS = 1_000;

export interface PlacingOptions {
	orders: Aggregates<OrderState, OrderEvents>;
	products: Aggregates<ProductCopy>;
	logger: Logger;
	currency: string;
	expiresAfterMs: number;
}

/** Placing an order, at the prices in order's own copy of the products: orders are taken also while product is away. */
export class Placing {
	constructor(private readonly options: PlacingOptions) {}

	/** A repeat with the same `orderId` finds the order placed. @throws Refusal PRODUCT_NOT_FOUND, PRODUCT_UNAVAILABLE, OUT_OF_STOCK */
	async place(context: Context<PlaceOrder>, orderId: string): Promise<Saved<OrderState>> {
		const { orders, currency, expiresAfterMs } = this.options;
		const { customerId } = context.params;
		const placed = await orders.load(orderId);
		if (placed) return placed;
		const items = await Promise.all(context.params.items.map((item) => this.priceItem(context, item)));
		const placing = { orderId, customerId, items, currency, expiresAfterMs };
		const place: Decide<OrderState, OrderEvents> = (found, _, now) => rules.place(found, { ...placing, now });
		return (await orders.change(orderId, inTime(context, place), context.requestID ?? undefined))!;
	}

	private async priceItem(context: Context, { productId, quantity }: PlaceOrder["items"][number]): Promise<OrderItem> {
		const { products, logger } = this.options;
		const known = await products.load(productId);
		if (known?.described) {
			return toItem(productId, quantity, { ...known.described, available: known.stock?.available });
		}
		try {
			const asked = { id: productId };
			const { name, price, stock } = await context.call<Product, { id: string }>("product.get", asked, {
				timeout: PRODUCT_TIMEOUT_MS,
			});
			return toItem(productId, quantity, { name, price, available: stock });
		} catch (error) {
			if (isRefusal(error) && error.code < 500) throw error;
			logger.warn(`Product ${productId} is not known here, and product cannot be asked: ${errorType(error)}`);
			throw busy("PRODUCT_UNAVAILABLE", "The catalogue cannot be asked right now.");
		}
	}
}
