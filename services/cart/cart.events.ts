import { type Static, Type } from "@sinclair/typebox";

const Left = Type.Object({ orderId: Type.String(), customerId: Type.String() });

/** The events that cart publishes, for subscribers outside the shop; the subject of each is the order that left the cart. */
export const CartEvents = {
	/** Paid for: the goods are the customer's. */
	"cart.accepted": Left,
	/** The order was cancelled. */
	"cart.cancelled": Left,
};
export type CartEvents = { [Name in keyof typeof CartEvents]: Static<(typeof CartEvents)[Name]> };
