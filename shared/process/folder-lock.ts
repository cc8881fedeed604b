import { rmSync } from "node:fs";
import { connect } from "node:net";
import { StartError } from "../domain/start-error";
import { listenAt, socketOf } from "./folder-socket";

const ANSWER_WITHIN_MS = 1_000;

/**
 * Locks a folder for this process: no other process of this machine gets the lock while this one lives. Containers do not see each other's
 * locks.
 * @throws StartError that names the process that holds the lock
 */
export async function lockFolder(folder: string): Promise<void> {
	const path = socketOf(folder, "owner");
	if (await listenAt(path)) return;
	const owner = await askOwner(path);
	if (owner === "nobody") {
		rmSync(path, { force: true });
		if (await listenAt(path)) return;
	}
	throw new StartError(`DATA_DIR=${folder} is in use by ${owner}; stop that one, or name another folder`);
}

/** Whether a process of this machine has the folder's lock. */
export async function isLocked(folder: string): Promise<boolean> {
	return (await askOwner(socketOf(folder, "owner"))) !== "nobody";
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
