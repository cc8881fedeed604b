import { statfsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { CompressionOptions, RootDatabase } from "lmdb";
import { busy } from "../domain/refusals";
import { whileClosing, whileOpening, WriteGate } from "./environment-gate";
import { open } from "./lmdb";
import { checkLmdbFile } from "./lmdb-file";
import { WritesUnderWay } from "./writes-under-way";

/** Bytes that stay free on the disk: more than all concurrent writes need, and those of the next {@link ROOM_KNOWN_MS}. */
const RESERVE_BYTES = 8 * 1024 * 1024;
/** The room of a disk is looked at this often at most: a look takes as long as the rest of a small write. */
const ROOM_KNOWN_MS = 10;

/** Two for each collection, one of the indexes that there are, and seven of the event log: some 50. */
export const MAX_DATABASES = 128;

/** By folder, when its disk was last found to have room, in milliseconds of `performance.now()`. */
const roomSeenAt = new Map<string, number>();

/** Values from this size on are compressed, in bytes: of smaller ones little would be saved. */
const COMPRESSED_FROM = 100;

/** The folder of an environment's files. */
export interface LmdbFolder {
	path: string;
	/** The text by which values are compressed, the same for as long as the folder is used; absent where they are not. */
	dictionary?: Buffer;
}

export interface LmdbEnvironmentOptions extends LmdbFolder {
	/** No other process writes documents in it, so results of queries may be kept. */
	isOwn?: boolean;
	/** Writes are answered once they are on disk; false only for temporary data. */
	durable: boolean;
}

/**
 * An LMDB environment with the settings that the shop's guarantees need. Users within a process share it, because a process must open an environment only
 * once: opening it again may deadlock with a transaction of the same thread. The first user opens it, and the last one closes it.
 */
export class LmdbEnvironment {
	readonly writes = new WritesUnderWay();
	private users = 0;
	private opening: Promise<RootDatabase> | undefined;
	private gate: WriteGate | undefined;

	constructor(private readonly options: LmdbEnvironmentOptions) {}

	get path(): string {
		return this.options.path;
	}

	/** Whether no other process writes documents in it. */
	get isOwn(): boolean {
		return this.options.isOwn ?? false;
	}

	/** Each call needs a {@link close}, unless it rejects. @throws StartError on a damaged file */
	async open(): Promise<RootDatabase> {
		const { options } = this;
		const openNow = () => {
			const gate = new WriteGate(options.path);
			try {
				const opened = openEnvironment(options);
				this.gate = gate;
				return opened;
			} catch (error) {
				gate.close();
				throw error;
			}
		};
		const opening = (this.opening ??= whileOpening(options.path, openNow));
		this.users++;
		try {
			return await opening;
		} catch (error) {
			this.users--;
			if (this.opening === opening) this.opening = undefined;
			throw error;
		}
	}

	async close(): Promise<void> {
		if (--this.users > 0) return;
		const { opening } = this;
		this.opening = undefined;
		const environment = await opening!;
		await whileClosing(this.options.path, () => environment.close());
		this.gate?.close();
		this.gate = undefined;
	}

	/**
	 * Begins a write, at once unless another process opens the environment just then; `withinMs` as for {@link WriteGate.run}. All writes go through here, those that make databases too.
	 * @throws Refusal STORE_UNAVAILABLE where that process does not end it; the error of the write
	 */
	write<T>(begin: () => Promise<T>, withinMs?: number): Promise<T> {
		return this.gate!.run(() => this.writes.add(begin()), withinMs);
	}

	/** Refuses a write for which the disk may have no room. @throws Refusal STORE_UNAVAILABLE */
	checkRoom(): void {
		checkRoom(this.options.path);
	}
}

/** Within {@link whileOpening}. */
function openEnvironment({ path, durable, dictionary }: LmdbEnvironmentOptions): RootDatabase {
	checkLmdbFile(join(path, "data.mdb"));
	// noSubdir: lmdb-js would take a path with a dot for a file.
	if (!process.listeners("unhandledRejection").includes(outliveFailedCommits)) {
		process.on("unhandledRejection", outliveFailedCommits);
	}
	return open({
		path,
		noSubdir: false,
		maxDbs: MAX_DATABASES,
		encoding: "json",
		noSync: !durable,
		// A durable commit is on disk before the next one begins. With overlapping commits, a process that is killed while it waits for the
		// disk may leave a torn file to the others (lmdb 3.5.6; see DECISIONS).
		overlappingSync: false,
		compression: compressionBy(dictionary),
	});
}

/** lmdb's option for all databases of an environment. It compresses in the thread that writes. */
export function compressionBy(dictionary: Buffer | undefined): CompressionOptions | undefined {
	return dictionary && { threshold: COMPRESSED_FROM, dictionary };
}

/** Before each write: lmdb 3.5 may corrupt its process's memory on a full disk. */
function checkRoom(path: string): void {
	const now = performance.now();
	if (now - (roomSeenAt.get(path) ?? -Infinity) < ROOM_KNOWN_MS) return;
	roomSeenAt.delete(path);
	const { bavail, bsize } = statfsSync(path);
	if (bavail * bsize < RESERVE_BYTES) throw busy("STORE_UNAVAILABLE", "The disk of the store is full.");
	roomSeenAt.set(path, now);
}

/**
 * Keeps a failed commit, as on a full disk, from ending the process: lmdb rejects promises that it never returned. The promise of each write is
 * awaited by its caller.
 */
function outliveFailedCommits(reason: unknown): void {
	const { commitError } = (reason ?? {}) as { commitError?: Promise<unknown> };
	if (commitError) commitError.catch(() => undefined);
	else if (!isLmdbError(reason)) throw reason;
}

/** Whether LMDB itself failed: its error codes are numbers, of the system (errno) or its own (lmdb.h, from MDB_KEYEXIST). */
export function isLmdbError(reason: unknown): boolean {
	const { code, name } = (reason ?? {}) as { code?: unknown; name?: unknown };
	if (name !== "Error" || typeof code !== "number") return false;
	return Object.values(constants.errno).includes(code) || (code >= -30_799 && code <= -30_700);
}
