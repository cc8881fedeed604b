import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Longest path of a Unix socket that every system takes. */
const LONGEST_SOCKET_PATH = 100;
const ANSWER_WITHIN_MS = 1_000;

/**
 * Makes this process the only one that works on a folder, for as long as it lives: by listening on a socket in it, which the system closes
 * with the process, however that ends.
 * @throws Error that names the other process, where there is one
 */
export async function becomeSoleOwner(folder: string): Promise<void> {
	const inFolder = join(folder, "owner.sock");
	const digest = createHash("sha256").update(folder).digest("hex").slice(0, 16);
	const path = inFolder.length <= LONGEST_SOCKET_PATH ? inFolder : join(tmpdir(), `funshop-${digest}.sock`);
	const other = await askOwner(path);
	if (other === undefined) {
		rmSync(path, { force: true });
		await listen(path);
	}
	// Of two that found nobody at the same time, the one that came later is asked here.
	const owner = other ?? (await askOwner(path));
	if (owner !== process.pid) {
		throw new Error(
			`DATA_DIR=${folder} is in use by ${owner ? `process ${owner}` : "another process"}; stop that one, or name another folder`,
		);
	}
}

async function listen(path: string): Promise<void> {
	const server = createServer((socket) => socket.on("error", () => undefined).end(String(process.pid)));
	server.unref();
	await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
}

/** The process that listens (NaN: one that does not answer, as it is stopped or busy), or undefined where none does. */
function askOwner(path: string): Promise<number | undefined> {
	return new Promise((resolve) => {
		let answer: string | undefined;
		const socket = connect(path);
		socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
		socket.on("connect", () => (answer ??= ""));
		socket.on("data", (chunk) => (answer += String(chunk)));
		// Nobody listens, or there is no such socket.
		socket.on("error", () => undefined);
		socket.on("close", () => resolve(answer === undefined ? undefined : Number(answer || Number.NaN)));
	});
}
