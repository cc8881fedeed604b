import { type Static, Type } from "@sinclair/typebox";
import { Id } from "../../shared/domain/ids";
import { ListParams } from "../../shared/store/paging";
import { MoneyShape } from "../../shared/domain/money";

const strict = { additionalProperties: false } as const;

/** The highest stock of a product. */
export const STOCK_LIMIT = 2_000_000_000;

const fields = {
	name: Type.String({ minLength: 1, maxLength: 200, format: "text" }),
	description: Type.String({ maxLength: 2_000, format: "text" }),
	price: Type.Object(
		{
			amount: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
			currency: Type.String({ pattern: "^[A-Z]{3}$", description: "a currency of ISO 4217, such as KRW" }),
		},
		strict,
	),
	/** Quantity that can still be ordered. */
	stock: Type.Integer({ minimum: 0, maximum: STOCK_LIMIT }),
	imageUrl: Type.String({
		maxLength: 2_000,
		format: "uri-reference",
		pattern: "^(https?://|/(?![/\\\\]))[^\\s\\p{Cc}\\p{Cs}]+$",
		description: "an http or https URL, or a path of this shop such as /pictures/green-tea.svg",
	}),
};

export const ListProducts = Type.Object(
	{
		search: Type.Optional(
			Type.String({
				maxLength: 200,
				format: "text",
				description:
					"Words that are parts of the name, in any order and case; blank: all products. A page may hold fewer than `limit` and still have a `next`",
			}),
		),
		...ListParams,
	},
	strict,
);
export type ListProducts = Static<typeof ListProducts>;

export const GetProduct = Type.Object({ id: Id }, strict);
export type GetProduct = Static<typeof GetProduct>;

export const AddProduct = Type.Object(
	{ ...fields, description: Type.Optional(fields.description), imageUrl: Type.Optional(fields.imageUrl) },
	strict,
);
export type AddProduct = Static<typeof AddProduct>;

const cleared = Type.Null({ description: "Removes the field" });

/** `stock` sets the quantity that can still be ordered, whatever is ordered meanwhile; `stockDelta` adds to it. */
export const ChangeProduct = Type.Object(
	{
		id: Id,
		...Type.Partial(
			Type.Object({
				...fields,
				description: Type.Union([fields.description, cleared]),
				imageUrl: Type.Union([fields.imageUrl, cleared]),
				stockDelta: Type.Integer({
					minimum: -STOCK_LIMIT,
					maximum: STOCK_LIMIT,
					description: "Added to the stock; a negative number takes away. Not together with `stock`",
				}),
			}),
		).properties,
	},
	strict,
);
export type ChangeProduct = Static<typeof ChangeProduct>;

export const ProductShape = Type.Object({
	id: Type.String(),
	name: Type.String(),
	description: Type.Optional(Type.String()),
	price: MoneyShape,
	/** Quantity that can still be ordered. */
	stock: Type.Integer({ minimum: 0 }),
	imageUrl: Type.Optional(Type.String()),
	version: Type.Integer({ minimum: 1, description: "Higher after each change, also of the stock" }),
});
/** A product as the shop shows it. */
export type Product = Static<typeof ProductShape>;

/** Whether the sample catalogue is there; false: the shop has other products. */
export interface SamplesAdded {
	added: boolean;
}
