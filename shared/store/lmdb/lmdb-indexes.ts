import type { Database, Key } from "lmdb";
import { nextStep } from "../../timing/turns";
import type { Indexes, IndexValue, Query, Stored } from "../store";

const BUILD_CHUNK = 200;

/** A collection's databases. */
export interface IndexedDatabases {
	documents: Database<Stored, string>;
	/** Keys of index entries: the index's name, the values of its fields, and the document's id. */
	indexed: Database<true, Key>;
}

/** The document's entries, by index; none in an index of which it lacks a field. */
export function entriesOf(document: Stored, indexes: Indexes): Map<string, IndexValue[]> {
	const fields = document as unknown as Record<string, IndexValue | undefined>;
	const entries = new Map<string, IndexValue[]>();
	for (const [index, names] of Object.entries(indexes)) {
		const values = names.map((name) => fields[name]);
		if (!values.includes(undefined)) entries.set(index, [index, ...(values as IndexValue[]), document._id]);
	}
	return entries;
}

/** The entries that `others` does not have. */
export function without(entries: Map<string, IndexValue[]>, others: Map<string, IndexValue[]>): IndexValue[][] {
	const isIn = (index: string, key: IndexValue[]) => {
		const other = others.get(index);
		return other !== undefined && key.every((value, place) => value === other[place]);
	};
	return [...entries].flatMap(([index, key]) => (isIn(index, key) ? [] : [key]));
}

/**
 * Builds the indexes that an earlier version did not declare, and records those that there are. Several processes may do so at the same time: an entry
 * is written only while its document is as it was read.
 */
export async function buildIndexes(
	recorded: Database<Indexes, string>,
	collections: Readonly<Record<string, Indexes>>,
	databasesOf: (name: string) => IndexedDatabases,
): Promise<void> {
	for (const [name, indexes] of Object.entries(collections)) {
		const known = recorded.get(name);
		if (JSON.stringify(known) === JSON.stringify(indexes)) continue;
		const isKnown = (index: string) => JSON.stringify(known?.[index]) === JSON.stringify(indexes[index]);
		const missing = Object.entries(indexes).filter(([index]) => !isKnown(index));
		if (missing.length > 0) await build(databasesOf(name), Object.fromEntries(missing));
		await recorded.put(name, indexes);
	}
}

async function build({ documents, indexed }: IndexedDatabases, indexes: Indexes): Promise<void> {
	for (let last: string | undefined; ;) {
		await nextStep();
		const range = last === undefined ? {} : { start: last, exclusiveStart: true };
		const chunk = [...documents.getRange({ ...range, limit: BUILD_CHUNK })];
		const built = chunk.map(({ key, value }) =>
			documents.ifVersion(key, value.rev, () => {
				for (const entry of entriesOf(value, indexes).values()) void indexed.put(entry, true);
			}),
		);
		await Promise.all(built);
		last = chunk.at(-1)?.key;
		if (last === undefined || chunk.length < BUILD_CHUNK) return;
	}
}

// In LMDB's key order null sorts before all numbers and strings, and this string after all.
const LAST = "\uffff";

/** The range of the keys that a query on an index asks for. */
export function rangeOf(
	index: string,
	query: Query,
): { start: Key; end: Key; reverse?: boolean; exclusiveStart?: boolean } {
	const prefix = [index, ...(query.equals ?? [])];
	const low = query.from === undefined ? [...prefix, null] : [...prefix, query.from];
	const high = query.until === undefined ? [...prefix, LAST] : [...prefix, query.until, LAST];
	const after = query.after && [...prefix, ...query.after];
	return query.order === "descending"
		? { start: (after ?? high) as Key, end: low as Key, reverse: true, exclusiveStart: after !== undefined }
		: { start: (after ?? low) as Key, end: high as Key, exclusiveStart: after !== undefined };
}
