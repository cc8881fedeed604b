import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Saved } from "../../shared/aggregates/aggregate";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { REPEATABLE } from "../../shared/calls/failover";
import { handles } from "../../shared/events/subscriptions";
import { OrderEvents } from "../order/order.events";
import type { CartEvents } from "./cart.events";
import { accept, type CartEntry, leave, toCart } from "./cart.rules";
import { GetCart } from "./cart.schemas";

/** A cart shows at most this many orders. */
const CART_LIMIT = 1_000;

/** Carts: the orders that wait for payment. */
export default function cartService(broker: ServiceBroker): ServiceSchema {
	const { config } = shopOf(broker);
	const data = openData(broker, "cart", { entries: { ...PUBLISHING, cart: ["cartOf", "placedAt"] } });
	const listed = data.collection<Saved<CartEntry>>("entries");
	const entries = data.publishing<CartEntry, CartEvents>("entries");

	return {
		name: "cart",
		mixins: [data.mixin],

		actions: {
			get: {
				...REPEATABLE,
				params: GetCart,
				async handler({ params: { customerId } }: Context<GetCart>) {
					const waiting = await listed.query("cart", { equals: [customerId], order: "descending", limit: CART_LIMIT });
					return toCart(customerId, waiting, config.currency);
				},
			},
		},

		events: {
			"order.placed": handles(OrderEvents["order.placed"], ({ subject, data: placed, time, requestid }) =>
				entries.change(subject, (entry) => accept(entry, placed, Date.parse(time)), requestid),
			),
			"order.completed": handles(OrderEvents["order.completed"], ({ subject, data: completed, requestid }) =>
				entries.change(subject, (entry) => leave(entry, completed, "accepted"), requestid),
			),
			"order.cancelled": handles(OrderEvents["order.cancelled"], ({ subject, data: cancelled, requestid }) =>
				entries.change(subject, (entry) => leave(entry, cancelled, "cancelled"), requestid),
			),
		},
	};
}
