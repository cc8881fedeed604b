import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../domain/start-error";
import type { Stored } from "../store";
import type { LmdbEnvironment } from "../../lmdb/lmdb-environment";
import type { LmdbReader } from "../../lmdb/lmdb-reader";

/** The room that a copy is sure to find enough, as a multiple of what is copied. */
const ROOM = 2;
/** Documents that share a commit: it takes some milliseconds, a document some microseconds. */
const COPY_CHUNK = 1_000;

export interface CopyOptions {
	/** Before the names of the databases in the copy. */
	prefix?: string;
	/** May replace each document. */
	change?(document: Stored): Stored;
	/** Whether the copy ends before it is complete. */
	isOver?(): boolean;
}

/**
 * Copies a store's documents into an environment that has none of them. Resolves with their number once they are on disk. Indexes are not copied:
 * they are built when the store is connected there.
 * @throws Error where the copy has another number of documents: what was copied must not be removed
 */
export async function copyCollections(
	from: LmdbReader,
	to: LmdbEnvironment,
	{ prefix = "", change = (document) => document, isOver = () => false }: CopyOptions = {},
): Promise<number> {
	const environment = await to.open();
	try {
		let copied = 0;
		for (const name of collectionsIn(from)) {
			const options = { name: `${prefix}${name}`, useVersions: true, encoding: "json" } as const;
			const documents = await to.write(async () => environment.openDB<Stored, string>(options));
			const put = (chunk: Array<{ key: string; value: Stored }>) => {
				for (const { key, value } of chunk) {
					const document = change(value);
					void documents.put(key, document, document.rev);
				}
			};
			const write = (chunk: Array<{ key: string; value: Stored }>) =>
				to.write(() => environment.batch(() => put(chunk)));
			const count = await inChunks(from.entries<Stored>(name, true), write, isOver);
			const found = documents.getCount();
			if (found !== count) throw new Error(`the copy of ${name} has ${found} documents of ${count}`);
			copied += count;
		}
		return copied;
	} finally {
		await to.close();
	}
}

/** The names of a store's collections: all of its databases but those of indexes, and the one that records them. */
export function collectionsIn(store: LmdbReader): string[] {
	return store.names().filter((name) => name !== "indexes" && !name.endsWith(".indexes"));
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

/** Awaits `write` for each chunk, until `isOver`. Resolves with the number of items that were written. */
export async function inChunks<T>(
	items: AsyncIterable<T>,
	write: (chunk: T[]) => Promise<unknown>,
	isOver: () => boolean,
): Promise<number> {
	let count = 0;
	let chunk: T[] = [];
	const writeChunk = async () => {
		await write(chunk);
		count += chunk.length;
		chunk = [];
	};
	for await (const item of items) {
		if (isOver()) return count;
		chunk.push(item);
		if (chunk.length === COPY_CHUNK) await writeChunk();
	}
	if (chunk.length > 0) await writeChunk();
	return count;
}
