import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Saved } from "../../shared/aggregates/aggregate";
import { DUE_INDEX } from "../../shared/aggregates/due-work";
import type { KeyedMeta } from "../../shared/aggregates/keyed-requests";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { inTime } from "../../shared/calls/call-deadline";
import { REPEATABLE } from "../../shared/calls/failover";
import { handles } from "../../shared/events/subscriptions";
import { OrderEvents } from "../order/order.events";
import { Catalogue, NAMED_INDEX } from "./product.catalogue";
import { ProductEvents } from "./product.events";
import * as rules from "./product.rules";
import type { ProductState } from "./product.rules";
import { addSamples } from "./product.samples";
import { AddProduct, ChangeProduct, GetProduct, ListProducts, type SamplesAdded } from "./product.schemas";
import { lookAt, Stock } from "./stock.process";
import type { Decided, Reservation } from "./stock.rules";

/** The `meta` with which the gateway calls `product.change`. */
interface ChangeMeta {
	/** The versions that the client accepts; undefined: any. */
	versions?: number[];
}

/** The catalogue, and the stock of its products. */
export default function productService(broker: ServiceBroker): ServiceSchema {
	const { config, clock, newId } = shopOf(broker);
	const data = openData(broker, "product", {
		products: { ...PUBLISHING, ...NAMED_INDEX },
		reservations: {},
		requests: DUE_INDEX,
	});
	const reservations = data.collection<Reservation>("reservations");
	const products = data.publishing<ProductState, ProductEvents, Decided>(
		"products",
		ProductEvents,
		lookAt(reservations),
	);
	const catalogue = new Catalogue(data.collection<Saved<ProductState>>("products"));
	const stock = new Stock(products, reservations);
	const addSamplesNow = () => addSamples(products, catalogue, config.currency, clock.now());
	const requests = data.keyedRequests("requests", newId);

	return {
		name: "product",
		mixins: [data.mixin],

		actions: {
			list: {
				...REPEATABLE,
				params: ListProducts,
				handler({ params: { search = "", ...list } }: Context<ListProducts>) {
					const words = rules.wordsOf(search);
					return words.length > 0 ? catalogue.search(words, list) : catalogue.newest(list);
				},
			},

			get: {
				...REPEATABLE,
				params: GetProduct,
				async handler({ params: { id } }: Context<GetProduct>) {
					return rules.toProduct(rules.known(await products.load(id), id));
				},
			},

			add: {
				params: AddProduct,
				handler(context: Context<AddProduct, KeyedMeta>) {
					const { params, meta, requestID } = context;
					rules.checkCurrency(params.price, config.currency);
					return requests.once({ key: meta.idempotencyKey, scope: ["add"], body: params }, async (id) => {
						const add = (existing?: Saved<ProductState>) => rules.add(existing, id, params, clock.now());
						return rules.toProduct((await products.change(id, inTime(context, add), requestID ?? undefined))!);
					});
				},
			},

			change: {
				params: ChangeProduct,
				async handler(context: Context<ChangeProduct, ChangeMeta>) {
					const { meta, requestID } = context;
					const { id, ...patch } = context.params;
					rules.checkPatch(patch);
					rules.checkCurrency(patch.price, config.currency);
					const change = (existing?: Saved<ProductState>) => rules.change(existing, id, patch, meta.versions);
					return rules.toProduct((await products.change(id, inTime(context, change), requestID ?? undefined))!);
				},
			},

			addSamples: {
				visibility: "public",
				handler: async (): Promise<SamplesAdded> => ({ added: await addSamplesNow() }),
			},
		},

		events: {
			"order.placed": handles(OrderEvents["order.placed"], ({ data: { orderId, items }, requestid }) =>
				stock.reserve(orderId, items, requestid),
			),
			"order.cancelled": handles(OrderEvents["order.cancelled"], ({ data: { orderId, items }, requestid }) =>
				stock.cancel(orderId, items, requestid),
			),
		},

		async started() {
			const isNewcomersShop = !config.natsUrls && !config.mongoUris.product;
			if (isNewcomersShop) await addSamplesNow();
		},
	};
}
