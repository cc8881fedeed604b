import type { Catalogue } from "./product.catalogue";
import { add } from "./product.rules";
import type { AddProduct } from "./product.schemas";
import type { Products } from "./stock.process";

type Sample = Omit<AddProduct, "price" | "imageUrl"> & {
	id: string;
	/** In minor units of the shop's currency. */ amount: number;
};

/** The catalogue of a new shop; the ids are fixed, so that examples can name them, and each is also the name of a picture in web/public/pictures/. */
export const SAMPLES: readonly Sample[] = [
	{ id: "green-tea", name: "Green tea", description: "First flush from Boseong, 80 g.", amount: 18_000, stock: 120 },
	{ id: "citron-tea", name: "Citron tea", description: "Yuja preserved in honey, 500 g.", amount: 12_500, stock: 80 },
	{ id: "tea-bowl", name: "Tea bowl", description: "Celadon, thrown by hand.", amount: 45_000, stock: 12 },
	{
		id: "brass-spoon-set",
		name: "Brass spoon set",
		description: "Spoon and chopsticks for two.",
		amount: 68_000,
		stock: 25,
	},
	{
		id: "hanji-notebook",
		name: "Hanji notebook",
		description: "96 pages of mulberry paper.",
		amount: 9_800,
		stock: 300,
	},
	{ id: "linen-apron", name: "Linen apron", description: "Washed linen, one size.", amount: 32_000, stock: 40 },
	{ id: "rice-cooker", name: "Rice cooker", description: "For six, keeps warm.", amount: 189_000, stock: 8 },
	{ id: "moon-jar", name: "Moon jar", description: "White porcelain. There is only one.", amount: 850_000, stock: 1 },
];

/**
 * Adds the samples to a catalogue that holds nothing else; may be repeated, also after a crash in between. Resolves with false where it holds others.
 * @param now milliseconds since 1970
 */
export async function addSamples(
	products: Products,
	catalogue: Catalogue,
	currency: string,
	now: number,
): Promise<boolean> {
	const { items } = await catalogue.newest({ limit: SAMPLES.length + 1 });
	if (items.some((product) => !SAMPLES.some(({ id }) => id === product.id))) return false;
	for (const { id, amount, ...sample } of SAMPLES) {
		const product = { ...sample, price: { amount, currency }, imageUrl: `/pictures/${id}.svg` };
		await products.change(id, (existing) => add(existing, id, product, now));
	}
	return true;
}
