import type { IndexValue, Query, Stored } from "../store";

/** Groups of queries whose results are kept: those that were asked last. */
const GROUPS_KEPT = 1_000;
/** Queries of a group that are kept: a page has few, of different limits. */
const QUERIES_KEPT = 4;
/** Longer results are not kept. */
const LONGEST = 50;

/**
 * Results of queries on a collection, until a document that may be among them is written: only for an environment whose documents no other process writes. Queries on one index whose first value
 * is the same are a group, as those for a customer's orders; writing a document ends the groups that it is in and was in.
 */
export class CachedQueries {
	private readonly groups = new Map<string, Map<string, readonly Stored[]>>();

	/** The result of a query: the kept one, or that of `run`. */
	find<D extends Stored>(index: string, query: Query, run: () => D[]): readonly D[] {
		if (!isKept(query)) return run();
		const group = groupOf(index, query.equals?.[0]);
		const rest = query.equals && query.equals.length > 1 ? JSON.stringify(query.equals.slice(1)) : "";
		const name = `${query.order} ${query.limit} ${rest}`;
		const queries = this.groups.get(group);
		const known = queries?.get(name);
		if (known) {
			this.keep(group, queries!);
			return known as readonly D[];
		}
		const result = run();
		this.keep(group, (queries?.size ?? QUERIES_KEPT) < QUERIES_KEPT ? queries! : new Map()).set(name, result);
		return result;
	}

	/** Call it once a write that added, changed or removed documents with these index entries has ended, however it ended. */
	forget(entries: Iterable<readonly IndexValue[]>): void {
		for (const [index, first] of entries) {
			this.groups.delete(groupOf(index as string, undefined));
			this.groups.delete(groupOf(index as string, first));
		}
	}

	clear(): void {
		this.groups.clear();
	}

	private keep(group: string, queries: Map<string, readonly Stored[]>): Map<string, readonly Stored[]> {
		this.groups.delete(group);
		this.groups.set(group, queries);
		for (const oldest of this.groups.keys()) {
			if (this.groups.size <= GROUPS_KEPT) break;
			this.groups.delete(oldest);
		}
		return queries;
	}
}

/** First pages are asked for again and again; what follows a position, or is due until a time, hardly is. */
function isKept({ from, until, after, limit }: Query): boolean {
	return from === undefined && until === undefined && after === undefined && limit <= LONGEST;
}

function groupOf(index: string, first: IndexValue | undefined): string {
	return first === undefined ? index : `${index}\0${typeof first} ${first}`;
}
