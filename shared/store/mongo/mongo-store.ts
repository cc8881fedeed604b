import { setTimeout as sleep } from "node:timers/promises";
import type { Collection as MongoDbCollection, Document as MongoDocument } from "mongodb";
import type { Logger } from "moleculer";
import { StartError } from "../../domain/start-error";
import { type Clock, systemClock } from "../../domain/clock";
import { inTime, MongoLink, type ServerState } from "./mongo-connection";
import { busy, errorType } from "../../domain/refusals";
import {
	type Collection,
	type Indexes,
	type IndexValue,
	nextRevision,
	type Query,
	type Store,
	type Stored,
	type Unsaved,
} from "../store";

const PING_DEADLINE_MS = 1_000;
const CONNECT_AGAIN_AFTER_MS = 250;
/** The clock of a process may differ from the server's by this much, so two processes by twice as much. */
const MAX_CLOCK_SKEW_MS = 500;
/** The same limit as of the LMDB store. */
const MAX_ID_LENGTH = 256;
const SCAN_CHUNK = 500;
const DUPLICATE_KEY = 11_000;
/** URIs of standalone servers that this process has warned of. */
const warnedOfStandalone = new Set<string>();
/** The prefix of the store's own fields. */
const MARKER = "_in_";

export interface MongoStoreOptions {
	/** With or without a database; the default is "funshop". */
	uri: string;
	/** The service that owns the documents: MongoDB's collections are named `<service>.<collection>`. */
	service: string;
	collections: Readonly<Record<string, Indexes>>;
	/** Must agree with the server's clock, because documents hold leases. A store that is only read needs no clock. */
	clock?: Clock;
	logger: Pick<Logger, "warn">;
}

/** A document in MongoDB, with a marker field for each index that contains it. */
export type Kept = MongoDocument & { _id: string; rev: number };

/**
 * A service's documents in MongoDB. On a replica set, also of one member, an acknowledged write survives a failover. A standalone server
 * works too, with one logged warning for each URI and process.
 */
export class MongoStore implements Store {
	private readonly link: MongoLink;
	private readonly opened = new Map<string, MongoCollection<Stored>>();

	/** @throws StartError, without secrets, where the URI cannot be used */
	constructor(private readonly options: MongoStoreOptions) {
		this.link = new MongoLink(options.uri, options.service);
	}

	/** Hosts and database, without what is secret of the URI. */
	get name(): string {
		return this.link.name;
	}

	/** @throws StartError where the server refuses the shop; Refusal STORE_UNAVAILABLE where the store is closed meanwhile */
	async connect(): Promise<void> {
		this.link.open();
		for (;;) {
			let obstacle: string;
			try {
				await this.link.connect();
				const { aheadMs, standalone } = await this.serverState();
				if (Math.abs(aheadMs) <= MAX_CLOCK_SKEW_MS) {
					if (standalone) this.warnOfStandalone();
					return await this.createIndexes();
				}
				const apart = `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
				obstacle = `has a clock that is ${apart}, waiting until they agree; let a time server set both`;
			} catch (error) {
				if (!this.link.isOpen) throw busy("STORE_UNAVAILABLE", "The store is closed.");
				const { message, cause } = error as Error;
				if (errorType(error) !== "STORE_UNAVAILABLE") {
					await this.disconnect();
					throw new StartError(`MongoDB at ${this.name} refuses ${this.options.service}: ${message}`, {
						cause: error,
					});
				}
				obstacle = `is not there yet, waiting (${(cause as Error | undefined)?.message ?? "no answer"})`;
			}
			const line = `MongoDB at ${this.name} ${obstacle}`;
			if (this.link.mayWarn(line)) this.options.logger.warn(line);
			await sleep(CONNECT_AGAIN_AFTER_MS);
		}
	}

	disconnect(): Promise<void> {
		return this.link.close();
	}

	async isAvailable(): Promise<boolean> {
		try {
			return Math.abs((await this.serverState(PING_DEADLINE_MS)).aheadMs) <= MAX_CLOCK_SKEW_MS;
		} catch {
			return false;
		}
	}

	collection<D extends Stored>(name: string): MongoCollection<D> {
		const { service, collections } = this.options;
		const indexes = collections[name];
		if (!indexes) throw new Error(`this store has no collection "${name}"`);
		let collection = this.opened.get(name);
		if (!collection) {
			collection = new MongoCollection(`${service}.${name}`, indexes, () =>
				this.link.db().collection(`${service}.${name}`),
			);
			this.opened.set(name, collection);
		}
		return collection as unknown as MongoCollection<D>;
	}

	/** As {@link MongoLink.serverState}; a store without a clock does not compare clocks. */
	private async serverState(withinMs?: number): Promise<ServerState> {
		const state = await this.link.serverState(this.options.clock ?? systemClock, withinMs);
		return this.options.clock ? state : { ...state, aheadMs: 0 };
	}

	private warnOfStandalone(): void {
		const { uri, logger } = this.options;
		if (warnedOfStandalone.has(uri)) return;
		warnedOfStandalone.add(uri);
		logger.warn(
			`MongoDB at ${this.name} is a standalone server: it may show a write that it then loses when it is killed; use a replica set, one member is enough`,
		);
	}

	private async createIndexes(): Promise<void> {
		for (const name of Object.keys(this.options.collections)) await this.collection(name).createIndexes();
	}
}

/** Documents of one kind. Each is stored with `_in_<index>: true` for every index that contains it; readers never see these fields. */
export class MongoCollection<D extends Stored> implements Collection<D> {
	constructor(
		private readonly name: string,
		private readonly indexes: Indexes,
		/** MongoDB's own collection. @throws Refusal STORE_UNAVAILABLE where the store is closed */
		readonly raw: () => MongoDbCollection<Kept>,
	) {}

	async load(id: string): Promise<D | undefined> {
		const raw = this.raw();
		if (!isId(id)) return undefined;
		const found = await inTime(() => raw.findOne({ _id: id }));
		return found ? this.unmarked(found) : undefined;
	}

	async save(next: Unsaved<D>, previous: D | undefined): Promise<D | undefined> {
		const raw = this.raw();
		if (!isId(next._id)) throw new Error(`"${next._id.slice(0, 40)}" cannot be an id`);
		const stored = { ...next, rev: nextRevision(previous) } as D;
		const kept = { ...stored, ...this.markersOf(stored) };
		const written = previous
			? (await inTime(() => raw.replaceOne({ _id: next._id, rev: previous.rev }, kept))).matchedCount === 1
			: await inTime(() => insert(raw, kept));
		return written ? stored : undefined;
	}

	async remove({ _id, rev }: D): Promise<boolean> {
		const raw = this.raw();
		return (await inTime(() => raw.deleteOne({ _id, rev }))).deletedCount === 1;
	}

	async query(index: string, query: Query): Promise<D[]> {
		const raw = this.raw();
		const fields = this.indexes[index];
		if (!fields) throw new Error(`collection "${this.name}" has no index "${index}"`);
		const direction = query.order === "descending" ? -1 : 1;
		const order = [...fields.slice(query.equals?.length ?? 0), "_id"];
		const sort = Object.fromEntries(order.map((field) => [field, direction] as const));
		const found = raw.find(filterOf(index, fields, query), { sort, limit: query.limit, batchSize: query.limit });
		return (await inTime(() => found.toArray())).map((kept) => this.unmarked(kept));
	}

	async *all(): AsyncIterable<D> {
		for (let last: string | undefined; ;) {
			const raw = this.raw();
			const range = last === undefined ? {} : { _id: { $gt: last } };
			const chunk = await inTime(() =>
				raw.find(range, { sort: { _id: 1 }, limit: SCAN_CHUNK, batchSize: SCAN_CHUNK }).toArray(),
			);
			for (const kept of chunk) yield this.unmarked(kept);
			last = chunk.at(-1)?._id;
			if (last === undefined || chunk.length < SCAN_CHUNK) return;
		}
	}

	/** Creates missing indexes; many processes may do so at once. An index contains only documents with its marker. */
	async createIndexes(): Promise<void> {
		const wanted = Object.entries(this.indexes).map(([index, fields]) => ({
			key: Object.fromEntries([markerOf(index), ...fields, "_id"].map((field) => [field, 1] as const)),
			partialFilterExpression: { [markerOf(index)]: true },
		}));
		if (wanted.length > 0) await inTime(() => this.raw().createIndexes(wanted));
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

function markerOf(index: string): string {
	return `${MARKER}${index}`;
}

/** Resolves with false where the id is taken. */
async function insert(raw: MongoDbCollection<Kept>, kept: Kept): Promise<boolean> {
	try {
		await raw.insertOne(kept);
		return true;
	} catch (error) {
		if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
		throw error;
	}
}

function filterOf(
	index: string,
	fields: readonly string[],
	{ equals = [], from, until, order, after }: Query,
): MongoDocument {
	// MongoDB would take an object for an operator.
	const invalid = [...equals, from, until, ...(after ?? [])].find(
		(value) => value !== undefined && !isIndexValue(value),
	);
	if (invalid !== undefined)
		throw new TypeError(`index "${index}" was queried with a value that is neither a string nor a number`);
	const next = fields[equals.length];
	// The position also bounds the next field, so that MongoDB does not scan the entries before it.
	const [low, high] = order === "descending" ? [from, after?.[0] ?? until] : [after?.[0] ?? from, until];
	const bounds = { ...(low !== undefined && { $gte: low }), ...(high !== undefined && { $lte: high }) };
	return {
		// The last field, which selects the fewest documents, comes first.
		...Object.fromEntries(equals.map((value, place) => [fields[place]!, value] as const).reverse()),
		[markerOf(index)]: true,
		...(next !== undefined && Object.keys(bounds).length > 0 && { [next]: bounds }),
		...(after && {
			$or: behind([...fields.slice(equals.length), "_id"], after, order === "descending" ? "$lt" : "$gt"),
		}),
	};
}

/** The filter for "after this position": greater in the first field, or equal there and greater in the second, and so on. */
function behind(fields: readonly string[], after: readonly IndexValue[], operator: "$lt" | "$gt"): MongoDocument[] {
	return after.map((value, place) => ({
		...Object.fromEntries(after.slice(0, place).map((same, before) => [fields[before]!, same])),
		[fields[place]!]: { [operator]: value },
	}));
}

function isIndexValue(value: unknown): value is IndexValue {
	return typeof value === "string" || typeof value === "number";
}

function isId(id: string): boolean {
	return id.length > 0 && id.length <= MAX_ID_LENGTH && !id.includes("\0");
}
