import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "../domain/start-error";

/**
 * The name of a local socket for an existing folder and a purpose. The process that listens to it holds a lock, which the system takes back when
 * the process ends, `kill -9` included. Containers do not see each other's sockets.
 */
export function socketOf(folder: string, purpose: string): string {
	const hash = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 32);
	const name = `funshop-${purpose}-${hash}`;
	// Linux has sockets without a file, so nothing is left behind.
	return process.platform === "linux" ? `\0${name}` : join(tmpdir(), name);
}

/** Listens, and answers the id of this process. Resolves with undefined where another server listens. @throws StartError where none can */
export function listenAt(socket: string): Promise<Server | undefined> {
	const server = createServer((client) => client.on("error", () => undefined).end(`process ${process.pid}`));
	server.unref();
	return new Promise((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) =>
			error.code === "EADDRINUSE" ? resolve(undefined) : reject(new StartError(error.message)),
		);
		server.listen(socket, () => resolve(server));
	});
}
