import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { handles } from "../../shared/events/subscriptions";
import { REPEATABLE } from "../../shared/calls/failover";
import { SENT_INDEXES, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { OrderEvents } from "../order/order.events";
import type { CartEvents } from "./cart.events";
import { accept, type CartEntry, leave, toCart } from "./cart.rules";
import { GetCart } from "./cart.schemas";
import type { Saved } from "../../shared/aggregates/aggregate";
import { shopOf } from "../../service-context";

/** Orders of one customer that can wait for payment at a time and still be told in one look. */
const CART_LIMIT = 1_000;

/** What was ordered waits here for payment. */
export default function cartService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, openStore } = shopOf(broker);
	const store = openStore("cart", {
		entries: { ...UNSENT_INDEX, cart: ["cartOf", "placedAt"] },
		sent: SENT_INDEXES,
	});
	const entries = store.collection<Saved<CartEntry>>("entries");
	const logger = broker.getLogger("cart");
	const carts = new Aggregates<CartEntry, CartEvents>({
		publisher: "cart",
		collection: entries,
		sent: store.collection("sent"),
		bus,
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
			"order.placed": handles(OrderEvents["order.placed"], (event) =>
				carts.change(event.subject, (entry) => accept(entry, event.data, Date.parse(event.time)), event.requestid),
			),
			"order.completed": handles(OrderEvents["order.completed"], (event) =>
				carts.change(event.subject, (entry) => leave(entry, event.data, "accepted"), event.requestid),
			),
			"order.cancelled": handles(OrderEvents["order.cancelled"], (event) =>
				carts.change(event.subject, (entry) => leave(entry, event.data, "cancelled"), event.requestid),
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
