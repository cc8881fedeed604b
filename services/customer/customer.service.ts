import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import type { TSchema } from "@sinclair/typebox";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { handles } from "../../shared/events/subscriptions";
import { REPEATABLE } from "../../shared/calls/failover";
import { page } from "../../shared/store/paging";
import { sum } from "../../shared/domain/money";
import { OrderEvents } from "../order/order.events";
import { PaymentEvents } from "../payment/payment.events";
import { ProductEvents } from "../product/product.events";
import { type View, VIEW_COLLECTIONS } from "./customer.generations";
import { type OrderEvent, type ProductEvent, toCartItem, toPageOrder, toPageProduct } from "./customer.rules";
import { type Feed, GetFeed, GetMyPage, type MyPage, type Rebuilt } from "./customer.schemas";
import { Views } from "./customer.views";
import { eventsAfter } from "./feed.rules";
import { eventValidator } from "../../shared/events/event-validation";
import { shopOf } from "../../service-context";

const PRODUCTS_SHOWN = 20;
/** Orders of one customer that can wait for payment at a time and still be told in one look. */
const CART_LIMIT = 1_000;

/** All that the view is made of. */
const HEARD: Readonly<Record<string, TSchema>> = { ...ProductEvents, ...OrderEvents, ...PaymentEvents };
const isWhole = eventValidator(HEARD);

/** My page: products, cart and orders in one look, from events alone, so that it needs no other service. */
export default function customerService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, newId, openStore } = shopOf(broker);
	const logger = broker.getLogger("customer");
	const store = openStore("customer", VIEW_COLLECTIONS);
	const views = new Views({ store, bus, clock, logger, newId });

	async function myPage({ orders, products }: View, { customerId, ...list }: GetMyPage): Promise<MyPage> {
		const [own, waiting, newest] = await Promise.all([
			page(orders, "customer", [customerId], ({ createdAt }) => [createdAt!], list),
			orders.query("cart", { equals: [customerId], order: "descending", limit: CART_LIMIT }),
			products.query("newest", { order: "descending", limit: PRODUCTS_SHOWN }),
		]);
		const items = waiting.flatMap(toCartItem);
		const prices = items.map(({ total }) => total);
		return {
			customerId,
			cart: { customerId, items, total: sum(prices, config.currency) },
			orders: own.items.flatMap((order) => toPageOrder(order) ?? []),
			next: own.next,
			products: newest.flatMap((product) => toPageProduct(product._id, product) ?? []),
		};
	}

	async function feed({ orders, generation }: View, { customerId, after, limit }: GetFeed): Promise<Feed> {
		const told = (await views.feeds.load(customerId)) ?? { last: 0, entries: [] };
		const idOf = (number: number) => `${generation}-${number}`;
		const last = idOf(told.last);
		if (after === undefined) return { events: [], last };
		const known = numberOf(after, generation);
		const events = known === undefined ? undefined : eventsAfter(told, known)?.slice(0, limit);
		if (!events) return { events: [], reset: true, last };
		const ids = [...new Set(events.map(({ orderId }) => orderId))];
		const loaded = new Map(await Promise.all(ids.map(async (id) => [id, await orders.load(id)] as const)));
		const shown = events.flatMap(({ number, type, orderId }) => {
			const stored = loaded.get(orderId);
			const order = stored && toPageOrder(stored);
			return order ? [{ id: idOf(number), type, order }] : [];
		});
		return { events: shown, last: shown.at(-1)?.id ?? after };
	}

	/** What was told, without what no handler would have taken. */
	async function* history(): AsyncIterable<OrderEvent | ProductEvent> {
		for await (const event of bus.history(Object.keys(HEARD))) {
			if (isWhole(event)) yield event as OrderEvent | ProductEvent;
			else logger.warn(`${event.type} ${event.id} is not what it says and is left out of the view`);
		}
	}

	return {
		name: "customer",
		mixins: [dbMixin(store)],

		actions: {
			mypage: {
				params: GetMyPage,
				...REPEATABLE,
				handler: ({ params }: Context<GetMyPage>) => views.read((view) => myPage(view, params)),
			},
			feed: {
				visibility: "public",
				params: GetFeed,
				...REPEATABLE,
				handler: ({ params }: Context<GetFeed>) => views.read((view) => feed(view, params)),
			},
			rebuild: {
				visibility: "public",
				// Takes as long as there is history. Moleculer's typings leave this field of an action out.
				...({ timeout: 0 } as object),
				async handler(): Promise<Rebuilt> {
					const startedAt = clock.now();
					const rebuilt = await views.rebuild(history);
					return { ...rebuilt, ms: clock.now() - startedAt };
				},
			},
		},

		events: Object.fromEntries(
			Object.entries(HEARD).map(([type, data]) => [
				type,
				handles(data, async (event) => {
					const customerId = await views.fold(event as OrderEvent | ProductEvent);
					// Only wakes those who stream this customer's feed; it may be lost, as they look by themselves too.
					if (customerId !== undefined) void broker.broadcast("customer.changed", { customerId });
				}),
			]),
		),

		async started() {
			await views.open();
		},

		async stopped() {
			await views.close();
		},
	};
}

/** The number in an event's id, or undefined where it is not of this generation. */
function numberOf(id: string, generation: string): number | undefined {
	const [, of, number] = /^(.+)-([0-9]{1,15}|[0-8][0-9]{15})$/.exec(id) ?? [];
	return of === generation ? Number(number) : undefined;
}
