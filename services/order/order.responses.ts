import { toRfc3339 } from "../../shared/domain/clock";
import { notFound } from "../../shared/domain/refusals";
import { existing, type OrderState } from "./order.rules";
import type { Cancellation, Order } from "./order.schemas";

type SavedOrder = OrderState & { _id: string; version: number };

/** The order as the shop's customers see it. */
export function toOrder(order: SavedOrder): Order {
	const { _id: id, customerId, status, items, total, cancellation, version } = order;
	return {
		id,
		customerId,
		status,
		items,
		total,
		...(cancellation && { cancelledBy: cancellation.by }),
		...(cancellation?.reason !== undefined && { reason: cancellation.reason }),
		createdAt: toRfc3339(order.createdAt),
		updatedAt: toRfc3339(order.updatedAt),
		version,
	};
}

/** @throws Refusal ORDER_NOT_FOUND, CANCELLATION_NOT_FOUND */
export function toCancellation(order: SavedOrder | undefined): Cancellation {
	const { _id: orderId, cancellation, total } = existing(order);
	if (!cancellation) throw notFound("CANCELLATION_NOT_FOUND", "This order is not cancelled.");
	return {
		orderId,
		status: "cancelled",
		cancelledBy: cancellation.by,
		...(cancellation.reason !== undefined && { reason: cancellation.reason }),
		refund: cancellation.refund === "none" ? { status: "none" } : { status: cancellation.refund, amount: total },
		createdAt: toRfc3339(cancellation.at),
	};
}
