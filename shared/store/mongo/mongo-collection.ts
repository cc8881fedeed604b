import type {
	ClientSession,
	Collection as MongoDbCollection,
	CreateIndexesOptions,
	Document as MongoDocument,
	FindCursor,
} from "mongodb";
import {
	type Collection,
	type IndexEntry,
	type Indexes,
	type IndexValue,
	nextRevision,
	type Query,
	type Stored,
	type Unsaved,
} from "../store";
import { inTime, type MongoLink } from "./mongo-connection";
import { filterOf, MARKER, markerOf } from "./mongo-filter";

/** The same limit as of the LMDB store. */
const MAX_ID_LENGTH = 256;
const SCAN_CHUNK = 500;
const DUPLICATE_KEY = 11_000;

/** A document in MongoDB, with a marker field for each index that contains it. */
export type Kept = MongoDocument & { _id: string; rev: number };

/** The driver passes `socketTimeoutMS` on, though its types do not list it. */
const NO_DEADLINE = { writeConcern: { w: "majority" }, socketTimeoutMS: 0 } as CreateIndexesOptions;

/** Documents of one kind. Each is stored with `_in_<index>: true` for every index that contains it; readers never see these fields. */
export class MongoCollection<D extends Stored> implements Collection<D> {
	constructor(
		private readonly name: string,
		private readonly indexes: Indexes,
		private readonly link: MongoLink,
	) {}

	/** MongoDB's own collection. @throws Refusal STORE_UNAVAILABLE where the store is closed */
	raw(): MongoDbCollection<Kept> {
		return this.link.db().collection(this.name);
	}

	async load(id: string): Promise<D | undefined> {
		const raw = this.raw();
		if (!isId(id)) return undefined;
		const found = await this.link.run((session) => raw.findOne({ _id: id }, { session }));
		return found ? this.unmarked(found) : undefined;
	}

	async save(next: Unsaved<D>, previous: D | undefined): Promise<D | undefined> {
		const raw = this.raw();
		if (!isId(next._id)) throw new Error(`"${next._id.slice(0, 40)}" cannot be an id`);
		const stored = { ...next, rev: nextRevision(previous) } as D;
		const kept = { ...stored, ...this.markersOf(stored) };
		const written = await this.link.run((session) =>
			previous ? replace(raw, kept, previous.rev, session) : insert(raw, kept, session),
		);
		return written ? stored : undefined;
	}

	async remove({ _id, rev }: D): Promise<boolean> {
		const raw = this.raw();
		return (await this.link.run((session) => raw.deleteOne({ _id, rev }, { session }))).deletedCount === 1;
	}

	async query(index: string, query: Query): Promise<D[]> {
		const found = await this.link.run((session) => this.find(index, query, session).toArray());
		return found.map((kept) => this.unmarked(kept));
	}

	async entries(index: string, query: Query): Promise<IndexEntry[]> {
		const fields = this.fieldsOf(index);
		// MongoDB answers from the index alone where no other field is asked for.
		const projection = Object.fromEntries(["_id", ...fields].map((field) => [field, 1] as const));
		const found = await this.link.run((session) => this.find(index, query, session).project(projection).toArray());
		return found.map((kept) => ({ _id: kept._id as string, values: fields.map((field) => kept[field] as IndexValue) }));
	}

	/** The search of a query, not run. @throws Error, TypeError where it cannot be asked; Refusal STORE_UNAVAILABLE where the store is closed */
	find(index: string, query: Query, session?: ClientSession): FindCursor<Kept> {
		const fields = this.fieldsOf(index);
		const direction = query.order === "descending" ? -1 : 1;
		const order = [...fields.slice(query.equals?.length ?? 0), "_id"];
		const sort = Object.fromEntries(order.map((field) => [field, direction] as const));
		const { limit } = query;
		return this.raw().find(filterOf(index, fields, query), { sort, limit, batchSize: limit, session });
	}

	async *all(): AsyncIterable<D> {
		for (let last: string | undefined; ;) {
			const raw = this.raw();
			const range = last === undefined ? {} : { _id: { $gt: last } };
			const chunk = await this.link.run((session) =>
				raw.find(range, { sort: { _id: 1 }, limit: SCAN_CHUNK, batchSize: SCAN_CHUNK, session }).toArray(),
			);
			for (const kept of chunk) yield this.unmarked(kept);
			last = chunk.at(-1)?._id;
			if (last === undefined || chunk.length < SCAN_CHUNK) return;
		}
	}

	/**
	 * Creates missing indexes; many processes may do so at once. An index contains only documents with its marker. Has no deadline: a server
	 * goes on building for a caller that has left, so each new try would wait there beside the ones before it.
	 */
	async createIndexes(): Promise<void> {
		const wanted = Object.entries(this.indexes).map(([index, fields]) => ({
			key: Object.fromEntries([markerOf(index), ...fields, "_id"].map((field) => [field, 1] as const)),
			partialFilterExpression: { [markerOf(index)]: true },
		}));
		if (wanted.length > 0) await inTime(() => this.raw().createIndexes(wanted, NO_DEADLINE), Infinity);
	}

	private fieldsOf(index: string): readonly string[] {
		const fields = this.indexes[index];
		if (!fields) throw new Error(`collection "${this.name}" has no index "${index}"`);
		return fields;
	}

	/** The document without its markers, also those of indexes that only another version knows. */
	unmarked(kept: Kept): D {
		return Object.fromEntries(Object.entries(kept).filter(([field]) => !field.startsWith(MARKER))) as unknown as D;
	}

	private markersOf(document: D): Record<string, true> {
		const has = (field: string) => (document as Record<string, unknown>)[field] !== undefined;
		const within = Object.entries(this.indexes).filter(([, fields]) => fields.every(has));
		return Object.fromEntries(within.map(([index]) => [markerOf(index), true]));
	}
}

/** Resolves with false where the document has another revision. */
async function replace(
	raw: MongoDbCollection<Kept>,
	kept: Kept,
	rev: number,
	session: ClientSession | undefined,
): Promise<boolean> {
	return (await raw.replaceOne({ _id: kept._id, rev }, kept, { session })).matchedCount === 1;
}

/** Resolves with false where the id is taken. */
async function insert(raw: MongoDbCollection<Kept>, kept: Kept, session: ClientSession | undefined): Promise<boolean> {
	try {
		await raw.insertOne(kept, { session });
		return true;
	} catch (error) {
		if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
		throw error;
	}
}

function isId(id: string): boolean {
	return id.length > 0 && id.length <= MAX_ID_LENGTH && !id.includes("\0");
}
