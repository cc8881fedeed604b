import { type Static, Type } from "@sinclair/typebox";
import { CustomerId } from "../../shared/domain/ids";
import { OrderItemShape } from "../order/order.events";
import { MoneyShape } from "../../shared/domain/money";

export const GetCart = Type.Object({ customerId: CustomerId }, { additionalProperties: false });
export type GetCart = Static<typeof GetCart>;

export const CartShape = Type.Object({
	customerId: Type.String(),
	items: Type.Array(Type.Object({ orderId: Type.String(), items: Type.Array(OrderItemShape), total: MoneyShape })),
	total: MoneyShape,
});
/** A customer's orders that wait for payment. */
export type Cart = Static<typeof CartShape>;
