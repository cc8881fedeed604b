import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { busy } from "../domain/refusals";
import { FileLock } from "./file-lock";

/** A process that was stopped in the gate holds it for longer than any open or close takes: then the gate is passed all the same. */
const GATE_WITHIN_MS = 5_000;
/** Longer than a commit takes. A process that was stopped during a write holds up others for as long; it commits nothing until it goes on. */
const WRITES_END_WITHIN_MS = 1_000;
/** Longer than an open takes. A write is refused then, because a process that was stopped while it opens would undo it. */
const WRITE_WITHIN_MS = 2_000;
/** Writes that overlap look this often whether another process waits for the gate. */
const LOOK_EVERY_MS = 5;

/** Held by the process that opens or closes the environment. */
function gateOf(path: string): FileLock | undefined {
	mkdirSync(path, { recursive: true });
	return FileLock.open(join(path, "gate.lock"));
}

/** Shared by the processes that have a write under way. */
function writesOf(path: string): FileLock | undefined {
	return FileLock.open(join(path, "writes.lock"));
}

/**
 * Opens an LMDB environment while no other process of this machine opens, closes or writes it. A commit between two steps of an open would be lost:
 * liblmdb reads the number of the last one, and later sets it for all processes (lmdb 3.5.6, liblmdb/mdb.c: mdb_env_open2; mended in LMDB 0.9.29,
 * ITS#9496). `path` is the environment's folder, which is made where it does not exist.
 */
export function whileOpening<T>(path: string, open: () => T | Promise<T>): Promise<T> {
	return inGate(path, async () => {
		const writes = writesOf(path);
		try {
			await writes?.lock("exclusive", WRITES_END_WITHIN_MS);
			return await open();
		} finally {
			writes?.close();
		}
	});
}

/**
 * Closes an environment while no other process opens or closes it: the last process that closes it destroys its mutexes, under a process that opens it
 * just then and gets "Invalid argument" from its first write (lmdb 3.5.6, liblmdb/mdb.c: mdb_env_close0).
 */
export function whileClosing<T>(path: string, close: () => T | Promise<T>): Promise<T> {
	return inGate(path, close);
}

async function inGate<T>(path: string, act: () => T | Promise<T>): Promise<T> {
	const gate = gateOf(path);
	try {
		await gate?.lock("exclusive", GATE_WITHIN_MS);
		return await act();
	} finally {
		gate?.close();
	}
}

/** Keeps the writes of this process apart from processes that open the environment just then, see {@link whileOpening}. */
export class WriteGate {
	private readonly gate: FileLock | undefined;
	private readonly writes: FileLock | undefined;
	private underWay = 0;
	/** When the gate was last found open, in milliseconds of `performance.now()`. */
	private lookedAt = -Infinity;

	/** @param path the folder of an environment that is open */
	constructor(path: string) {
		this.gate = gateOf(path);
		this.writes = writesOf(path);
	}

	/** Begins a write, at once where the gate is open. @throws Refusal STORE_UNAVAILABLE where a process does not leave the gate */
	async run<T>(write: () => Promise<T>): Promise<T> {
		if (!this.enter()) await this.wait();
		try {
			return await write();
		} finally {
			if (--this.underWay === 0) this.writes?.unlock();
		}
	}

	close(): void {
		this.gate?.close();
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
		const { gate, writes } = this;
		if (!gate || !writes) return true;
		if (!gate.tryLock("shared")) return false;
		// Nobody opens the environment meanwhile.
		const isFree = this.underWay > 0 || writes.tryLock("shared");
		gate.unlock();
		this.lookedAt = now;
		return isFree;
	}

	private async wait(): Promise<void> {
		const until = performance.now() + WRITE_WITHIN_MS;
		while (!this.enter()) {
			if (performance.now() > until)
				throw busy("STORE_UNAVAILABLE", "Another process has been opening the store for long.");
			await sleep(Math.random() * LOOK_EVERY_MS);
		}
	}
}
