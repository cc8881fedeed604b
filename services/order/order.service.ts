import { EventEmitter } from "node:events";
import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { isExpired, toCard } from "../../shared/domain/cards";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { handles } from "../../shared/events/subscriptions";
import { DUE_INDEX, DueWork } from "../../shared/aggregates/due-work";
import type { CloudEvent } from "../../shared/events/event";
import { REPEATABLE } from "../../shared/calls/failover";
import { page } from "../../shared/store/paging";
import { busy, errorType, invalid, isRefusal } from "../../shared/domain/refusals";
import { SENT_INDEXES, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { PaymentEvents } from "../payment/payment.events";
import type { Settled, SettleParams } from "../payment/payment.schemas";
import { ProductEvents } from "../product/product.events";
import type { Product } from "../product/product.schemas";
import * as catalogue from "./order.product-copy";
import type { KnownProduct } from "./order.product-copy";
import type { OrderEvents, OrderItem } from "./order.events";
import { pay, settle, STOCK_WAIT_MS } from "./order.process";
import { type KeyedRequest, KeyedRequests } from "./order.idempotency";
import * as rules from "./order.rules";
import type { OrderState } from "./order.rules";
import { CancelOrder, GetCancellation, GetOrder, ListOrders, PayOrder, PlaceOrder } from "./order.schemas";
import { toCancellation, toOrder } from "./order.responses";
import type { Saved } from "../../shared/aggregates/aggregate";
import { shopOf } from "../../service-context";

/** Deadline for asking product of something that order does not know yet. */
const PRODUCT_TIMEOUT_MS = 1_000;
const SETTLE_TIMEOUT_MS = 3_000;

interface Meta {
	idempotencyKey?: string;
}

/** Orders: taken, paid, cancelled, expired; and what order has to know of products to do so by itself. */
export default function orderService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, newId, openStore } = shopOf(broker);
	const logger = broker.getLogger("order");
	const { timeoutMs } = config.payment;
	const store = openStore("order", {
		orders: {
			...UNSENT_INDEX,
			...DUE_INDEX,
			customer: ["customerId", "createdAt"],
			customerStatus: ["customerId", "status", "createdAt"],
		},
		products: {},
		requests: { ...DUE_INDEX },
		sent: SENT_INDEXES,
	});
	const stored = store.collection<Saved<OrderState>>("orders");
	const storedProducts = store.collection<Saved<KnownProduct>>("products");
	const storedRequests = store.collection<KeyedRequest>("requests");
	const orders = new Aggregates<OrderState, OrderEvents>({
		publisher: "order",
		collection: stored,
		sent: store.collection("sent"),
		bus,
		clock,
		logger,
	});
	const products = new Aggregates<KnownProduct, never>({
		publisher: "order",
		collection: storedProducts,
		bus,
		clock,
		logger,
	});
	const requests = new KeyedRequests(storedRequests, clock, newId);
	const stockAnswers = new EventEmitter().setMaxListeners(0);
	const paying = { orders, clock, timeoutMs, stockAnswers };

	const dueOrders = new DueWork({
		collection: stored,
		clock,
		logger,
		async work(order) {
			const todo = rules.whenDue(order);
			if (todo === "expire") await orders.change(order._id, (found) => rules.expire(found, clock.now()));
			if (todo === "settle") {
				const ask = (params: SettleParams) =>
					broker.call<Settled, SettleParams>("payment.settle", params, { timeout: SETTLE_TIMEOUT_MS });
				await settle(paying, order, ask);
			}
		},
	});
	const dueRequests = new DueWork({
		collection: storedRequests,
		clock,
		logger,
		work: (request) => requests.forget(request),
	});

	/** @throws Refusal PRODUCT_NOT_FOUND, PRODUCT_UNAVAILABLE, OUT_OF_STOCK */
	async function priceItem(context: Context, { productId, quantity }: PlaceOrder["items"][number]): Promise<OrderItem> {
		const known = await products.load(productId);
		if (known?.described) {
			return catalogue.toItem(productId, quantity, { ...known.described, available: known.stock?.available });
		}
		try {
			const timeout = PRODUCT_TIMEOUT_MS;
			const { name, price, stock } = await context.call<Product, { id: string }>(
				"product.get",
				{ id: productId },
				{ timeout },
			);
			return catalogue.toItem(productId, quantity, { name, price, available: stock });
		} catch (error) {
			if (isRefusal(error) && error.code < 500) throw error;
			logger.warn(`product ${productId} is not known here, and cannot be asked of product: ${errorType(error)}`);
			throw busy("PRODUCT_UNAVAILABLE", "The catalogue cannot be asked right now.");
		}
	}

	const onStock = (event: CloudEvent<string, { available: number }>) =>
		products.change(event.subject, (known) => catalogue.count(known, event.data.available, event.sequence));
	const onDescribed = (event: CloudEvent<string, ProductEvents["product.added"]>) =>
		products
			.change(event.subject, (known) => catalogue.describe(known, event.data, event.sequence))
			.then(() => onStock(event));
	const onNothingCaptured = ({
		data: { orderId, paymentId },
		requestid,
	}: CloudEvent<string, PaymentEvents["payment.voided"]>) =>
		orders.change(orderId, (order) => rules.closeAttempt(order, paymentId, clock.now()), requestid);

	return {
		name: "order",
		mixins: [dbMixin(store)],

		actions: {
			place: {
				params: PlaceOrder,
				handler(context: Context<PlaceOrder, Meta>) {
					const { customerId, items } = context.params;
					rules.eachProductOnce(items);
					const asked = { key: context.meta.idempotencyKey, scope: ["place"], body: context.params };
					return requests.once(asked, async (orderId) => {
						const repeated = await orders.load(orderId);
						if (repeated) return toOrder(repeated);
						const priced = await Promise.all(items.map((item) => priceItem(context, item)));
						const { currency, orderExpiresAfterMs: expiresAfterMs } = config;
						const placing = { orderId, customerId, items: priced, currency, expiresAfterMs, now: clock.now() };
						const placed = await orders.change(
							orderId,
							(order) => rules.place(order, placing),
							context.requestID ?? undefined,
						);
						return toOrder(placed!);
					});
				},
			},

			get: {
				...REPEATABLE,
				params: GetOrder,
				async handler({ params: { id } }: Context<GetOrder>) {
					const order = await orders.load(id);
					rules.existing(order);
					return toOrder(order!);
				},
			},

			list: {
				...REPEATABLE,
				params: ListOrders,
				async handler({ params: { customerId, status, ...paging } }: Context<ListOrders>) {
					const index = status === undefined ? "customer" : "customerStatus";
					const equals = status === undefined ? [customerId] : [customerId, status];
					const { items, next } = await page(stored, index, equals, ({ createdAt }) => [createdAt], paging);
					return { items: items.map(toOrder), next };
				},
			},

			pay: {
				params: PayOrder,
				// Stock's answer, the payment, and the writes around them. (Spread, as Moleculer's typings do not know it.)
				...{ timeout: STOCK_WAIT_MS + timeoutMs + 400 },
				handler(context: Context<PayOrder, Meta>) {
					const { orderId, cardNo, expiry } = context.params;
					if (expiry !== undefined && isExpired(expiry, clock.now())) throw invalid("expiry", "is past");
					// Of the card, only what may be kept.
					const asked = {
						key: context.meta.idempotencyKey,
						scope: ["pay", orderId],
						body: { orderId, card: toCard(cardNo), expiry },
					};
					return requests.once(asked, async (requestId, renew) => {
						const order = await orders.load(orderId);
						const paymentId = order?.closedAttempt === requestId ? await renew() : requestId;
						return toOrder(await pay(paying, context, paymentId));
					});
				},
			},

			cancel: {
				params: CancelOrder,
				handler(context: Context<CancelOrder, Meta>) {
					const { orderId, reason } = context.params;
					const asked = { key: context.meta.idempotencyKey, scope: ["cancel", orderId], body: context.params };
					return requests.once(asked, async (requestId) => {
						const cancelling = { requestId, by: "customer", reason, now: clock.now() } as const;
						const cancel = (order: Saved<OrderState> | undefined) => rules.cancel(order, cancelling);
						return toOrder((await orders.change(orderId, cancel, context.requestID ?? undefined))!);
					});
				},
			},

			cancellation: {
				...REPEATABLE,
				params: GetCancellation,
				async handler({ params: { orderId } }: Context<GetCancellation>) {
					return toCancellation(await orders.load(orderId));
				},
			},
		},

		events: {
			"product.added": handles(ProductEvents["product.added"], onDescribed),
			"product.changed": handles(ProductEvents["product.changed"], onDescribed),
			"stock.released": handles(ProductEvents["stock.released"], onStock),
			"stock.reserved": handles(ProductEvents["stock.reserved"], async (event) => {
				if (event.data.complete) await orders.change(event.data.orderId, rules.stockReserved, event.requestid);
				stockAnswers.emit(event.data.orderId);
				await onStock(event);
			}),
			"stock.rejected": handles(ProductEvents["stock.rejected"], async (event) => {
				await orders.change(event.data.orderId, (order) => rules.cancelOutOfStock(order, clock.now()), event.requestid);
				stockAnswers.emit(event.data.orderId);
				await onStock(event);
			}),
			"payment.approved": handles(PaymentEvents["payment.approved"], ({ data: { orderId, paymentId }, requestid }) =>
				orders.change(orderId, (order) => rules.complete(order, paymentId, clock.now()), requestid),
			),
			"payment.declined": handles(PaymentEvents["payment.declined"], onNothingCaptured),
			"payment.voided": handles(PaymentEvents["payment.voided"], onNothingCaptured),
			"payment.refunded": handles(PaymentEvents["payment.refunded"], ({ data: { orderId, paymentId }, requestid }) =>
				orders.change(orderId, (order) => rules.refunded(order, paymentId, clock.now()), requestid),
			),
		},

		started() {
			orders.start();
			dueOrders.start();
			dueRequests.start();
		},

		async stopped() {
			await Promise.all([dueOrders.stop(), dueRequests.stop()]);
			await orders.stop();
			await products.stop();
		},
	};
}
