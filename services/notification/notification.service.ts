import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Saved } from "../../shared/aggregates/aggregate";
import { DUE_INDEX } from "../../shared/aggregates/due-work";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { REPEATABLE } from "../../shared/calls/failover";
import type { CloudEvent } from "../../shared/events/event";
import { handles } from "../../shared/events/subscriptions";
import { type List, type Listing, page } from "../../shared/store/paging";
import { OrderEvents } from "../order/order.events";
import { PaymentEvents } from "../payment/payment.events";
import { openChannel } from "./notification.channels";
import { NotificationEvents } from "./notification.events";
import * as rules from "./notification.rules";
import type { MessageState } from "./notification.rules";
import { ListNotifications, type Notification } from "./notification.schemas";

/** Messages to customers about their orders. A channel that is down delays messages, and nothing else. */
export default function notificationService(broker: ServiceBroker): ServiceSchema {
	const { config, clock } = shopOf(broker);
	const logger = broker.getLogger("notification");
	const channel = openChannel(config, clock);
	const data = openData(broker, "notification", {
		messages: { ...PUBLISHING, ...DUE_INDEX, customer: ["customerId", "createdAt"] },
	});
	const listed = data.collection<Saved<MessageState>>("messages");
	const messages = data.publishing<MessageState, NotificationEvents>("messages", NotificationEvents);
	const sending = data.dueWork<Saved<MessageState>>("messages", { claim: rules.claim, work: send });

	return {
		name: "notification",
		mixins: [data.mixin],

		actions: {
			list: {
				...REPEATABLE,
				params: ListNotifications,
				handler({ params: { customerId, ...list } }: Context<ListNotifications>): Promise<List<Notification>> {
					return page(messagesTo(customerId), list);
				},
			},
		},

		events: {
			"order.placed": handles(OrderEvents["order.placed"], note),
			"order.completed": handles(OrderEvents["order.completed"], note),
			"order.cancelled": handles(OrderEvents["order.cancelled"], note),
			"payment.refunded": handles(PaymentEvents["payment.refunded"], note),
		},
	};

	function messagesTo(customerId: string): Listing<Saved<MessageState>, Notification> {
		const position = ({ createdAt }: MessageState) => [createdAt];
		return { collection: listed, index: "customer", equals: [customerId], position, toItem: rules.toNotification };
	}

	/** Saves the message, and begins to send it where there is a channel that has room. The event does not wait for that. */
	async function note(event: CloudEvent): Promise<void> {
		const notable = event as rules.Notable;
		const how = !channel ? "not needed" : sending.hasRoom ? "claimed" : "due";
		let isNew = false;
		const decide = (found: Saved<MessageState> | undefined) => {
			isNew = found === undefined;
			return rules.note(found, notable, clock.now(), how);
		};
		const message = await messages.change(rules.messageId(event.id), decide, event.requestid);
		if (!isNew) return;
		if (how === "claimed") sending.workNow(message!);
		if (how === "not needed") logger.info(`To ${message!.customerId}: ${message!.text}`);
	}

	async function send(message: Saved<MessageState>): Promise<void> {
		const { _id: id, tries, requestId } = message;
		try {
			// Messages of a time with a channel may be left.
			await channel?.send(rules.toNotification(message));
		} catch (error) {
			logger.warn(`Message ${id} was not taken (try ${tries}): ${(error as Error).message}`);
			await messages.change(id, (found) => rules.notTaken(found, clock.now()));
			return;
		}
		await messages.change(id, rules.sent, requestId);
	}
}
