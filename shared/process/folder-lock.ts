import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "../domain/start-error";

const ANSWER_WITHIN_MS = 1_000;

/**
 * Locks a folder for this process: no other process of this machine gets the lock while this one lives. The lock is a local socket named
 * after the folder; the system closes it when the process ends, `kill -9` included. Containers do not see each other's locks.
 * @throws StartError that names the process that holds the lock
 */
export async function lockFolder(folder: string): Promise<void> {
	const path = socketOf(folder);
	if (await listen(path)) return;
	const owner = await askOwner(path);
	if (owner === "nobody") {
		rmSync(path, { force: true });
		if (await listen(path)) return;
	}
	throw new StartError(`DATA_DIR=${folder} is in use by ${owner}; stop that one, or name another folder`);
}

/** Whether a process of this machine has the folder's lock. */
export async function isLocked(folder: string): Promise<boolean> {
	return (await askOwner(socketOf(folder))) !== "nobody";
}

function socketOf(folder: string): string {
	const name = `funshop-${createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 32)}`;
	// Linux has sockets without a file, so nothing is left behind.
	return process.platform === "linux" ? `\0${name}` : join(tmpdir(), name);
}

/** Takes the lock; answers the id of this process to others. Resolves with false where the name is taken. */
function listen(path: string): Promise<boolean> {
	const server = createServer((socket) => socket.on("error", () => undefined).end(`process ${process.pid}`));
	server.unref();
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) =>
			error.code === "EADDRINUSE" ? resolve(false) : reject(new StartError(error.message)),
		);
		server.listen(path, () => resolve(true));
	});
}

/** Asks the process that holds the lock for its id. Resolves with "nobody" where there is none, or only the socket's file is left. */
function askOwner(path: string): Promise<string> {
	return new Promise((resolve) => {
		let answer = "";
		const socket = connect(path);
		socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
		socket.on("data", (chunk) => (answer += String(chunk)));
		socket.on(
			"error",
			(error: NodeJS.ErrnoException) => ["ECONNREFUSED", "ENOENT"].includes(error.code ?? "") && resolve("nobody"),
		);
		socket.on("close", () => resolve(answer || "another process"));
	});
}
