import { LmdbStore, type LmdbStoreOptions } from "./lmdb-store";
import { type Document, type Fields, type Filters, StoreAdapter } from "../store-adapter";

/**
 * Documents in LMDB for moleculer-db. A query is fields that have to be equal: there are no operators, so what a caller sends can never
 * become one. Searches read the whole collection.
 */
export class LmdbAdapter extends StoreAdapter {
	constructor(options: LmdbStoreOptions) {
		super(new LmdbStore(options), options.collections);
	}

	async find({ query, sort, limit, offset = 0 }: Filters = {}): Promise<Document[]> {
		const found: Document[] = [];
		for await (const document of this.main.all()) if (matches(document, query)) found.push(document);
		return sorted(found, sort).slice(offset, limit === undefined ? undefined : offset + limit);
	}

	async findByIds(ids: readonly string[]): Promise<Document[]> {
		const found = await Promise.all(ids.map((id) => this.main.load(id)));
		return found.filter((document) => document !== undefined);
	}

	async count({ query }: Filters = {}): Promise<number> {
		let count = 0;
		for await (const document of this.main.all()) if (matches(document, query)) count++;
		return count;
	}

	async removeMany(query: Fields): Promise<number> {
		const removed = (await this.find({ query })).map(({ _id }) => this.removeById(_id));
		return (await Promise.all(removed)).filter((document) => document !== undefined).length;
	}
}

function matches(document: Fields, query: Fields = {}): boolean {
	return Object.entries(query).every(([field, value]) => document[field] === value);
}

function sorted(documents: Document[], sort: string | string[] = []): Document[] {
	const [field] = [sort]
		.flat()
		.join(" ")
		.split(/[,\s]+/);
	if (!field) return documents;
	const name = field.replace(/^-/, "");
	const direction = field.startsWith("-") ? -1 : 1;
	return documents.sort((a, b) => direction * compare(a[name], b[name]));
}

function compare(a: unknown, b: unknown): number {
	return a === b ? 0 : (a as number) < (b as number) ? -1 : 1;
}
