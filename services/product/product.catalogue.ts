import type { Saved } from "../../shared/aggregates/aggregate";
import { fill, type List, type ListParams, page, READ_CHUNK, readCursor, writeCursor } from "../../shared/store/paging";
import type { Collection } from "../../shared/store/store";
import { nextStep } from "../../shared/timing/turns";
import { isNamedLike, type ProductState, toProduct } from "./product.rules";
import type { Product } from "./product.schemas";

/** Names that one search looks at; its cursor goes on from there. */
const SEARCH_LIMIT = 10_000;
/** Names that are looked at in one step. */
const SEARCH_CHUNK = 250;

/** Holds the names, so that a search reads no product that it does not find. */
export const NAMED_INDEX = { named: ["createdAt", "_id", "name"] } as const;
const LIST = ["named"];
type StoredProduct = Saved<ProductState>;

/** Lists of products, newest first. */
export class Catalogue {
	constructor(private readonly products: Collection<StoredProduct>) {}

	/** @throws Refusal INVALID_CURSOR */
	newest(list: ListParams): Promise<List<Product>> {
		const position = ({ createdAt }: StoredProduct) => [createdAt];
		return page({ collection: this.products, index: "named", equals: [], position, toItem: toProduct }, list);
	}

	/** Products whose name has all the words; a page may hold fewer than `limit` and still have a cursor. @throws Refusal INVALID_CURSOR */
	async search(words: readonly string[], { limit, cursor }: ListParams): Promise<List<Product>> {
		const search = { after: readCursor(LIST, cursor), isOver: false };
		const { items, end } = await fill(this.matches(words, search), toProduct, limit);
		if (end) return { items, next: writeCursor(LIST, [end.createdAt, end._id]) };
		return { items, next: search.isOver ? null : writeCursor(LIST, search.after!) };
	}

	/** Looks at names step by step, and yields products that match, from `after`, which it moves on, and sets `isOver` at the end of the catalogue. */
	private async *matches(
		words: readonly string[],
		search: { after?: Array<string | number>; isOver: boolean },
	): AsyncIterable<StoredProduct[]> {
		for (let looked = 0; looked < SEARCH_LIMIT; looked += SEARCH_CHUNK) {
			await nextStep();
			const { after } = search;
			const entries = await this.products.entries("named", { order: "descending", after, limit: SEARCH_CHUNK });
			const found = entries.filter(({ values }) => isNamedLike(String(values[2]), words));
			for (let from = 0; from < found.length; from += READ_CHUNK) {
				const some = found.slice(from, from + READ_CHUNK);
				const loaded = await Promise.all(some.map(({ _id }) => this.products.load(_id)));
				yield loaded.filter((product) => product !== undefined);
			}
			const last = entries.at(-1);
			if (!last || entries.length < SEARCH_CHUNK) {
				search.isOver = true;
				return;
			}
			search.after = [last.values[0]!, last._id];
		}
	}
}
