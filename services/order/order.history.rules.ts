import type { Card } from "../../shared/domain/cards";
import type { EventOf } from "../../shared/events/event";
import type { OrderEvents } from "./order.events";
import { type Attempt, inSituation, type OrderState, place } from "./order.rules";

export type OrderEvent = EventOf<OrderEvents>;

/** Cards by payment id. An order's own events do not name the card that it was completed with. */
export type CardsOf = ReadonlyMap<string, Card>;

const UNKNOWN_CARD: Card = { brand: "unknown", last4: "0000" };

/**
 * The order after one more event that it had published: for an order whose document is lost, or older than its events. Product's and payment's
 * events add what these do not say: whether goods are reserved, and how far a refund is. Undefined where the order is not known, and the event
 * does not place it.
 */
export function restore(
	order: OrderState | undefined,
	event: OrderEvent,
	{ cards, expiresAfterMs }: { cards: CardsOf; expiresAfterMs: number },
): OrderState | undefined {
	const at = Date.parse(event.time);
	if (event.type === "order.placed") {
		const { total, ...placed } = event.data;
		return order ?? place(undefined, { ...placed, currency: total.currency, expiresAfterMs, now: at })!.state;
	}
	if (!order) return undefined;
	const attempt = (paymentId: string, card = cards.get(paymentId) ?? UNKNOWN_CARD): Attempt => {
		const known = order.status === "placed" ? undefined : order.attempt;
		return known?.paymentId === paymentId ? known : { paymentId, card, calls: 1 };
	};
	switch (event.type) {
		case "order.paying": {
			const { paymentId, card } = event.data;
			return inSituation(order, { status: "paying", attempt: { ...attempt(paymentId, card), published: true } }, at);
		}
		case "order.reopened":
			return inSituation(order, { status: "placed", dueAt: order.expiresAt }, at);
		case "order.completed":
			return inSituation(order, { status: "completed", attempt: attempt(event.data.paymentId) }, at);
		case "order.cancelled": {
			const { cancelledBy: by, reason, payment } = event.data;
			const cancellation = { by, reason, refund: payment ? "pending" : "none", at } as const;
			const paid = payment && attempt(payment.paymentId, payment.card);
			return inSituation(order, { status: "cancelled", cancellation, attempt: paid }, at);
		}
	}
}
