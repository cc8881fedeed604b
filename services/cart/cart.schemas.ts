import { type Static, Type } from "@sinclair/typebox";
import { CustomerId } from "../../shared/domain/ids";
import { OrderItemShape } from "../order/order.events";
import { ListParams } from "../../shared/store/paging";
import { MoneyShape } from "../../shared/domain/money";

export const GetCart = Type.Object({ customerId: CustomerId, ...ListParams }, { additionalProperties: false });
export type GetCart = Static<typeof GetCart>;

const CartItemShape = Type.Object({ orderId: Type.String(), items: Type.Array(OrderItemShape), total: MoneyShape });
/** An order in the cart. */
export type CartItem = Static<typeof CartItemShape>;

export const CartShape = Type.Object({
	customerId: Type.String(),
	/** A page of the orders, newest first. */
	items: Type.Array(CartItemShape),
	/** The sum of all orders that wait for payment. */
	total: MoneyShape,
	count: Type.Integer({ minimum: 0, description: "The number of all orders that wait for payment" }),
	next: Type.Union([Type.String(), Type.Null()]),
});
/** A customer's orders that wait for payment. */
export type Cart = Static<typeof CartShape>;
