import type { Saved } from "../../shared/aggregates/aggregate";
import { type List, type ListParams, page } from "../../shared/store/paging";
import type { Collection } from "../../shared/store/store";
import { isNamedLike, type ProductState } from "./product.rules";

/** Products that one search looks at; its cursor goes on from there. */
const SEARCH_LIMIT = 1_000;
const SEARCH_CHUNK = 100;
/** The default limit of every list. */
const SEARCH_PAGE = 20;

/** Lists of products, newest first. */
export class Catalogue {
	constructor(private readonly products: Collection<Saved<ProductState>>) {}

	/** @throws Refusal INVALID_CURSOR */
	newest(list: ListParams): Promise<List<Saved<ProductState>>> {
		return page(this.products, "created", [], ({ createdAt }) => [createdAt], list);
	}

	/** Products whose name contains the text; a page may hold fewer than `limit` and still have a cursor. @throws Refusal INVALID_CURSOR */
	async search(text: string, { limit = SEARCH_PAGE, cursor }: ListParams): Promise<List<Saved<ProductState>>> {
		const found: Saved<ProductState>[] = [];
		let next = cursor ?? null;
		for (let looked = 0; looked < SEARCH_LIMIT; looked += SEARCH_CHUNK) {
			const from = next ?? undefined;
			const chunk = await this.newest({ limit: SEARCH_CHUNK, cursor: from });
			found.push(...chunk.items.filter(isNamedLike(text)));
			if (found.length >= limit) {
				// The page ends inside the chunk: its cursor is that of its last product.
				const items = found.slice(0, limit);
				const end = chunk.items.indexOf(items.at(-1)!) + 1;
				return { items, next: (await this.newest({ limit: end, cursor: from })).next };
			}
			next = chunk.next;
			if (next === null) break;
		}
		return { items: found, next };
	}
}
