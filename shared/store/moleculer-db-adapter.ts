import { randomUUID } from "node:crypto";
import type { ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import type { Collection, Indexes, Store, Stored } from "./store";

export type Document = Stored & Record<string, unknown>;
export type Fields = Record<string, unknown>;

/** The parameters of a moleculer-db search. */
export interface Filters {
	/** The value that each field must equal. There are no operators: `{ $gt: 0 }` is a value that no field equals. */
	query?: Fields;
	/** Field names, with `-` before one for descending order; a store may sort by the first only. */
	sort?: string | string[];
	limit?: number;
	offset?: number;
}

/**
 * moleculer-db for a service's store: the store connects before the service starts and disconnects after it stopped. moleculer-db's own
 * actions are left out, because they let any caller read and write any document.
 */
export function dbMixin(adapter: StoreAdapter): Partial<ServiceSchema> {
	const db: ServiceSchema = {
		...(DbService as unknown as ServiceSchema),
		actions: {},
		// The store waits for its database itself; moleculer-db's own start would go on trying after the service has stopped.
		async started() {
			await this.connect();
		},
	};
	return { mixins: [db], adapter } as Partial<ServiceSchema>;
}

/**
 * A moleculer-db adapter for the first declared collection of a service's store, for moleculer-db's own methods, scripts and the REPL.
 * Requests use {@link StoreAdapter.collection} and its indexes. Searches here read the whole collection. Writes go through the store, so
 * that revisions and indexes stay right.
 */
export class StoreAdapter<Main extends Collection<Document> = Collection<Document>> implements Store {
	protected readonly main: Main;

	constructor(
		private readonly store: Store,
		collections: Readonly<Record<string, Indexes>>,
	) {
		const [name] = Object.keys(collections);
		if (!name) throw new Error("a store needs at least one collection");
		this.main = store.collection<Document>(name) as Main;
	}

	/** Moleculer clones the objects in a schema, but not those with a tag of their own. */
	get [Symbol.toStringTag](): string {
		return "StoreAdapter";
	}

	/** moleculer-db passes the broker and the service; no store needs them. */
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

	get appendsEvents(): boolean {
		return this.store.appendsEvents;
	}

	collection<D extends Stored>(name: string): Collection<D> {
		return this.store.collection(name);
	}

	async find({ query, sort, limit, offset = 0 }: Filters = {}): Promise<Document[]> {
		const found: Document[] = [];
		for await (const document of this.main.all()) if (matches(document, query)) found.push(document);
		return sorted(found, sort).slice(offset, limit === undefined ? undefined : offset + limit);
	}

	async count({ query }: Filters = {}): Promise<number> {
		return (await this.find({ query })).length;
	}

	async findByIds(ids: readonly string[]): Promise<Document[]> {
		const found = await Promise.all(ids.map((id) => this.main.load(id)));
		return found.filter((document) => document !== undefined);
	}

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

	/** Resolves with the number of documents removed. */
	async removeMany(query: Fields): Promise<number> {
		const removed = (await this.find({ query })).map(({ _id }) => this.removeById(_id));
		return (await Promise.all(removed)).filter((document) => document !== undefined).length;
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
