import { createHash } from "node:crypto";
import { toRfc3339 } from "../../shared/domain/clock";
import type { EventOf } from "../../shared/events/event";
import type { Money } from "../../shared/domain/money";
import type { OrderEvents } from "../order/order.events";
import type { PaymentEvents } from "../payment/payment.events";
import { backoff } from "../../shared/timing/backoff";
import type { NotificationEvents } from "./notification.events";
import type { Notification } from "./notification.schemas";
import type { Change } from "../../shared/aggregates/aggregate";

/** The events that customers get a message about. */
export type Notable = Extract<
	EventOf<OrderEvents> | EventOf<PaymentEvents>,
	{ type: "order.placed" | "order.completed" | "order.cancelled" | "payment.refunded" }
>;

/** A message to a customer, and the state of its sending. */
export interface MessageState {
	customerId: string;
	orderId: string;
	type: Notable["type"];
	text: string;
	status: Notification["status"];
	/** Number of tries begun so far. */
	tries: number;
	/** The event's time, in milliseconds since 1970. */
	createdAt: number;
	/** Time of the next try, in milliseconds since 1970; absent once it is sent or given up. */
	dueAt?: number;
	/** The request that led to the event; absent once it is sent. */
	requestId?: string;
}

type Decision = Change<MessageState, NotificationEvents> | undefined;

const MAX_TRIES = 20;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 300_000;
/** A try that takes longer has died with its process. This is longer than a channel's deadline. */
const LEASE_MS = 30_000;

/** The message's id: the same for each delivery of the event, and without dots, which separate the parts of signed content. */
export function messageId(eventId: string): string {
	return `msg_${createHash("sha256").update(eventId).digest("base64url").slice(0, 22)}`;
}

/** How a new message goes on: it is claimed for its first try, waits for one, or needs none. */
export type Sending = "claimed" | "due" | "not needed";

/** One message for each event, however often the event is delivered. */
export function note(message: MessageState | undefined, event: Notable, now: number, sending: Sending): Decision {
	if (message) return undefined;
	const { customerId, orderId } = event.data;
	const state: MessageState = {
		customerId,
		orderId,
		type: event.type,
		text: textOf(event),
		status: "pending",
		tries: 0,
		createdAt: Date.parse(event.time),
		dueAt: now,
		requestId: event.requestid,
	};
	if (sending === "not needed") return sent({ ...state, _id: messageId(event.id) });
	return { state: sending === "claimed" ? claim(state, now) : state };
}

/** Counts a try before it begins, and puts the next one off. */
export function claim<Message extends MessageState>(message: Message, now: number): Message {
	return { ...message, tries: message.tries + 1, dueAt: now + LEASE_MS };
}

/** The channel has taken the message. */
export function sent(message: (MessageState & { _id: string }) | undefined): Decision {
	if (message?.status !== "pending") return undefined;
	const { _id: notificationId, customerId, orderId, type: about } = message;
	return {
		state: { ...message, status: "sent", dueAt: undefined, requestId: undefined },
		events: [{ type: "notification.sent", data: { notificationId, customerId, orderId, about } }],
	};
}

/** The channel did not take it: another try after a pause, or none after {@link MAX_TRIES}. */
export function notTaken(message: MessageState | undefined, now: number): Decision {
	if (message?.status !== "pending") return undefined;
	if (message.tries >= MAX_TRIES) return { state: { ...message, status: "failed", dueAt: undefined } };
	return { state: { ...message, dueAt: now + backoff(message.tries, FIRST_DELAY_MS, LONGEST_DELAY_MS) } };
}

export function toNotification(message: MessageState & { _id: string }): Notification {
	const { _id: id, customerId, orderId, type, text, status, createdAt } = message;
	return { id, customerId, orderId, type, text, status, createdAt: toRfc3339(createdAt) };
}

const BECAUSE = {
	customer: "",
	out_of_stock: " because not everything in it is in stock",
	expired: " because it was not paid in time",
} as const;

function textOf({ type, data }: Notable): string {
	switch (type) {
		case "order.placed":
			return `Thank you for your order ${data.orderId} of ${inWords(data.total)}. It is waiting for your payment.`;
		case "order.completed":
			return `Your payment of ${inWords(data.total)} has arrived, and your order ${data.orderId} is complete.`;
		case "order.cancelled":
			return `Your order ${data.orderId} of ${inWords(data.total)} is cancelled${BECAUSE[data.cancelledBy]}.`;
		case "payment.refunded":
			return `We have refunded ${inWords(data.amount)} for your order ${data.orderId}.`;
	}
}

// Formats are cached: making one takes longer than everything else about a message.
const formats = new Map<string, Intl.NumberFormat>();

function inWords({ amount, currency }: Money): string {
	const format = formats.get(currency) ?? new Intl.NumberFormat("en", { style: "currency", currency });
	formats.set(currency, format);
	return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}
