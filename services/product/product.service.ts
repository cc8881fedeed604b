import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { handles } from "../../shared/events/subscriptions";
import { REPEATABLE } from "../../shared/calls/failover";
import { type List, page } from "../../shared/store/paging";
import { SENT_INDEXES, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { OrderEvents } from "../order/order.events";
import type { ProductEvents } from "./product.events";
import * as rules from "./product.rules";
import type { ProductState } from "./product.rules";
import { SAMPLES } from "./product.samples";
import { AddProduct, ChangeProduct, GetProduct, ListProducts } from "./product.schemas";
import { lookAt, Stock } from "./stock.process";
import type { Decided, Reservation } from "./stock.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import { shopOf } from "../../service-context";

/** Products that one search looks at; where it stops, the list's cursor goes on. */
const SEARCH_LIMIT = 1_000;
const SEARCH_CHUNK = 100;
/** As every list gives when not told. */
const SEARCH_PAGE = 20;

/** The catalogue, and the stock of what can be ordered. */
export default function productService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, newId, openStore } = shopOf(broker);
	const store = openStore("product", {
		products: { ...UNSENT_INDEX, created: ["createdAt"] },
		reservations: {},
		sent: SENT_INDEXES,
	});
	const collection = store.collection<Saved<ProductState>>("products");
	const reservations = store.collection<Reservation>("reservations");
	const products = new Aggregates<ProductState, ProductEvents, Decided>({
		publisher: "product",
		collection,
		sent: store.collection("sent"),
		bus,
		clock,
		logger: broker.getLogger("product"),
		look: lookAt(reservations),
	});
	const stock = new Stock(products, reservations);

	const newest = (limit: number | undefined, cursor: string | undefined) =>
		page(collection, "created", [], ({ createdAt }) => [createdAt], { limit, cursor });

	async function search(text: string, limit = SEARCH_PAGE, cursor?: string): Promise<List<Saved<ProductState>>> {
		const found: Saved<ProductState>[] = [];
		let next = cursor ?? null;
		for (let looked = 0; looked < SEARCH_LIMIT; looked += SEARCH_CHUNK) {
			const from = next ?? undefined;
			const chunk = await newest(SEARCH_CHUNK, from);
			found.push(...chunk.items.filter(rules.isNamedLike(text)));
			if (found.length >= limit) {
				// The page ends inside the chunk: its cursor is that of the last product told.
				const items = found.slice(0, limit);
				const end = chunk.items.indexOf(items.at(-1)!) + 1;
				return { items, next: (await newest(end, from)).next };
			}
			next = chunk.next;
			if (next === null) break;
		}
		return { items: found, next };
	}

	/** Fixed ids and nothing but samples there: what a crash left undone is done at the next start. */
	async function addSamples(): Promise<void> {
		const there = await collection.query("created", { limit: SAMPLES.length + 1 });
		if (there.some(({ _id }) => !SAMPLES.some(({ id }) => id === _id))) return;
		for (const { id, amount, ...sample } of SAMPLES) {
			const product = { ...sample, price: { amount, currency: config.currency } };
			await products.change(id, (existing) => rules.add(existing, id, product, clock.now()));
		}
	}

	return {
		name: "product",
		mixins: [dbMixin(store)],

		actions: {
			list: {
				...REPEATABLE,
				params: ListProducts,
				async handler({ params: { search: text, limit, cursor } }: Context<ListProducts>) {
					const { items, next } = await (text ? search(text, limit, cursor) : newest(limit, cursor));
					return { items: items.map(rules.toProduct), next };
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
				async handler({ params, requestID }: Context<AddProduct>) {
					rules.checkCurrency(params.price, config.currency);
					const id = newId();
					const decide = (existing?: Saved<ProductState>) => rules.add(existing, id, params, clock.now());
					const added = await products.change(id, decide, requestID ?? undefined);
					return rules.toProduct(added!);
				},
			},

			change: {
				params: ChangeProduct,
				async handler({ params: { id, ...patch }, requestID }: Context<ChangeProduct>) {
					rules.checkPatch(patch);
					rules.checkCurrency(patch.price, config.currency);
					const decide = (existing?: Saved<ProductState>) => rules.change(existing, id, patch);
					const changed = await products.change(id, decide, requestID ?? undefined);
					return rules.toProduct(changed!);
				},
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
			if (!config.natsUrls && !config.mongoUris.product) await addSamples();
			products.start();
		},

		async stopped() {
			await products.stop();
		},
	};
}
