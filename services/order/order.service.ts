import { EventEmitter } from "node:events";
import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Decide, Saved } from "../../shared/aggregates/aggregate";
import { DUE_INDEX } from "../../shared/aggregates/due-work";
import type { KeyedMeta } from "../../shared/aggregates/keyed-requests";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { inTime } from "../../shared/calls/call-deadline";
import { REPEATABLE } from "../../shared/calls/failover";
import { isExpired, toCard } from "../../shared/domain/cards";
import { invalid } from "../../shared/domain/refusals";
import type { CloudEvent } from "../../shared/events/event";
import { handles } from "../../shared/events/subscriptions";
import { type Listing, page } from "../../shared/store/paging";
import { PaymentEvents } from "../payment/payment.events";
import { ProductEvents } from "../product/product.events";
import { OrderEvents } from "./order.events";
import { Paying } from "./order.paying";
import { Placing } from "./order.placing";
import { count, describe, type ProductCopy } from "./order.product-copy";
import { Recovery } from "./order.recovery";
import { toCancellation, toOrder } from "./order.responses";
import * as rules from "./order.rules";
import type { OrderState } from "./order.rules";
import { CancelOrder, GetCancellation, GetOrder, ListOrders, type Order, PayOrder, PlaceOrder } from "./order.schemas";

/** Orders: placed, paid, cancelled, expired. Order keeps its own copy of the products, so that it takes orders while product is away. */
export default function orderService(broker: ServiceBroker): ServiceSchema {
	const { orders, listed, products, requests, placing, paying, stockAnswers, clock, recovery, mixin } = open(broker);

	const service = {
		name: "order",
		mixins: [mixin],

		actions: {
			place: {
				params: PlaceOrder,
				handler(context: Context<PlaceOrder, KeyedMeta>) {
					const { customerId, items } = context.params;
					rules.eachProductOnce(items);
					// Customers choose their keys without knowing of each other's.
					const asked = { key: context.meta.idempotencyKey, scope: ["place", customerId], body: context.params };
					return requests.once(asked, async (orderId) => toOrder(await placing.place(context, orderId)));
				},
			},

			get: {
				...REPEATABLE,
				params: GetOrder,
				async handler({ params: { id } }: Context<GetOrder>) {
					return toOrder(rules.existing(await orders.load(id)));
				},
			},

			list: {
				...REPEATABLE,
				params: ListOrders,
				handler({ params: { customerId, status, ...paging } }: Context<ListOrders>) {
					return page(ordersOf(customerId, status), paging);
				},
			},

			pay: {
				params: PayOrder,
				// Spread, as Moleculer's typings do not know the field.
				...{ timeout: paying.timeoutMs },
				handler(context: Context<PayOrder, KeyedMeta>) {
					const { orderId, cardNo, expiry } = context.params;
					if (expiry !== undefined && isExpired(expiry, clock.now())) throw invalid("expiry", "is past");
					// The fingerprint holds no card number.
					const body = { orderId, card: toCard(cardNo), expiry };
					const asked = { key: context.meta.idempotencyKey, scope: ["pay", orderId], body };
					return requests.once(asked, async (requestId) => toOrder(await paying.pay(context, requestId)));
				},
			},

			cancel: {
				params: CancelOrder,
				handler(context: Context<CancelOrder, KeyedMeta>) {
					const { orderId, reason } = context.params;
					const asked = { key: context.meta.idempotencyKey, scope: ["cancel", orderId], body: context.params };
					return requests.once(asked, async (requestId) => {
						const cancelling = { requestId, by: "customer", reason } as const;
						const cancel: Decide<OrderState, OrderEvents> = (order, _, now) =>
							rules.cancel(order, { ...cancelling, now });
						return toOrder((await orders.change(orderId, inTime(context, cancel), context.requestID ?? undefined))!);
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
			"product.added": handles(ProductEvents["product.added"], copyDescription),
			"product.changed": handles(ProductEvents["product.changed"], copyDescription),
			"stock.released": handles(ProductEvents["stock.released"], copyStock),
			"stock.reserved": handles(ProductEvents["stock.reserved"], async (event) => {
				const { orderId, complete } = event.data;
				// A payer who waits for the answer saves it with the attempt.
				if (complete && stockAnswers.emit(orderId, true)) await new Promise(setImmediate);
				if (complete) await orders.change(orderId, rules.stockReserved, event.requestid);
				await copyStock(event);
			}),
			"stock.rejected": handles(ProductEvents["stock.rejected"], async (event) => {
				const { orderId, available } = event.data;
				const short = { productId: event.subject, available };
				await orders.change(orderId, (order, _, now) => rules.cancelOutOfStock(order, short, now), event.requestid);
				stockAnswers.emit(orderId, false);
				await copyStock(event);
			}),
			"payment.approved": handles(PaymentEvents["payment.approved"], complete),
			"payment.declined": handles(PaymentEvents["payment.declined"], settle(rules.closeAttempt)),
			"payment.voided": handles(PaymentEvents["payment.voided"], settle(rules.closeAttempt)),
			"payment.refunded": handles(PaymentEvents["payment.refunded"], settle(rules.refunded)),
		},
	};
	recovery.reactions = service.events;
	return service;

	function ordersOf(customerId: string, status?: Order["status"]): Listing<Saved<OrderState>, Order> {
		const one =
			status === undefined
				? { index: "customer", equals: [customerId] }
				: { index: "customerStatus", equals: [customerId, status] };
		return { collection: listed, ...one, position: ({ createdAt }) => [createdAt], toItem: toOrder };
	}

	function complete({ data, requestid }: CloudEvent<string, PaymentEvents["payment.approved"]>) {
		return orders.change(data.orderId, (order, _, now) => rules.complete(order, data, now), requestid);
	}

	function settle(decide: typeof rules.closeAttempt) {
		return ({ data: { orderId, paymentId }, requestid }: CloudEvent<string, PaymentEvents["payment.voided"]>) =>
			orders.change(orderId, (order, _, now) => decide(order, paymentId, now), requestid);
	}

	function copyStock({ subject, sequence, data }: CloudEvent<string, { available: number }>) {
		return products.change(subject, (copy) => count(copy, data.available, sequence));
	}

	async function copyDescription(event: CloudEvent<string, ProductEvents["product.added"]>): Promise<void> {
		await products.change(event.subject, (copy) => describe(copy, event.data, event.sequence));
		await copyStock(event);
	}
}

/** Opens order's documents, and puts its use cases together. */
function open(broker: ServiceBroker) {
	const { config, bus, clock, newId, random } = shopOf(broker);
	const { currency, orderExpiresAfterMs: expiresAfterMs } = config;
	const { timeoutMs } = config.payment;
	const logger = broker.getLogger("order");
	const data = openData(broker, "order", {
		orders: {
			...PUBLISHING,
			...DUE_INDEX,
			customer: ["customerId", "createdAt"],
			customerStatus: ["customerId", "status", "createdAt"],
		},
		products: {},
		requests: DUE_INDEX,
		marks: {},
	});
	const listed = data.collection<Saved<OrderState>>("orders");
	// Before relays and due work, which act on the documents.
	const recovery = data.run(
		new Recovery({ orders: listed, marks: data.collection("marks"), bus, logger, expiresAfterMs }),
	);
	const orders = data.publishing<OrderState, OrderEvents>("orders", OrderEvents);
	const products = data.silent<ProductCopy>("products");
	const requests = data.keyedRequests("requests", newId);
	data.dueWork<Saved<OrderState>>("orders", {
		work: async ({ _id }) => void (await orders.change(_id, (order, _, now) => rules.whenDue(order, now))),
	});

	const stockAnswers = new EventEmitter().setMaxListeners(0);
	return {
		orders,
		listed,
		products,
		requests,
		placing: new Placing({ orders, listed, products, clock, logger, currency, expiresAfterMs }),
		paying: new Paying({ orders, newId, random, timeoutMs, stockAnswers }),
		stockAnswers,
		clock,
		recovery,
		mixin: data.mixin,
	};
}
