import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import { StartError } from "../../domain/start-error";
import type { Stored } from "../store";
import type { LmdbReader } from "./lmdb-reader";

/** The room that a copy is sure to find enough, as a multiple of what is copied. */
const ROOM = 2;
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

/**
 * Checks that the disk has room for a copy of these environments: lmdb 3.5 may corrupt its process's memory on a full disk.
 * @throws StartError
 */
export function checkRoomForCopy(dataDir: string, paths: ReadonlySet<string>): void {
	const sizes = [...paths].map((path) => statSync(join(path, "data.mdb"), { throwIfNoEntry: false })?.size ?? 0);
	const bytes = ROOM * sizes.reduce((sum, size) => sum + size, 0);
	const { bavail, bsize } = statfsSync(dataDir);
	if (bavail * bsize >= bytes) return;
	const megabytes = Math.ceil(bytes / 1_000_000);
	throw new StartError(
		`DATA_DIR=${dataDir} is to be copied into another layout: its disk needs ${megabytes} MB of room`,
	);
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
