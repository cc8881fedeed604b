import { mkdirSync } from "node:fs";
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listenAt, socketOf } from "./folder-socket";

/** A process that was stopped in the gate holds it for longer than any open or close takes: then the gate is passed all the same. */
const WAIT_MS = 5_000;
const LOOK_EVERY_MS = 5;

/**
 * Opens or closes an LMDB environment while no other process of this machine opens or closes it: the last process that closes it destroys its
 * mutexes, under a process that opens it just then and gets "Invalid argument" from its first write (lmdb 3.5.6, liblmdb/mdb.c: mdb_env_close0).
 * `path` is the environment's folder, which is made where it does not exist.
 */
export async function passGate<T>(path: string, act: () => T | Promise<T>): Promise<T> {
	mkdirSync(path, { recursive: true });
	// Elsewhere a socket leaves a file behind when its process is killed.
	if (process.platform !== "linux") return act();
	const gate = await enter(socketOf(path, "gate"));
	try {
		return await act();
	} finally {
		gate?.close();
	}
}

async function enter(socket: string): Promise<Server | undefined> {
	const until = performance.now() + WAIT_MS;
	for (;;) {
		const gate = await listenAt(socket);
		if (gate || performance.now() > until) return gate;
		await sleep(Math.random() * LOOK_EVERY_MS);
	}
}
