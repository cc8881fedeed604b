import type { Key } from "lmdb";
import type { Indexes, IndexValue, Query, Stored } from "../store";

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
