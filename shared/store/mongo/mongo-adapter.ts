import MongoDbAdapter from "moleculer-db-adapter-mongo";
import type { Collection as MongoDbCollection, FindCursor } from "mongodb";
import { inTime } from "./mongo-connection";
import type { Kept, MongoCollection } from "./mongo-collection";
import { MongoStore, type MongoStoreOptions } from "./mongo-store";
import { type Document, type Filters, StoreAdapter } from "../moleculer-db-adapter";

/** The search of moleculer-db's own adapter, which turns filters into a cursor; the rest does not fit today's driver. */
class Search extends MongoDbAdapter {
	constructor(collection: MongoDbCollection<Kept>) {
		// The URI may hold a password, and only the store connects.
		super("");
		Object.assign(this, { collection });
	}
}

/** A {@link StoreAdapter} whose searches run in MongoDB. */
export class MongoAdapter extends StoreAdapter<MongoCollection<Document>> {
	/** @throws StartError, without secrets, where the URI cannot be used */
	constructor(options: MongoStoreOptions) {
		super(new MongoStore(options), options.collections);
	}

	/** @throws TypeError where the query has an operator in place of a field; Refusal STORE_UNAVAILABLE */
	override async find({ query = {}, sort, limit, offset }: Filters = {}): Promise<Document[]> {
		const operator = Object.keys(query).find((field) => field.startsWith("$"));
		if (operator !== undefined) throw new TypeError(`a search takes fields, no operator (${operator.slice(0, 40)})`);
		// An object below $eq is a value, never an operator.
		const equal = Object.fromEntries(Object.entries(query).map(([field, value]) => [field, { $eq: value }]));
		const filters = { query: equal, sort, limit, offset };
		const cursor: FindCursor<Kept> = new Search(this.main.raw()).createCursor(filters);
		return (await inTime(() => cursor.toArray())).map((kept) => this.main.unmarked(kept));
	}
}
