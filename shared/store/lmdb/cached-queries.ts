import type { IndexValue, Query } from "../store";
import { perCollection } from "./per-collection";

/** Groups of queries whose results are kept: those that were asked last. */
const GROUPS_KEPT = 1_000;
/** Queries of a group that are kept; one more replaces them all. A client may ask for any limit. */
const QUERIES_KEPT = 4;
/** Longer results are not kept, so that all that is kept of a collection takes some megabytes at most. */
const LONGEST = 50;

/**
 * The ids that queries on a collection have found, until a document is added to them or removed. Only for an environment whose documents no
 * other process writes. Queries on one index whose first value is the same are a group, such as those for a customer's orders; a write
 * ends the groups whose index entries it adds or removes.
 */
export class CachedQueries {
	private readonly groups = new Map<string, Map<string, readonly string[]>>();

	/** The ids that a query finds: the kept ones, or those of `run`. */
	find(index: string, query: Query, run: () => string[]): readonly string[] {
		if (!isKept(query)) return run();
		const group = groupOf(index, query.equals?.[0]);
		const rest = query.equals && query.equals.length > 1 ? JSON.stringify(query.equals.slice(1)) : "";
		const name = `${query.order} ${query.limit} ${rest}`;
		const queries = this.groups.get(group);
		const known = queries?.get(name);
		if (known) {
			this.keep(group, queries!);
			return known;
		}
		const result = run();
		this.keep(group, (queries?.size ?? QUERIES_KEPT) < QUERIES_KEPT ? queries! : new Map()).set(name, result);
		return result;
	}

	/** Call it once a write that adds or removes these index entries has ended, however it ended. */
	forget(entries: Iterable<readonly IndexValue[]>): void {
		for (const [index, first] of entries) {
			this.groups.delete(groupOf(index as string, undefined));
			this.groups.delete(groupOf(index as string, first));
		}
	}

	clear(): void {
		this.groups.clear();
	}

	private keep(group: string, queries: Map<string, readonly string[]>): Map<string, readonly string[]> {
		this.groups.delete(group);
		this.groups.set(group, queries);
		for (const oldest of this.groups.keys()) {
			if (this.groups.size <= GROUPS_KEPT) break;
			this.groups.delete(oldest);
		}
		return queries;
	}
}

/** The kept queries of a collection. */
export const queriesOf = perCollection(() => new CachedQueries());

/** First pages are asked for again and again; what follows a position, or is due until a time, hardly is. */
function isKept({ from, until, after, limit }: Query): boolean {
	return from === undefined && until === undefined && after === undefined && limit <= LONGEST;
}

function groupOf(index: string, first: IndexValue | undefined): string {
	return first === undefined ? index : `${index}\0${typeof first} ${first}`;
}
