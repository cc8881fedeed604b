import { type Static, Type } from "@sinclair/typebox";
import { MoneyShape } from "../../shared/domain/money";

const Described = Type.Object({
	productId: Type.String(),
	name: Type.String(),
	description: Type.Optional(Type.String()),
	price: MoneyShape,
	imageUrl: Type.Optional(Type.String()),
	/** Quantity that can still be ordered, as of this event. */
	available: Type.Integer({ minimum: 0 }),
	/** RFC 3339. */
	addedAt: Type.String(),
});

const StockMoved = {
	productId: Type.String(),
	orderId: Type.String(),
	quantity: Type.Integer({ minimum: 1 }),
	/** Quantity that can still be ordered, as of this event. */
	available: Type.Integer({ minimum: 0 }),
};

/** The events that product publishes; the subject of each is the product. */
export const ProductEvents = {
	"product.added": Described,
	/** Holds the whole product as it is now, whatever was changed. */
	"product.changed": Described,
	/** An order's goods are held; `complete`: with these, all that the order needs is held. */
	"stock.reserved": Type.Object({ ...StockMoved, complete: Type.Boolean() }),
	/** There is not enough for this order, which gets nothing. */
	"stock.rejected": Type.Object(StockMoved),
	/** Goods that were held for an order, or sold by it, can be ordered again. */
	"stock.released": Type.Object(StockMoved),
};
export type ProductEvents = { [Name in keyof typeof ProductEvents]: Static<(typeof ProductEvents)[Name]> };
