import { randomUUID } from "node:crypto";
import MongoDbAdapter from "moleculer-db-adapter-mongo";
import type { Collection as MongoDbCollection, Filter, FindCursor } from "mongodb";
import { inTime } from "./mongo-client";
import { type Kept, type MongoCollection, MongoStore, type MongoStoreOptions } from "./mongo-store";
import type { Collection, Store, Stored } from "./store";

type Document = Stored & Record<string, unknown>;
type Fields = Record<string, unknown>;

interface Filters {
	/** In MongoDB's language, with its operators. */
	query?: Filter<Kept>;
	/** Names of fields, `-` in front of one for descending. */
	sort?: string | string[];
	limit?: number;
	offset?: number;
}

/** What stays of moleculer-db-adapter-mongo; its typings are for its own `collection`, which is one of MongoDB's. */
interface Upstream {
	createCursor(
		this: Pick<Upstream, "transformSort"> & { collection: MongoDbCollection<Kept> },
		filters: Filters,
	): unknown;
	transformSort(sort: string | string[]): Record<string, 1 | -1>;
	entityToObject(entity: Document): Document;
	beforeSaveTransformID(entity: Fields, idField: string): Fields;
	afterRetrieveTransformID(entity: Fields, idField: string): Fields;
}
const DbAdapter = MongoDbAdapter as unknown as new (uri: string) => Upstream;

/**
 * The store as an adapter of moleculer-db. The one from upstream is for a driver of years ago: what newer ones took away is done anew here,
 * and by the store, so that revisions and indexes stay right. The interface speaks of one collection, the first declared; it serves
 * moleculer-db's own methods, scripts and the REPL, while requests go by {@link MongoAdapter.collection} and its indexes.
 */
export class MongoAdapter extends DbAdapter implements Store {
	private readonly store: MongoStore;
	private readonly main: MongoCollection<Document>;

	/** @throws CannotStart, without secrets, where the URI cannot be used */
	constructor(options: MongoStoreOptions) {
		// The URI, which may hold a password, is kept by the store only.
		super("");
		const [name] = Object.keys(options.collections);
		if (!name) throw new Error("a store needs at least one collection");
		this.store = new MongoStore(options);
		this.main = this.store.mongo(name);
	}

	/** Moleculer clones what a schema holds, down to instances; a name of its own makes that leave this one as it is. */
	get [Symbol.toStringTag](): string {
		return "MongoAdapter";
	}

	/** moleculer-db hands over what this adapter does not need. */
	init(): void {}

	connect(): Promise<void> {
		return this.store.connect();
	}

	disconnect(): Promise<void> {
		return this.store.disconnect();
	}

	isAvailable(): Promise<boolean> {
		return this.store.isAvailable();
	}

	collection<D extends Stored>(name: string): Collection<D> {
		return this.store.collection(name);
	}

	async find(filters: Filters = {}): Promise<Document[]> {
		const receiver = { collection: this.main.raw(), transformSort: this.transformSort };
		const cursor = super.createCursor.call(receiver, { ...filters, query: filters.query ?? {} }) as FindCursor<Kept>;
		return (await inTime(() => cursor.toArray())).map((kept) => this.main.unmarked(kept));
	}

	async findOne(query: Filter<Kept>): Promise<Document | undefined> {
		return (await this.find({ query, limit: 1 }))[0];
	}

	findById(id: string): Promise<Document | undefined> {
		return this.main.load(id);
	}

	findByIds(ids: string[]): Promise<Document[]> {
		return this.find({ query: { _id: { $in: ids } } });
	}

	count({ query }: Filters = {}): Promise<number> {
		const raw = this.main.raw();
		return inTime(() => raw.countDocuments(query));
	}

	/** @throws Error where the id is taken */
	async insert(entity: Fields): Promise<Document> {
		const saved = await this.main.save({ ...entity, _id: String(entity._id ?? randomUUID()) }, undefined);
		if (!saved) throw new Error(`there is a document "${String(entity._id)}" already`);
		return saved;
	}

	insertMany(entities: readonly Fields[]): Promise<Document[]> {
		return Promise.all(entities.map((entity) => this.insert(entity)));
	}

	/** Resolves with the updated document, or undefined where there is none or another write came first. */
	async updateById(id: string, update: { $set?: Fields }): Promise<Document | undefined> {
		const document = await this.main.load(id);
		return document && this.main.save({ ...document, ...update.$set, _id: id }, document);
	}

	async updateMany(query: Filter<Kept>, update: { $set?: Fields }): Promise<number> {
		const updated = (await this.find({ query })).map(({ _id }) => this.updateById(_id, update));
		return (await Promise.all(updated)).filter((document) => document !== undefined).length;
	}

	/** Resolves with the removed document, or undefined as {@link updateById}. */
	async removeById(id: string): Promise<Document | undefined> {
		const document = await this.main.load(id);
		return document && (await this.main.remove(document)) ? document : undefined;
	}

	async removeMany(query: Filter<Kept>): Promise<number> {
		const raw = this.main.raw();
		return (await inTime(() => raw.deleteMany(query))).deletedCount;
	}

	clear(): Promise<number> {
		return this.removeMany({});
	}

	/** Ids are strings of the shop's own. */
	stringToObjectID(id: string): string {
		return id;
	}
}
