import { statfsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { busy } from "../../domain/refusals";
import { checkLmdbFile } from "./lmdb-file";

/** Bytes that stay free on the disk: more than all concurrent writes need, and those of the next {@link ROOM_KNOWN_MS}. */
const RESERVE_BYTES = 8 * 1024 * 1024;
/** The room of a disk is looked at this often at most: a look takes as long as the rest of a small write. */
const ROOM_KNOWN_MS = 10;

/** No write is begun behind one that waits for longer, as for a process that was frozen during its own: a queued write cannot be taken back. */
const STUCK_MS = 1_500;

/** By folder, when its disk was last found to have room, in milliseconds of `performance.now()`. */
const roomSeenAt = new Map<string, number>();

/**
 * Opens an LMDB environment in an existing folder with the settings that the shop's guarantees need; call it within {@link passGate}. A process must open an environment only once: opening it
 * again may deadlock with a transaction of the same thread.
 * @throws StartError on a damaged file
 */
export function openEnvironment(path: string, durable: boolean): RootDatabase {
	checkLmdbFile(join(path, "data.mdb"));
	// noSubdir: lmdb-js would take a path with a dot for a file.
	if (!process.listeners("unhandledRejection").includes(outliveFailedCommits)) {
		process.on("unhandledRejection", outliveFailedCommits);
	}
	return open({
		path,
		noSubdir: false,
		maxDbs: 32,
		encoding: "json",
		noSync: !durable,
		// A durable commit is on disk before the next one begins. With overlapping commits, a process that is killed while it waits for the
		// disk may leave a torn file to the others (lmdb 3.5.6; see DECISIONS).
		overlappingSync: false,
	});
}

/**
 * Refuses a write for which the disk may have no room. Call it before each write: lmdb 3.5 may corrupt its process's memory on a full disk.
 * @throws Refusal STORE_UNAVAILABLE
 */
export function checkRoom(path: string): void {
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

/** The writes that an environment has not finished yet. They are done in the order in which they were begun. */
export class WritesUnderWay {
	/** When each was begun, in milliseconds of `performance.now()`; the oldest comes first. */
	private readonly begun = new Map<Promise<unknown>, number>();

	/** Whether the oldest waits for too long. */
	get stuck(): boolean {
		for (const since of this.begun.values()) return performance.now() - since > STUCK_MS;
		return false;
	}

	add<T>(write: Promise<T>): Promise<T> {
		const end = () => this.begun.delete(write);
		this.begun.set(write, performance.now());
		write.then(end, end);
		return write;
	}
}
