import type { Context, Logger } from "moleculer";
import type { Decide, Saved } from "../../shared/aggregates/aggregate";
import type { Aggregates } from "../../shared/aggregates/aggregates";
import { Mailboxes, type Waiting } from "../../shared/aggregates/mailbox";
import { inTime } from "../../shared/calls/call-deadline";
import type { Clock } from "../../shared/domain/clock";
import { busy, errorType, isRefusal } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";
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
	/** With the index `customerStatus`. */
	listed: Collection<Saved<OrderState>>;
	products: Aggregates<ProductCopy>;
	clock: Clock;
	logger: Logger;
	currency: string;
	expiresAfterMs: number;
}

/** An order with its prices, and the request that places it. */
interface Priced {
	orderId: string;
	items: OrderItem[];
	context: Context;
}

/**
 * Placing an order, at the prices in order's own copy of the products: orders are taken also while product is away. The orders of one customer
 * pass through a mailbox, so that they are counted before each write. Processes count for themselves: each that places at the same moment may
 * add as many again.
 */
export class Placing {
	private readonly mailboxes: Mailboxes<Priced, Saved<OrderState>>;

	constructor(private readonly options: PlacingOptions) {
		this.mailboxes = new Mailboxes(options.clock, (customerId, batch) => this.placeAll(customerId, batch));
	}

	/**
	 * A repeat with the same `orderId` finds the order placed.
	 * @throws Refusal PRODUCT_NOT_FOUND, PRODUCT_UNAVAILABLE, OUT_OF_STOCK, TOO_MANY_UNPAID_ORDERS, AGGREGATE_BUSY
	 */
	async place(context: Context<PlaceOrder>, orderId: string): Promise<Saved<OrderState>> {
		const { customerId, items } = context.params;
		const placed = await this.options.orders.load(orderId);
		if (placed) return placed;
		const priced = await Promise.all(items.map((item) => this.priceItem(context, item)));
		return this.mailboxes.send(customerId, { orderId, items: priced, context });
	}

	private async placeAll(customerId: string, batch: ReadonlyArray<Waiting<Priced, Saved<OrderState>>>): Promise<void> {
		const { orders, currency, expiresAfterMs } = this.options;
		const unpaid = await this.countUnpaid(customerId);
		const placed = batch.map(async ({ command: { orderId, items, context }, resolve, reject }, index) => {
			try {
				rules.checkUnpaid(unpaid + index);
				const placing = { orderId, customerId, items, currency, expiresAfterMs };
				const place: Decide<OrderState, OrderEvents> = (found, _, now) => rules.place(found, { ...placing, now });
				resolve((await orders.change(orderId, inTime(context, place), context.requestID ?? undefined))!);
			} catch (error) {
				reject(error);
			}
		});
		await Promise.all(placed);
	}

	private async countUnpaid(customerId: string): Promise<number> {
		// Of the statuses in the index, only `paying` and `placed` lie between these two.
		const unpaid = { equals: [customerId], from: "paying", until: "placed", limit: rules.UNPAID_LIMIT };
		return (await this.options.listed.entries("customerStatus", unpaid)).length;
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
