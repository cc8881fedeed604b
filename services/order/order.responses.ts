import type { AggregateDocument } from "../../shared/aggregates/aggregate";
import { toRfc3339 } from "../../shared/domain/clock";
import { notFound } from "../../shared/domain/refusals";
import { existing, type OrderState } from "./order.rules";
import type { Cancellation, Order } from "./order.schemas";

type StoredOrder = OrderState & Pick<AggregateDocument, "_id" | "version">;

/** The order as the shop answers it. */
export function toOrder(order: StoredOrder): Order {
	const { _id: id, customerId, status, items, total, version } = order;
	return {
		id,
		customerId,
		status,
		items,
		total,
		...(order.status === "cancelled" && reasonsOf(order.cancellation)),
		createdAt: toRfc3339(order.createdAt),
		updatedAt: toRfc3339(order.updatedAt),
		...(order.status === "placed" && { expiresAt: toRfc3339(order.expiresAt) }),
		version,
	};
}

/** @throws Refusal ORDER_NOT_FOUND, CANCELLATION_NOT_FOUND */
export function toCancellation(found: StoredOrder | undefined): Cancellation {
	const order = existing(found);
	if (order.status !== "cancelled") throw notFound("CANCELLATION_NOT_FOUND", "This order is not cancelled.");
	const { refund, at } = order.cancellation;
	return {
		orderId: order._id,
		status: "cancelled",
		...reasonsOf(order.cancellation),
		refund: refund === "none" ? { status: "none" } : { status: refund, amount: order.total },
		createdAt: toRfc3339(at),
	};
}

function reasonsOf({ by, reason }: { by: Cancellation["cancelledBy"]; reason?: string }) {
	return { cancelledBy: by, ...(reason !== undefined && { reason }) };
}
