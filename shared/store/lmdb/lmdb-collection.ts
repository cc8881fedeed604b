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
	type Stored,
	type Unsaved,
} from "../store";
import { type CachedQueries, queriesOf } from "./cached-queries";
import { DecodedDocuments, decodedOf } from "./decoded-documents";
import type { EventAppender } from "./event-appender";
import { START_WITHIN_MS } from "../../lmdb/environment-gate";
import { isLmdbError, type LmdbEnvironment } from "../../lmdb/lmdb-environment";
import { IndexBuilder, openIndexRecords, type Write } from "./index-builder";
import { changedEntries, entriesOf, rangeOf } from "./lmdb-indexes";

/** A write that takes longer is answered with STORE_UNAVAILABLE; it may still happen. */
const WRITE_DEADLINE_MS = 3_000;
/** In characters. LMDB's limit for a key is 1,978 bytes; the shop's own ids are far shorter. */
const MAX_ID_LENGTH = 256;
const SCAN_CHUNK = 200;

export interface LmdbCollectionOptions {
	environment: LmdbEnvironment;
	/** The opened environment. @throws Refusal STORE_UNAVAILABLE where the store is closed */
	connected(): RootDatabase;
	/** The name of its database of documents. */
	name: string;
	indexes: Indexes;
	/** The event log in the same environment, if events are appended with their documents. */
	events?: EventAppender;
}

/** Documents of one kind in an LMDB environment, and their indexes. */
export class LmdbCollection<D extends Stored> implements Collection<D> {
	private environment: RootDatabase | undefined;
	private documents!: Database<D, string>;
	private indexed!: Database<true, Key>;
	private decoded!: DecodedDocuments<D>;
	private queries: CachedQueries | undefined;

	constructor(private readonly options: LmdbCollectionOptions) {}

	/**
	 * Makes the databases and indexes that are not there.
	 * @throws Refusal STORE_UNAVAILABLE where an index has to be built and the store cannot be written
	 */
	async buildIndexes(): Promise<void> {
		const { name, indexes, environment: shared } = this.options;
		const open = async () => {
			const environment = this.attach();
			return { environment, recorded: openIndexRecords(environment) };
		};
		const opened = await shared.write(open, START_WITHIN_MS);
		const { documents, indexed } = this as unknown as LmdbCollection<Stored>;
		const write: Write = (...change) => this.write(() => ifCurrent(...change), [], START_WITHIN_MS);
		const builder = new IndexBuilder({ ...opened, name, indexes, documents, indexed, write, all: () => this.all() });
		return builder.build().finally(() => this.queries?.clear());
	}

	async load(id: string): Promise<D | undefined> {
		this.attach().resetReadTxn();
		return isKey(id) ? this.read(id) : undefined;
	}

	async save(next: Unsaved<D>, previous: D | undefined, events: readonly object[] = []): Promise<D | undefined> {
		this.attach();
		if (!isKey(next._id)) throw new Error(`"${next._id.slice(0, 40)}" cannot be an id`);
		const rev = nextRevision(previous);
		const stored = { ...next, rev } as D;
		const { indexes } = this.options;
		const { removed, added } = changedEntries(previous, stored, indexes);
		const log = this.options.events;
		if (events.length > 0 && !log) throw new Error(`collection "${this.options.name}" appends no events`);
		const put = (putEvents?: () => void) => {
			void this.documents.put(stored._id, stored, rev);
			putEvents?.();
			for (const key of removed) void this.indexed.remove(key);
			for (const key of added) void this.indexed.put(key, true);
		};
		const save = (putEvents?: () => void) => ifCurrent(this.documents, stored._id, previous?.rev, () => put(putEvents));
		const begin = () => (events.length > 0 ? log!.append(events, save) : save());
		const written = await this.write(() => this.noteOutcome(begin(), stored._id, stored), [...removed, ...added]);
		return written ? stored : undefined;
	}

	async remove(previous: D): Promise<boolean> {
		this.attach();
		const entries = entriesOf(previous, this.options.indexes);
		const remove = () => {
			void this.documents.remove(previous._id);
			for (const key of entries) void this.indexed.remove(key);
		};
		const begin = () => ifCurrent(this.documents, previous._id, previous.rev, remove);
		return this.write(() => this.noteOutcome(begin(), previous._id), entries);
	}

	async query(index: string, query: Query): Promise<D[]> {
		this.attach().resetReadTxn();
		const run = () => Array.from(this.keysOf(index, query), (key) => key.at(-1) as string);
		const ids = this.queries ? this.queries.find(index, query, run) : run();
		return ids.flatMap((id) => this.read(id) ?? []);
	}

	async entries(index: string, query: Query): Promise<IndexEntry[]> {
		this.attach().resetReadTxn();
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

	/** The document is shared with its other readers: do not change it. */
	private read(id: string): D | undefined {
		const known = this.decoded.get(id);
		// Another process may have written it: compares the revision without decoding the document.
		if (known && (this.options.environment.isOwn || this.documents.doesExist(id, known.rev))) return known;
		const document = this.documents.get(id);
		if (document) this.decoded.set(document);
		return document;
	}

	/** The keys of an index: its name, the values of its fields, and the document's id. */
	private keysOf(index: string, query: Query): Iterable<IndexValue[]> {
		const { name, indexes } = this.options;
		if (!indexes[index]) throw new Error(`collection "${name}" has no index "${index}"`);
		return this.indexed.getKeys({ ...rangeOf(index, query), limit: query.limit }) as Iterable<unknown> as Iterable<
			IndexValue[]
		>;
	}

	/**
	 * Opens the databases on first use, and anew after a reconnect. Returns their environment, whose read transaction lmdb keeps for a millisecond or
	 * more: each read resets it, so that it sees all that other processes have written before.
	 */
	private attach(): RootDatabase {
		const { connected, name } = this.options;
		const environment = connected();
		if (this.environment === environment) return environment;
		this.documents = environment.openDB<D, string>({ name, useVersions: true, encoding: "json" });
		this.indexed = environment.openDB<true, Key>({ name: `${name}.indexes`, encoding: "json" });
		this.environment = environment;
		const { isOwn } = this.options.environment;
		this.queries = isOwn ? queriesOf(environment, name) : undefined;
		this.decoded = isOwn ? (decodedOf(environment, name) as unknown as DecodedDocuments<D>) : new DecodedDocuments();
		return environment;
	}

	/** Keeps the document that a write has stored; forgets it where it was removed, and where the write did not succeed. */
	private async noteOutcome(writing: Promise<boolean>, id: string, stored?: D): Promise<boolean> {
		let written = false;
		try {
			return (written = await writing);
		} finally {
			if (written && stored) this.decoded.set(stored);
			else this.decoded.delete(id);
		}
	}

	/** Begins a write that adds or removes these index entries, and waits for it until the deadline. `withinMs`: by when it has to begin, where it is of a start */
	private async write(
		begin: () => Promise<boolean>,
		entries: ReadonlyArray<readonly IndexValue[]>,
		withinMs?: number,
	): Promise<boolean> {
		const { environment } = this.options;
		environment.checkRoom();
		const late = () => busy("STORE_UNAVAILABLE", "The store cannot take a write now.");
		if (environment.writes.stuck) throw late();
		try {
			const done = environment.write(() => begin().finally(() => this.queries?.forget(entries)), withinMs);
			return await withDeadline(done, WRITE_DEADLINE_MS + (withinMs ?? 0), late);
		} catch (error) {
			if (!isLmdbError(error) && !(error as { commitError?: unknown }).commitError) throw error;
			throw Object.assign(late(), { cause: error });
		}
	}
}

/**
 * Runs `change` in one transaction if what `database` has under `id` is of revision `ifRev` (undefined: if there is nothing). Resolves once it is on
 * disk.
 */
function ifCurrent(...[database, id, ifRev, change]: Parameters<Write>): Promise<boolean> {
	// lmdb takes null for "must not exist"; its typings leave that out.
	return database.ifVersion(id, (ifRev ?? null) as number, change);
}

function isKey(id: string): boolean {
	return id.length > 0 && id.length <= MAX_ID_LENGTH && !id.includes("\0");
}
