import type { Money } from "../../shared/formats";

/** A product as the shop has it. */
interface Product {
	name: string;
	price: Money;
	stock: number;
	description?: string;
	imageUrl?: string;
}

/** A product as a form has it: a text is empty where there is none. */
export interface ProductFields {
	name: string;
	price: Money;
	/** Undefined where the field is empty. */
	stock: number | undefined;
	description: string;
	imageUrl: string;
}

/** The fields of a product that an operator has changed. Null removes a text. */
type Changes = Partial<Pick<Product, "name" | "price" | "stock">> & {
	description?: string | null;
	imageUrl?: string | null;
};

/**
 * The fields that the operator has changed since the form was filled with the product. The others are not sent, as the shop may have others by now:
 * each order changes the stock.
 */
export function changesOf(product: Product, fields: ProductFields): Changes {
	const { name, price, stock } = fields;
	const isOther = (field: "name" | "description" | "imageUrl") => plain(fields[field]) !== plain(product[field] ?? "");
	return {
		...(isOther("name") && { name }),
		...((price.amount !== product.price.amount || price.currency !== product.price.currency) && { price }),
		...(stock !== undefined && stock !== product.stock && { stock }),
		...(isOther("description") && { description: fields.description || null }),
		...(isOther("imageUrl") && { imageUrl: fields.imageUrl || null }),
	};
}

/** The text with the line breaks of a form, and without what a form takes off its ends. */
function plain(text: string): string {
	return text.replace(/\r\n?/g, "\n").trim();
}
