import type { Database, Key, RootDatabase } from "lmdb";
import { busy } from "../../domain/refusals";
import { withDeadline } from "../../timing/deadline";
import {
	type Collection,
	type IndexEntry,
	type Indexes,
	type IndexValue,
	nextRevision,
	type Query,
	type Store,
	type Stored,
	type Unsaved,
} from "../store";
import { DecodedDocuments } from "./decoded-documents";
import { passGate } from "./environment-gate";
import { buildIndexes, entriesOf, type IndexedDatabases, without } from "./lmdb-indexes";
import { checkRoom, isLmdbError, openEnvironment } from "./lmdb-environment";

/** A write that takes longer is answered with STORE_UNAVAILABLE; it may still happen. */
const WRITE_DEADLINE_MS = 3_000;
/** No write is begun behind one that waits for longer, as for a process that was frozen during its own: a queued write cannot be taken back. */
const STUCK_MS = 1_500;
/** In characters. LMDB's limit for a key is 1,978 bytes; the shop's own ids are far shorter. */
const MAX_ID_LENGTH = 256;
const SCAN_CHUNK = 200;

export interface LmdbStoreOptions {
	/** Folder of this store's files. */
	path: string;
	collections: Readonly<Record<string, Indexes>>;
	/** Writes are answered once they are on disk; false only for a temporary store. */
	durable: boolean;
}

/**
 * A service's documents in one LMDB environment: several processes of a machine may share it, and every write of one turn
 * of the event loop shares a commit.
 */
export class LmdbStore implements Store {
	private environment: RootDatabase | undefined;
	private readonly collections = new Map<string, LmdbCollection<Stored>>();
	private readonly writes = new WritesUnderWay();

	constructor(private readonly options: LmdbStoreOptions) {}

	async connect(): Promise<void> {
		const { path, durable } = this.options;
		await passGate(path, () => (this.environment ??= openEnvironment(path, durable)));
		await buildIndexes(this.environment!, this.options.collections, (name) => this.opened(name).databases);
	}

	async disconnect(): Promise<void> {
		const environment = this.environment;
		this.environment = undefined;
		if (environment) await passGate(this.options.path, () => environment.close());
	}

	async isAvailable(): Promise<boolean> {
		try {
			this.connected();
			checkRoom(this.options.path);
			return true;
		} catch {
			return false;
		}
	}

	collection<D extends Stored>(name: string): Collection<D> {
		return this.opened(name) as unknown as Collection<D>;
	}

	private opened(name: string): LmdbCollection<Stored> {
		const indexes = this.options.collections[name];
		if (!indexes) throw new Error(`this store has no collection "${name}"`);
		let collection = this.collections.get(name);
		if (!collection) {
			const { path } = this.options;
			collection = new LmdbCollection<Stored>(path, () => this.connected(), this.writes, name, indexes);
			this.collections.set(name, collection);
		}
		return collection;
	}

	private connected(): RootDatabase {
		if (!this.environment) throw busy("STORE_UNAVAILABLE", "The store is closed.");
		return this.environment;
	}
}

/** The writes that an environment has not finished yet. They are done in the order in which they were begun. */
class WritesUnderWay {
	/** When each was begun, in milliseconds of `performance.now()`; the oldest comes first. */
	private readonly begun = new Map<Promise<unknown>, number>();

	/** Whether the oldest waits for too long. */
	get stuck(): boolean {
		for (const since of this.begun.values()) return performance.now() - since > STUCK_MS;
		return false;
	}

	add<T>(write: Promise<T>): Promise<T> {
		const end = () => this.begun.delete(write);
		this.begun.set(write, performance.now());
		write.then(end, end);
		return write;
	}
}

class LmdbCollection<D extends Stored> implements Collection<D> {
	private environment: RootDatabase | undefined;
	private documents!: Database<D, string>;
	private indexed!: Database<true, Key>;
	private readonly decoded = new DecodedDocuments<D>();

	constructor(
		private readonly path: string,
		private readonly connected: () => RootDatabase,
		private readonly writes: WritesUnderWay,
		private readonly name: string,
		private readonly indexes: Indexes,
	) {}

	/** For building indexes. */
	get databases(): IndexedDatabases {
		this.attach();
		return { documents: this.documents as unknown as IndexedDatabases["documents"], indexed: this.indexed };
	}

	async load(id: string): Promise<D | undefined> {
		this.attach().resetReadTxn();
		return isKey(id) ? this.read(id) : undefined;
	}

	async save(next: Unsaved<D>, previous: D | undefined): Promise<D | undefined> {
		this.attach();
		if (!isKey(next._id)) throw new Error(`"${next._id.slice(0, 40)}" cannot be an id`);
		const rev = nextRevision(previous);
		const stored = { ...next, rev } as D;
		const before = previous ? entriesOf(previous, this.indexes) : new Map();
		const after = entriesOf(stored, this.indexes);
		const removed = without(before, after);
		const added = without(after, before);
		const written = await this.write(stored._id, previous?.rev, () => {
			void this.documents.put(stored._id, stored, rev);
			for (const key of removed) void this.indexed.remove(key);
			for (const key of added) void this.indexed.put(key, true);
		});
		if (written) this.decoded.set(stored);
		return written ? stored : undefined;
	}

	async remove(previous: D): Promise<boolean> {
		this.attach();
		this.decoded.delete(previous._id);
		return this.write(previous._id, previous.rev, () => {
			void this.documents.remove(previous._id);
			for (const key of entriesOf(previous, this.indexes).values()) void this.indexed.remove(key);
		});
	}

	async query(index: string, query: Query): Promise<D[]> {
		const found: D[] = [];
		for (const key of this.keysOf(index, query)) {
			const document = this.read(key.at(-1) as string);
			if (document) found.push(document);
		}
		return found;
	}

	async entries(index: string, query: Query): Promise<IndexEntry[]> {
		return [...this.keysOf(index, query)].map((key) => ({ _id: key.at(-1) as string, values: key.slice(1, -1) }));
	}

	async *all(): AsyncIterable<D> {
		let last: string | undefined;
		for (;;) {
			this.attach().resetReadTxn();
			const range = last === undefined ? {} : { start: last, exclusiveStart: true };
			const chunk = [...this.documents.getRange({ ...range, limit: SCAN_CHUNK })];
			for (const { value } of chunk) yield value;
			last = chunk.at(-1)?.key;
			if (last === undefined || chunk.length < SCAN_CHUNK) return;
			await new Promise(setImmediate);
		}
	}

	/** Nobody may change the document: others are handed the same one. */
	private read(id: string): D | undefined {
		const known = this.decoded.get(id);
		// Compares the revision without decoding the document: another process may have written it.
		if (known && this.documents.doesExist(id, known.rev)) return known;
		const document = this.documents.get(id);
		if (document) this.decoded.set(document);
		return document;
	}

	/** The keys of an index: its name, the values of its fields, and the document's id. */
	private keysOf(index: string, query: Query): Iterable<IndexValue[]> {
		this.attach().resetReadTxn();
		if (!this.indexes[index]) throw new Error(`collection "${this.name}" has no index "${index}"`);
		return this.indexed.getKeys({ ...rangeOf(index, query), limit: query.limit }) as Iterable<unknown> as Iterable<
			IndexValue[]
		>;
	}

	/**
	 * Opens the databases on first use, and anew after a reconnect. Returns their environment, whose read transaction lmdb keeps for a millisecond or
	 * more: each read resets it, so that it sees all that other processes have written before.
	 */
	private attach(): RootDatabase {
		const environment = this.connected();
		if (this.environment === environment) return environment;
		this.documents = environment.openDB<D, string>({ name: this.name, useVersions: true, encoding: "json" });
		this.indexed = environment.openDB<true, Key>({ name: `${this.name}.indexes`, encoding: "json" });
		this.environment = environment;
		return environment;
	}

	/** Runs `change` in one transaction if the document's revision is `ifRev` (undefined: if there is none). Resolves once it is on disk. */
	private async write(id: string, ifRev: number | undefined, change: () => void): Promise<boolean> {
		checkRoom(this.path);
		const late = () => busy("STORE_UNAVAILABLE", "The store cannot take a write now.");
		if (this.writes.stuck) throw late();
		try {
			// lmdb takes null for "must not exist"; its typings leave that out.
			const done = this.documents.ifVersion(id, (ifRev ?? null) as number, change);
			return await withDeadline(this.writes.add(done), WRITE_DEADLINE_MS, late);
		} catch (error) {
			if (!isLmdbError(error) && !(error as { commitError?: unknown }).commitError) throw error;
			throw Object.assign(late(), { cause: error });
		}
	}
}

// In LMDB's key order null sorts before all numbers and strings, and this string after all.
const LAST = "\uffff";

function rangeOf(index: string, query: Query): { start: Key; end: Key; reverse?: boolean; exclusiveStart?: boolean } {
	const prefix = [index, ...(query.equals ?? [])];
	const low = query.from === undefined ? [...prefix, null] : [...prefix, query.from];
	const high = query.until === undefined ? [...prefix, LAST] : [...prefix, query.until, LAST];
	const after = query.after && [...prefix, ...query.after];
	return query.order === "descending"
		? { start: (after ?? high) as Key, end: low as Key, reverse: true, exclusiveStart: after !== undefined }
		: { start: (after ?? low) as Key, end: high as Key, exclusiveStart: after !== undefined };
}

function isKey(id: string): boolean {
	return id.length > 0 && id.length <= MAX_ID_LENGTH && !id.includes("\0");
}
