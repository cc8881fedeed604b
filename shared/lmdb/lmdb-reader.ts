import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Database, Key, RootDatabase } from "lmdb";
import { whileClosing, whileOpening } from "./environment-gate";
import { compressionBy, type LmdbFolder, MAX_DATABASES } from "./lmdb-environment";
import { open } from "./lmdb";
import { checkLmdbFile } from "./lmdb-file";

/** A service's or the event log's place: the folder of its environment, and the beginning of its databases' names. */
export interface Part extends LmdbFolder {
	prefix: string;
}

const SCAN_CHUNK = 200;

/** Reads databases of an LMDB environment that other processes may be writing. An environment that does not exist is empty. */
export class LmdbReader {
	private constructor(
		private readonly part: Part,
		private readonly environment: RootDatabase | undefined,
	) {}

	/** @throws StartError on a damaged file */
	static async open(part: Part): Promise<LmdbReader> {
		const { path, dictionary } = part;
		const file = join(path, "data.mdb");
		if (!existsSync(file)) return new LmdbReader(part, undefined);
		checkLmdbFile(file);
		const compression = compressionBy(dictionary);
		const common = { noSubdir: false, maxDbs: MAX_DATABASES, encoding: "json" } as const;
		const options = { path, readOnly: true, compression, ...common };
		return new LmdbReader(part, await whileOpening(path, () => open(options)));
	}

	/** The names of the databases. */
	names(): string[] {
		const { prefix } = this.part;
		const all = [...(this.environment?.getKeys() ?? [])].map(String);
		return all.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
	}

	/** The number of documents of a collection. */
	count(name: string): number {
		const options = { name: `${this.part.prefix}${name}`, useVersions: true, encoding: "json" } as const;
		return this.environment?.openDB(options).getCount() ?? 0;
	}

	/**
	 * All entries of one database by key, read in chunks; entries that are written meanwhile may be missing. `useVersions` must be as the database
	 * was written: true for a store's collections, false for others.
	 */
	async *entries<Value, K extends Key = string>(
		name: string,
		useVersions = false,
	): AsyncIterable<{ key: K; value: Value }> {
		const options = { name: `${this.part.prefix}${name}`, useVersions, encoding: "json" } as const;
		// Undefined where nothing was written to it yet, contrary to the typings.
		const database = this.environment?.openDB<Value, K>(options) as Database<Value, K> | undefined;
		for (let last: K | undefined; database;) {
			// lmdb keeps its read transaction for a millisecond or more: what was written meanwhile must be seen.
			this.environment!.resetReadTxn();
			const range = last === undefined ? {} : { start: last, exclusiveStart: true };
			const chunk = [...database.getRange({ ...range, limit: SCAN_CHUNK })];
			yield* chunk;
			last = chunk.at(-1)?.key;
			if (last === undefined || chunk.length < SCAN_CHUNK) return;
			await new Promise(setImmediate);
		}
	}

	async close(): Promise<void> {
		const { environment } = this;
		if (environment) await whileClosing(this.part.path, () => environment.close());
	}
}
