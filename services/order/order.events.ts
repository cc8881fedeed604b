import { type Static, Type } from "@sinclair/typebox";
import { MoneyShape } from "../../shared/domain/money";
import { CardShape } from "../../shared/domain/cards";

export const OrderItemShape = Type.Object({
	productId: Type.String(),
	name: Type.String(),
	quantity: Type.Integer({ minimum: 1 }),
	unitPrice: MoneyShape,
});
export type OrderItem = Static<typeof OrderItemShape>;

export const CancelledByShape = Type.Union([
	Type.Literal("customer"),
	Type.Literal("out_of_stock"),
	Type.Literal("expired"),
]);
export type CancelledBy = Static<typeof CancelledByShape>;

const OfOrder = { orderId: Type.String(), customerId: Type.String() };

/** The events that order publishes; the subject of each is the order. */
export const OrderEvents = {
	/** The order is taken, and its goods wait in the cart for payment. */
	"order.placed": Type.Object({ ...OfOrder, items: Type.Array(OrderItemShape), total: MoneyShape }),
	/** A payment was begun, and its outcome is not known at the deadline: payment settles it. */
	"order.paying": Type.Object({ ...OfOrder, paymentId: Type.String(), total: MoneyShape, card: CardShape }),
	/** The payment of an earlier `order.paying` captured nothing: the order can be paid again. */
	"order.reopened": Type.Object({ ...OfOrder, paymentId: Type.String() }),
	/** The payment is approved. */
	"order.completed": Type.Object({ ...OfOrder, paymentId: Type.String(), total: MoneyShape }),
	/** The order is cancelled for good; payment refunds what `payment` captured or still captures. */
	"order.cancelled": Type.Object({
		...OfOrder,
		items: Type.Array(OrderItemShape),
		total: MoneyShape,
		cancelledBy: CancelledByShape,
		reason: Type.Optional(Type.String()),
		payment: Type.Optional(Type.Object({ paymentId: Type.String(), card: CardShape })),
	}),
};
export type OrderEvents = { [Name in keyof typeof OrderEvents]: Static<(typeof OrderEvents)[Name]> };
