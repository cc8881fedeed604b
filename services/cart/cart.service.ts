import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { Aggregates, type Saved } from "../../shared/aggregates/aggregates";
import { dbMixin } from "../../shared/store/db.mixin";
import { hears } from "../../shared/events/subscriptions";
import { REPEATABLE } from "../../shared/calls/failover";
import { TOLD_INDEXES, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { shopOf } from "../../shop";
import { OrderFacts } from "../order/order.events";
import type { CartFacts } from "./cart.events";
import { accept, type CartEntry, leave, toCart } from "./cart.rules";
import { GetCart } from "./cart.schemas";

/** Orders of one customer that can wait for payment at a time and still be told in one look. */
const CART_LIMIT = 1_000;

/** What was ordered waits here for payment. */
export default function cartService(broker: ServiceBroker): ServiceSchema {
	const { config, carrier, clock, openStore } = shopOf(broker);
	const store = openStore("cart", {
		entries: { ...UNSENT_INDEX, cart: ["cartOf", "placedAt"] },
		told: TOLD_INDEXES,
	});
	const entries = store.collection<Saved<CartEntry>>("entries");
	const logger = broker.getLogger("cart");
	const carts = new Aggregates<CartEntry, CartFacts>({
		teller: "cart",
		collection: entries,
		told: store.collection("told"),
		carrier,
		clock,
		logger,
	});

	return {
		name: "cart",
		mixins: [dbMixin(store)],

		actions: {
			get: {
				...REPEATABLE,
				params: GetCart,
				async handler({ params: { customerId } }: Context<GetCart>) {
					const waiting = await entries.query("cart", { equals: [customerId], order: "descending", limit: CART_LIMIT });
					return toCart(customerId, waiting, config.currency);
				},
			},
		},

		events: {
			"order.placed": hears(OrderFacts["order.placed"], (fact) =>
				carts.change(fact.subject, (entry) => accept(entry, fact.data, Date.parse(fact.time)), fact.requestid),
			),
			"order.completed": hears(OrderFacts["order.completed"], (fact) =>
				carts.change(fact.subject, (entry) => leave(entry, fact.data, "accepted"), fact.requestid),
			),
			"order.cancelled": hears(OrderFacts["order.cancelled"], (fact) =>
				carts.change(fact.subject, (entry) => leave(entry, fact.data, "cancelled"), fact.requestid),
			),
		},

		started() {
			carts.start();
		},

		async stopped() {
			await carts.stop();
		},
	};
}
