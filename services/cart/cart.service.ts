import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Saved } from "../../shared/aggregates/aggregate";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { REPEATABLE } from "../../shared/calls/failover";
import { handles } from "../../shared/events/subscriptions";
import { type Listing, pageWithTotal } from "../../shared/store/paging";
import { OrderEvents } from "../order/order.events";
import { CartEvents } from "./cart.events";
import { accept, type CartEntry, leave, toCartItem } from "./cart.rules";
import { type Cart, type CartItem, GetCart } from "./cart.schemas";

/** Carts: the orders that wait for payment. */
export default function cartService(broker: ServiceBroker): ServiceSchema {
	const { config } = shopOf(broker);
	const data = openData(broker, "cart", { entries: { ...PUBLISHING, cart: ["cartOf", "placedAt"] } });
	const listed = data.collection<Saved<CartEntry>>("entries");
	const entries = data.publishing<CartEntry, CartEvents>("entries", CartEvents);

	return {
		name: "cart",
		mixins: [data.mixin],

		actions: {
			get: {
				...REPEATABLE,
				params: GetCart,
				async handler({ params: { customerId, ...list } }: Context<GetCart>): Promise<Cart> {
					return { customerId, ...(await pageWithTotal(waitingOf(customerId), list, config.currency)) };
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

	function waitingOf(customerId: string): Listing<Saved<CartEntry>, CartItem> {
		const position = ({ placedAt }: CartEntry) => [placedAt!];
		return { collection: listed, index: "cart", equals: [customerId], position, toItem: toCartItem };
	}
}
