/** What every stored document carries beside its own fields. */
export interface Stored {
	_id: string;
	/** Revision: greater after each write. Every write is conditional on it. */
	rev: number;
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
	/** Order by the fields after `equals`, then by id. Ascending unless told. */
	order?: "ascending" | "descending";
	/** Goes on behind this position: the values of the fields after `equals`, then the id. */
	after?: readonly IndexValue[];
	/** At most this many; every query has a limit. */
	limit: number;
}

/**
 * Documents of one kind. Answers are given only when they are on disk (or, on a replicated store, with its majority).
 * @throws Refusal STORE_UNAVAILABLE where the store cannot take a write now; the write may still happen, which the next
 * conditional write finds out.
 */
export interface Collection<D extends Stored> {
	load(id: string): Promise<D | undefined>;
	/**
	 * Writes `next` if the stored document is still `previous` (undefined: if there is none), together with its index
	 * entries. Resolves with what was stored, or undefined where another write came first: nothing has changed then.
	 */
	save(next: Unsaved<D>, previous: D | undefined): Promise<D | undefined>;
	/** Removes the document if it is still this one. */
	remove(previous: D): Promise<boolean>;
	query(index: string, query: Query): Promise<D[]>;
	/** Every document in pieces, by id; for audits and rebuilds, not for requests. */
	all(): AsyncIterable<D>;
}

/** A service's documents. */
export interface Store {
	/** Waits, and says so, where the database is not there yet. */
	connect(): Promise<void>;
	disconnect(): Promise<void>;
	/** Whether it can be read and written now. */
	isAvailable(): Promise<boolean>;
	/** Collections may be asked for before the store is connected. */
	collection<D extends Stored>(name: string): Collection<D>;
}
