import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { handles } from "../../shared/events/subscriptions";
import { DUE_INDEX, DueWork } from "../../shared/aggregates/due-work";
import type { CloudEvent } from "../../shared/events/event";
import { REPEATABLE } from "../../shared/calls/failover";
import { type List, page } from "../../shared/store/paging";
import { SENT_INDEXES, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { OrderEvents } from "../order/order.events";
import { PaymentEvents } from "../payment/payment.events";
import { openChannel } from "./notification.channels";
import type { NotificationEvents } from "./notification.events";
import {
	claim,
	type MessageState,
	messageId,
	type Notable,
	note,
	notTaken,
	sent,
	toNotification,
} from "./notification.rules";
import { ListNotifications, type Notification } from "./notification.schemas";
import type { Saved } from "../../shared/aggregates/aggregate";
import { shopOf } from "../../service-context";

/** Tells customers what happens to their orders. A channel that is down delays messages, and nothing else. */
export default function notificationService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, openStore } = shopOf(broker);
	const logger = broker.getLogger("notification");
	const store = openStore("notification", {
		messages: { ...UNSENT_INDEX, ...DUE_INDEX, customer: ["customerId", "createdAt"] },
		sent: SENT_INDEXES,
	});
	const stored = store.collection<Saved<MessageState>>("messages");
	const messages = new Aggregates<MessageState, NotificationEvents>({
		publisher: "notification",
		collection: stored,
		sent: store.collection("sent"),
		bus,
		clock,
		logger,
	});
	const channel = openChannel(config, clock, logger);
	const sending = new DueWork({ collection: stored, clock, logger, work: send });

	async function send(message: Saved<MessageState>): Promise<void> {
		const claimed = await stored.save(claim(message, clock.now()), message);
		if (!claimed) return;
		try {
			await channel.send(toNotification(claimed));
		} catch (error) {
			logger.warn(`Message ${message._id} was not taken (try ${claimed.tries}): ${(error as Error).message}`);
			await messages.change(message._id, (found) => notTaken(found, clock.now()));
			return;
		}
		await messages.change(message._id, sent, claimed.requestId);
	}

	async function tell(event: CloudEvent): Promise<void> {
		await messages.change(messageId(event.id), (message) => note(message, event as Notable, clock.now()));
	}

	return {
		name: "notification",
		mixins: [dbMixin(store)],

		actions: {
			list: {
				...REPEATABLE,
				params: ListNotifications,
				async handler({ params: { customerId, ...list } }: Context<ListNotifications>): Promise<List<Notification>> {
					const { items, next } = await page(stored, "customer", [customerId], ({ createdAt }) => [createdAt], list);
					return { items: items.map(toNotification), next };
				},
			},
		},

		events: {
			"order.placed": handles(OrderEvents["order.placed"], tell),
			"order.completed": handles(OrderEvents["order.completed"], tell),
			"order.cancelled": handles(OrderEvents["order.cancelled"], tell),
			"payment.refunded": handles(PaymentEvents["payment.refunded"], tell),
		},

		started() {
			messages.start();
			sending.start();
		},

		async stopped() {
			await sending.stop();
			await messages.stop();
		},
	};
}
