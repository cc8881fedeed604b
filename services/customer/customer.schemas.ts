import { type Static, Type } from "@sinclair/typebox";
import { CustomerId } from "../../shared/domain/ids";
import { ListParams } from "../../shared/store/paging";
import { CartShape } from "../cart/cart.schemas";
import { CancellationShape, OrderShape } from "../order/order.schemas";
import { PaymentShape } from "../payment/payment.schemas";
import { ProductShape } from "../product/product.schemas";

export const GetMyPage = Type.Object({ customerId: CustomerId, ...ListParams }, { additionalProperties: false });
export type GetMyPage = Static<typeof GetMyPage>;

/** An order with its payment, cancellation and timeline. */
export const PageOrderShape = Type.Object({
	...OrderShape.properties,
	payment: Type.Optional(PaymentShape),
	cancellation: Type.Optional(CancellationShape),
	timeline: Type.Array(Type.Object({ at: Type.String({ format: "date-time" }), type: Type.String() })),
});
export type PageOrder = Static<typeof PageOrderShape>;

export const MyPageShape = Type.Object({
	customerId: Type.String(),
	/** The first page of the cart; its `next` is a cursor of the cart. */
	cart: CartShape,
	orders: Type.Array(PageOrderShape),
	next: Type.Union([Type.String(), Type.Null()]),
	products: Type.Array(ProductShape),
});
export type MyPage = Static<typeof MyPageShape>;

/** Params of `customer.feed`, which the gateway calls for each stream of a customer's events. */
export const GetFeed = Type.Object(
	{
		customerId: CustomerId,
		/** The id of the last known event; without it the answer has no events, only `last`. */
		after: Type.Optional(Type.String({ maxLength: 200 })),
		limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
	},
	{ additionalProperties: false },
);
export type GetFeed = Static<typeof GetFeed>;

/** Answer of `customer.feed`. */
export interface Feed {
	/** Oldest first; `type` is the event's, `order` the order as on my page now. */
	events: Array<{ id: string; type: string; order: PageOrder }>;
	/** `after` is of another feed, or entries after it were forgotten: the client must reload the page. */
	reset?: true;
	/** There are more events after `last`. */
	more?: true;
	/** The `after` of the next call. */
	last: string;
}

/** Answer of `customer.rebuild`. */
export interface Rebuilt {
	/** Orders that my page shows now. */
	orders: number;
	/** Events of the history that were folded. */
	events: number;
	/** Documents that differed and were repaired. */
	changed: number;
	/** Duration in milliseconds. */
	ms: number;
}
