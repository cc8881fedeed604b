import MongoDbAdapter from "moleculer-db-adapter-mongo";
import type { Collection as MongoDbCollection, FindCursor } from "mongodb";
import { inTime } from "./mongo-connection";
import { type Kept, type MongoCollection, MongoStore, type MongoStoreOptions } from "./mongo-store";
import { type Document, type Fields, type Filters, StoreAdapter } from "../store-adapter";

/** What stays of the adapter from upstream, which is for a driver of years ago: how a search of moleculer-db is put to MongoDB. */
class Search extends MongoDbAdapter {
	constructor(collection: MongoDbCollection<Kept>) {
		// The URI, which may hold a password, is kept by the store only.
		super("");
		Object.assign(this, { collection });
	}
}

/** Documents in MongoDB for moleculer-db. A query is in MongoDB's language, with its operators. */
export class MongoAdapter extends StoreAdapter<MongoCollection<Document>> {
	/** @throws StartError, without secrets, where the URI cannot be used */
	constructor(options: MongoStoreOptions) {
		super(new MongoStore(options), options.collections);
	}

	async find({ query = {}, ...filters }: Filters = {}): Promise<Document[]> {
		const cursor: FindCursor<Kept> = new Search(this.main.raw()).createCursor({ ...filters, query });
		return (await inTime(() => cursor.toArray())).map((kept) => this.main.unmarked(kept));
	}

	findByIds(ids: readonly string[]): Promise<Document[]> {
		return this.find({ query: { _id: { $in: ids } } });
	}

	count({ query }: Filters = {}): Promise<number> {
		const raw = this.main.raw();
		return inTime(() => raw.countDocuments(query));
	}

	async removeMany(query: Fields): Promise<number> {
		const raw = this.main.raw();
		return (await inTime(() => raw.deleteMany(query))).deletedCount;
	}
}
