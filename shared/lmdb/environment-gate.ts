import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { busy } from "../domain/refusals";
import { StartError } from "../domain/start-error";
import { FileLock } from "./file-lock";

/** An open fails where a process stands still in the middle of an open, a close or a write for as long. */
const OPEN_WITHIN_MS = 30_000;
/** A close goes on then, as a process has to end. */
const CLOSE_WITHIN_MS = 5_000;
/** An open waits for writes under way for as long, then lets new ones go on, and waits again. So writes wait for less than {@link WRITE_WITHIN_MS}. */
const WRITES_WAIT_MS = 250;
const WRITES_GO_ON_MS = 50;
/** An open, with its wait for writes, takes less. A command may still be carried out within half a second after its caller's deadline was checked. */
const WRITE_WITHIN_MS = 400;
/** The same for a write of a start, which has no caller: several processes may open the environment one after another. */
export const START_WITHIN_MS = 10_000;
/** Writes that overlap look this often whether another process wants to open the environment. */
const LOOK_EVERY_MS = 5;

/** The locks of an environment, in its folder. */
const LOCKS = {
	/** Of the process that opens or closes it. */
	gate: "gate.lock",
	/** Of the process that opens it. */
	opening: "opening.lock",
	/** Shared by the processes that have a write under way. */
	writes: "writes.lock",
};

/** Undefined on a disk that nobody can write. */
function lockOf(path: string, lock: keyof typeof LOCKS): FileLock | undefined {
	return FileLock.open(join(path, LOCKS[lock]));
}

/**
 * Opens an LMDB environment while no other process of this machine opens, closes or writes it. A commit between two steps of an open would be lost:
 * liblmdb reads the number of the last one, and later sets it for all processes (lmdb 3.5.6, liblmdb/mdb.c: mdb_env_open2; mended in LMDB 0.9.29,
 * ITS#9496). `path` is the environment's folder, which is made where it does not exist.
 * @throws StartError where another process stands still meanwhile
 */
export async function whileOpening<T>(path: string, open: () => T | Promise<T>): Promise<T> {
	mkdirSync(path, { recursive: true });
	const [gate, opening, writes] = [lockOf(path, "gate"), lockOf(path, "opening"), lockOf(path, "writes")];
	const until = performance.now() + OPEN_WITHIN_MS;
	const isAlone = async () =>
		(await hasLock(gate, until - performance.now())) &&
		(await hasLock(opening, WRITES_WAIT_MS)) &&
		(await hasLock(writes, WRITES_WAIT_MS));
	try {
		while (!(await isAlone())) {
			if (performance.now() > until)
				throw new StartError(
					`${path} cannot be opened: another process stands still while it opens, closes or writes it; let it go on, or end it`,
				);
			opening?.unlock();
			await sleep(WRITES_GO_ON_MS);
		}
		return await open();
	} finally {
		for (const lock of [gate, opening, writes]) lock?.close();
	}
}

async function hasLock(lock: FileLock | undefined, withinMs: number): Promise<boolean> {
	return !lock || lock.lock("exclusive", withinMs);
}

/**
 * Closes an environment while no other process opens or closes it: the last process that closes it destroys its mutexes, under a process that opens it
 * just then and gets "Invalid argument" from its first write (lmdb 3.5.6, liblmdb/mdb.c: mdb_env_close0).
 */
export async function whileClosing<T>(path: string, close: () => T | Promise<T>): Promise<T> {
	const gate = lockOf(path, "gate");
	try {
		await hasLock(gate, CLOSE_WITHIN_MS);
		return await close();
	} finally {
		gate?.close();
	}
}

/**
 * Keeps the writes of this process apart from processes that open the environment just then, see {@link whileOpening}. Writes begin in the order in
 * which they came.
 */
export class WriteGate {
	private readonly opening: FileLock | undefined;
	private readonly writes: FileLock | undefined;
	private underWay = 0;
	/** When no process was found to open the environment, in milliseconds of `performance.now()`. */
	private lookedAt = -Infinity;
	private waiting = 0;
	/** Ends when the last one of those that wait has begun. */
	private turn: Promise<void> = Promise.resolve();

	/** @param path the environment's folder */
	constructor(path: string) {
		this.opening = lockOf(path, "opening");
		this.writes = lockOf(path, "writes");
	}

	/** Begins a write, at once where no process opens the environment, and after `withinMs` at the latest. @throws Refusal STORE_UNAVAILABLE where one does so for long; the write's error */
	async run<T>(write: () => Promise<T>, withinMs = WRITE_WITHIN_MS): Promise<T> {
		if (this.waiting > 0 || !this.enter()) await this.wait(withinMs);
		try {
			return await write();
		} finally {
			if (--this.underWay === 0) this.writes?.unlock();
		}
	}

	close(): void {
		this.opening?.close();
		this.writes?.close();
	}

	private enter(): boolean {
		const now = performance.now();
		const isKnown = this.underWay > 0 && now - this.lookedAt < LOOK_EVERY_MS;
		if (!isKnown && !this.look(now)) return false;
		this.underWay++;
		return true;
	}

	private look(now: number): boolean {
		const { opening, writes } = this;
		if (!opening || !writes) return true;
		if (!opening.tryLock("shared")) return false;
		// An open needs the lock that is held here, so none begins now.
		const isFree = this.underWay > 0 || writes.tryLock("shared");
		opening.unlock();
		this.lookedAt = now;
		return isFree;
	}

	private wait(withinMs: number): Promise<void> {
		this.waiting++;
		const until = performance.now() + withinMs;
		const begun = this.turn.then(() => this.enterBy(until)).finally(() => this.waiting--);
		this.turn = begun.catch(() => undefined);
		return begun;
	}

	private async enterBy(until: number): Promise<void> {
		for (;;) {
			// Looked at first: where this process was stopped meanwhile, the write's caller has left.
			if (performance.now() > until)
				throw busy("STORE_UNAVAILABLE", "Another process, such as an audit, stands still while it opens the store.");
			if (this.enter()) return;
			await sleep(Math.random() * LOOK_EVERY_MS);
		}
	}
}
