import { isDeepStrictEqual } from "node:util";
import type { Database, Key, RootDatabase } from "lmdb";
import type { Indexes, IndexValue, Stored } from "../store";
import { entriesOf, entryOf, rangeOf } from "./lmdb-indexes";

/** Documents or entries that are read, and written, at a time. */
const CHUNK = 200;

/**
 * Runs `change` in one transaction if what `database` has under `id` is of revision `ifRev` (undefined: if there is nothing). Resolves with
 * whether it was, once it is on disk. @throws Refusal STORE_UNAVAILABLE
 */
export type Write = (
	database: Database<unknown, string>,
	id: string,
	ifRev: number | undefined,
	change: () => void,
) => Promise<boolean>;

export interface IndexedCollection {
	name: string;
	/** Those that this version declares. */
	indexes: Indexes;
	environment: RootDatabase;
	recorded: Database<Indexes, string>;
	documents: Database<Stored, string>;
	indexed: Database<true, Key>;
	write: Write;
	all(): AsyncIterable<Stored>;
}

/** By collection, the indexes that it has. */
export function openIndexRecords(environment: RootDatabase): Database<Indexes, string> {
	return environment.openDB({ name: "indexes", useVersions: true, encoding: "json" });
}

/**
 * Builds the indexes of a collection that the version before did not declare. Several processes may do so at the same time, and be killed at any point: an
 * entry is written only while its document is as it was read, and the indexes are recorded last.
 */
export class IndexBuilder {
	constructor(private readonly collection: IndexedCollection) {}

	/** @throws Refusal STORE_UNAVAILABLE where an index has to be built and the store cannot be written */
	async build(): Promise<void> {
		const { name, indexes, recorded, write } = this.collection;
		const known = recorded.getEntry(name);
		if (isDeepStrictEqual(known?.value, indexes)) return;
		const isMissing = (index: string) => !isDeepStrictEqual(known?.value[index], indexes[index]);
		const missing = Object.fromEntries(Object.entries(indexes).filter(([index]) => isMissing(index)));
		for (const index of Object.keys(missing)) await this.removeStale(index, missing);
		if (Object.keys(missing).length > 0) await this.addEntries(missing);
		const version = (known?.version ?? 0) + 1;
		await write(recorded, name, known?.version, () => void recorded.put(name, indexes, version));
	}

	/** Removes entries of a version that had the index, which one without it has not kept up since. */
	private async removeStale(index: string, indexes: Indexes): Promise<void> {
		const { environment, documents, indexed, write } = this.collection;
		for (let after: IndexValue[] | undefined; ;) {
			environment.resetReadTxn();
			const keys = [...indexed.getKeys({ ...rangeOf(index, { after }), limit: CHUNK })] as IndexValue[][];
			const removals = keys.map((key) => {
				const id = key.at(-1) as string;
				const document = documents.get(id);
				const entry = document && entryOf(document, index, indexes[index]!);
				return isDeepStrictEqual(entry, key) || write(documents, id, document?.rev, () => void indexed.remove(key));
			});
			await Promise.all(removals);
			if (keys.length < CHUNK) return;
			after = keys.at(-1)!.slice(1);
		}
	}

	private async addEntries(indexes: Indexes): Promise<void> {
		const { documents, indexed, write, all } = this.collection;
		let writes: Promise<boolean>[] = [];
		for await (const document of all()) {
			const put = () => {
				for (const entry of entriesOf(document, indexes)) void indexed.put(entry, true);
			};
			writes.push(write(documents, document._id, document.rev, put));
			if (writes.length < CHUNK) continue;
			await Promise.all(writes);
			writes = [];
		}
		await Promise.all(writes);
	}
}
