import type { RootDatabase } from "lmdb";
import type { Stored } from "../store";
import type { LmdbReader } from "./lmdb-reader";

/** Documents that share a commit: it takes some milliseconds, a document some microseconds. */
const COPY_CHUNK = 1_000;

/**
 * Copies a store's documents into an environment; `change` may replace each of them. Resolves with their number once they are on disk. Their indexes
 * are built when the store is connected there.
 */
export async function copyCollections(
	from: LmdbReader,
	to: RootDatabase,
	prefix: string,
	change: (document: Stored) => Stored = (document) => document,
): Promise<number> {
	const names = from.names();
	let copied = 0;
	for (const name of names.filter((each) => names.includes(`${each}.indexes`))) {
		const documents = to.openDB<Stored, string>({ name: `${prefix}${name}`, useVersions: true, encoding: "json" });
		copied += await inChunks(from.entries<Stored>(name, true), (chunk) =>
			to.batch(() => {
				for (const { key, value } of chunk) {
					const document = change(value);
					void documents.put(key, document, document.rev);
				}
			}),
		);
	}
	return copied;
}

/** Awaits `write` for each chunk. Resolves with the number of items. */
export async function inChunks<T>(items: AsyncIterable<T>, write: (chunk: T[]) => Promise<unknown>): Promise<number> {
	let count = 0;
	const chunk: T[] = [];
	for await (const item of items) {
		count++;
		chunk.push(item);
		if (chunk.length === COPY_CHUNK) await write(chunk.splice(0));
	}
	if (chunk.length > 0) await write(chunk);
	return count;
}
