/** The fields that every stored document has. */
export interface Stored {
	_id: string;
	/** Revision: greater after each write. Every write is conditional on it. */
	rev: number;
}

/**
 * The revision of the next write. An inserted document begins with the time in milliseconds, so that a document that is removed and later inserted
 * again under its id has none of its earlier revisions. (A document is written far less than once in a millisecond.)
 */
export function nextRevision(previous: Stored | undefined): number {
	return previous ? previous.rev + 1 : Date.now();
}

/** A document before its next write: the store gives it its revision. */
export type Unsaved<D extends Stored> = Omit<D, "rev"> & { rev?: number };

/**
 * Indexes by name: each lists top-level fields, in order. A document that lacks one of them is not in the index (sparse).
 * Values are strings or numbers.
 */
export type Indexes = Readonly<Record<string, readonly string[]>>;

export type IndexValue = string | number;

export interface Query {
	/** Values of the index's first fields. */
	equals?: readonly IndexValue[];
	/** Inclusive bounds on the field after those. */
	from?: IndexValue;
	until?: IndexValue;
	/** Order by the fields after `equals`, then by id; ascending by default. */
	order?: "ascending" | "descending";
	/** The results begin after this position: the values of the fields after `equals`, then the id. In descending order the last ones may be left out. */
	after?: readonly IndexValue[];
	/** The greatest number of results. */
	limit: number;
}

/** A document's entry in an index. */
export interface IndexEntry {
	_id: string;
	/** The values of the index's fields. */
	values: IndexValue[];
}

/**
 * Documents of one kind. A write resolves once it is on disk, or on the disks of a majority where the store is replicated.
 * @throws Refusal STORE_UNAVAILABLE where the store cannot be read or written now. A write may still happen; the next conditional write
 * then finds another revision.
 */
export interface Collection<D extends Stored> {
	load(id: string): Promise<D | undefined>;
	/**
	 * Writes `next` and its index entries if the stored document is still `previous` (undefined: if there is none). Resolves with the
	 * stored document, or with undefined where another write came first and nothing was written. `events` are for stores that append them to the
	 * event log in the same write: see {@link Store.appendsEvents}.
	 */
	save(next: Unsaved<D>, previous: D | undefined, events?: readonly object[]): Promise<D | undefined>;
	/** Removes the document if it is still `previous`. Resolves with whether it was removed. */
	remove(previous: D): Promise<boolean>;
	query(index: string, query: Query): Promise<D[]>;
	/** The entries of an index as {@link query} would find their documents, which are not read: for counting, and for looking through many. */
	entries(index: string, query: Query): Promise<IndexEntry[]>;
	/** Every document by id, read in chunks; for audits and rebuilds, not for requests. */
	all(): AsyncIterable<D>;
}

/** A service's documents. */
export interface Store {
	/** Waits for a database that is away, and logs that it waits. */
	connect(): Promise<void>;
	disconnect(): Promise<void>;
	/** Whether the store can be read and written now. Never rejects. */
	isAvailable(): Promise<boolean>;
	/** Whether a write appends its events to the event log: both are done, or neither. Elsewhere events are kept in their document until they are published. */
	readonly appendsEvents: boolean;
	/** Returns a collection, also before the store is connected. @throws Error where the store has none of this name */
	collection<D extends Stored>(name: string): Collection<D>;
}
