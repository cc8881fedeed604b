import { type Static, Type } from "@sinclair/typebox";
import { CustomerId, Id } from "../../shared/domain/ids";
import { ListParams } from "../../shared/store/paging";
import { CancelledByShape, OrderItemShape } from "./order.events";
import { MoneyShape } from "../../shared/domain/money";

const strict = { additionalProperties: false };

const OrderStatusShape = Type.Union([
	Type.Literal("placed"),
	Type.Literal("paying"),
	Type.Literal("completed"),
	Type.Literal("cancelled"),
]);

const Reason = Type.String({ maxLength: 2_000, format: "text" });

export const PlaceOrder = Type.Object(
	{
		customerId: CustomerId,
		items: Type.Array(Type.Object({ productId: Id, quantity: Type.Integer({ minimum: 1, maximum: 1_000 }) }, strict), {
			minItems: 1,
			maxItems: 100,
		}),
	},
	strict,
);
export type PlaceOrder = Static<typeof PlaceOrder>;

export const GetOrder = Type.Object({ id: Id }, strict);
export type GetOrder = Static<typeof GetOrder>;

export const ListOrders = Type.Object(
	{ customerId: CustomerId, status: Type.Optional(OrderStatusShape), ...ListParams },
	strict,
);
export type ListOrders = Static<typeof ListOrders>;

export const PayOrder = Type.Object(
	{
		orderId: Id,
		cardNo: Type.String({
			format: "card-number",
			description: "a card number: 12 to 19 digits that pass the Luhn check",
		}),
		expiry: Type.Optional(Type.String({ pattern: "^(0[1-9]|1[0-2])/[0-9]{2}$", description: "a month, as MM/YY" })),
		cvc: Type.Optional(Type.String({ pattern: "^[0-9]{3,4}$", description: "3 or 4 digits" })),
	},
	strict,
);
export type PayOrder = Static<typeof PayOrder>;

export const CancelOrder = Type.Object({ orderId: Id, reason: Type.Optional(Reason) }, strict);
export type CancelOrder = Static<typeof CancelOrder>;

export const GetCancellation = Type.Object({ orderId: Id }, strict);
export type GetCancellation = Static<typeof GetCancellation>;

export const OrderShape = Type.Object({
	id: Type.String(),
	customerId: Type.String(),
	status: OrderStatusShape,
	items: Type.Array(OrderItemShape),
	total: MoneyShape,
	cancelledBy: Type.Optional(CancelledByShape),
	reason: Type.Optional(Type.String()),
	createdAt: Type.String({ format: "date-time" }),
	updatedAt: Type.String({ format: "date-time" }),
	expiresAt: Type.Optional(
		Type.String({
			format: "date-time",
			description: "When the order is cancelled, unless it is paid; only of an order that is `placed`",
		}),
	),
	version: Type.Integer({ minimum: 1 }),
});
export type Order = Static<typeof OrderShape>;

export const CancellationShape = Type.Object({
	orderId: Type.String(),
	status: Type.Literal("cancelled"),
	cancelledBy: CancelledByShape,
	reason: Type.Optional(Type.String()),
	refund: Type.Object({
		status: Type.Union([Type.Literal("none"), Type.Literal("pending"), Type.Literal("refunded")]),
		amount: Type.Optional(MoneyShape),
	}),
	createdAt: Type.String({ format: "date-time" }),
});
export type Cancellation = Static<typeof CancellationShape>;
