import { randomUUID } from "node:crypto";
import type { Service, ServiceBroker } from "moleculer";
import { LmdbStore, type LmdbStoreOptions } from "./lmdb-store";
import type { Collection, Stored } from "./store";

type Document = Stored & Record<string, unknown>;
type Fields = Record<string, unknown>;

interface Filters {
	/** Fields that have to be equal. There are no operators: what a caller sends can never become one. */
	query?: Fields;
	sort?: string | string[];
	limit?: number;
	offset?: number;
}

/**
 * The store as an adapter of moleculer-db. The interface speaks of one collection, the first declared; its searches read all of it,
 * so requests go by {@link LmdbStore.collection} and its indexes, and these methods serve moleculer-db's own methods, scripts and the REPL.
 */
export class LmdbAdapter extends LmdbStore {
	private readonly main: Collection<Document>;

	constructor(options: LmdbStoreOptions) {
		super(options);
		const [name] = Object.keys(options.collections);
		if (!name) throw new Error("a store needs at least one collection");
		this.main = this.collection(name);
	}

	/** Moleculer clones what a schema holds, down to instances; a name of its own makes that leave this one as it is. */
	get [Symbol.toStringTag](): string {
		return "LmdbAdapter";
	}

	/** moleculer-db hands over what this adapter does not need. */
	init(_broker: ServiceBroker, _service: Service): void {}

	async find(filters: Filters = {}): Promise<Document[]> {
		const found: Document[] = [];
		for await (const document of this.main.all()) if (matches(document, filters.query)) found.push(document);
		const offset = filters.offset ?? 0;
		return sorted(found, filters.sort).slice(offset, filters.limit === undefined ? undefined : offset + filters.limit);
	}

	async findOne(query: Fields): Promise<Document | undefined> {
		for await (const document of this.main.all()) if (matches(document, query)) return document;
		return undefined;
	}

	findById(id: string): Promise<Document | undefined> {
		return this.main.load(id);
	}

	async findByIds(ids: readonly string[]): Promise<Document[]> {
		const found = await Promise.all(ids.map((id) => this.main.load(id)));
		return found.filter((document) => document !== undefined);
	}

	async count(filters: Filters = {}): Promise<number> {
		let count = 0;
		for await (const document of this.main.all()) if (matches(document, filters.query)) count++;
		return count;
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
