import type { Key } from "lmdb";
import type { Indexes, IndexValue, Query, Stored } from "../store";

/** The document's entries: none in an index of which it lacks a field. */
export function entriesOf(document: Stored, indexes: Indexes): IndexValue[][] {
	return Object.entries(indexes).flatMap(([index, names]) => {
		const entry = entryOf(document, index, names);
		return entry ? [entry] : [];
	});
}

/** The entries to remove and to add where `after` is written over `before`; those that both have stay. */
export function changedEntries(
	before: Stored | undefined,
	after: Stored,
	indexes: Indexes,
): { removed: IndexValue[][]; added: IndexValue[][] } {
	const removed: IndexValue[][] = [];
	const added: IndexValue[][] = [];
	for (const [index, names] of Object.entries(indexes)) {
		const old = before && entryOf(before, index, names);
		const next = entryOf(after, index, names);
		if (old && next?.every((value, place) => value === old[place])) continue;
		if (old) removed.push(old);
		if (next) added.push(next);
	}
	return { removed, added };
}

/** The document's entry in an index of these fields; undefined where it lacks one of them. */
export function entryOf(document: Stored, index: string, names: readonly string[]): IndexValue[] | undefined {
	const fields = document as unknown as Record<string, IndexValue | undefined>;
	const entry: IndexValue[] = [index];
	for (const name of names) {
		const value = fields[name];
		if (value === undefined) return undefined;
		entry.push(value);
	}
	entry.push(document._id);
	return entry;
}

// In LMDB's key order null sorts before all numbers and strings, and this string after all.
const LAST = "\uffff";

/** The keys of an index that a query asks for. */
export function rangeOf(
	index: string,
	query: Omit<Query, "limit">,
): { start: Key; end: Key; reverse?: boolean; exclusiveStart?: boolean } {
	const prefix = [index, ...(query.equals ?? [])];
	const low = query.from === undefined ? [...prefix, null] : [...prefix, query.from];
	const high = query.until === undefined ? [...prefix, LAST] : [...prefix, query.until, LAST];
	const after = query.after && [...prefix, ...query.after];
	return query.order === "descending"
		? { start: (after ?? high) as Key, end: low as Key, reverse: true, exclusiveStart: after !== undefined }
		: { start: (after ?? low) as Key, end: high as Key, exclusiveStart: after !== undefined };
}
