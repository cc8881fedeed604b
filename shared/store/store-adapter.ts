import { randomUUID } from "node:crypto";
import type { Collection, Indexes, Store, Stored } from "./store";

export type Document = Stored & Record<string, unknown>;
export type Fields = Record<string, unknown>;

/** A search as moleculer-db asks for it. */
export interface Filters {
	/** In the store's own language. */
	query?: Fields;
	/** Names of fields, `-` in front of one for descending. */
	sort?: string | string[];
	limit?: number;
	offset?: number;
}

/**
 * A service's store as an adapter of moleculer-db. That interface speaks of one collection, the first declared; it serves moleculer-db's own
 * methods, scripts and the REPL, while requests go by {@link StoreAdapter.collection} and its indexes. Writes go by the store, so that
 * revisions and indexes stay right.
 */
export abstract class StoreAdapter<Main extends Collection<Document> = Collection<Document>> implements Store {
	protected readonly main: Main;

	constructor(
		private readonly store: Store,
		collections: Readonly<Record<string, Indexes>>,
	) {
		const [name] = Object.keys(collections);
		if (!name) throw new Error("a store needs at least one collection");
		this.main = store.collection<Document>(name) as Main;
	}

	/** Moleculer clones what a schema holds, down to instances; a name of its own makes that leave this one as it is. */
	get [Symbol.toStringTag](): string {
		return "StoreAdapter";
	}

	/** moleculer-db hands over what no store needs. */
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

	abstract find(filters?: Filters): Promise<Document[]>;
	abstract findByIds(ids: readonly string[]): Promise<Document[]>;
	abstract count(filters?: Filters): Promise<number>;
	abstract removeMany(query: Fields): Promise<number>;

	async findOne(query: Fields): Promise<Document | undefined> {
		return (await this.find({ query, limit: 1 }))[0];
	}

	findById(id: string): Promise<Document | undefined> {
		return this.main.load(id);
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

	async updateMany(query: Fields, update: { $set?: Fields }): Promise<number> {
		const updated = (await this.find({ query })).map(({ _id }) => this.updateById(_id, update));
		return (await Promise.all(updated)).filter((document) => document !== undefined).length;
	}

	/** Resolves with the removed document, or undefined as {@link updateById}. */
	async removeById(id: string): Promise<Document | undefined> {
		const document = await this.main.load(id);
		return document && (await this.main.remove(document)) ? document : undefined;
	}

	clear(): Promise<number> {
		return this.removeMany({});
	}

	entityToObject(entity: Document): Document {
		return entity;
	}

	beforeSaveTransformID(entity: Fields, idField: string): Fields {
		const { [idField]: id, ...rest } = entity;
		return id === undefined || idField === "_id" ? entity : { ...rest, _id: id };
	}

	afterRetrieveTransformID(entity: Fields, idField: string): Fields {
		if (idField === "_id") return entity;
		const { _id, ...rest } = entity;
		return { ...rest, [idField]: _id };
	}
}
