import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config";
import { lockFolder } from "../../shared/process/folder-lock";
import { accepts, freePorts, listenError } from "../../shared/process/ports";
import { say } from "./log";
import { ManagedProcess } from "./managed-process";

const LOOPBACK = "127.0.0.1";
const NATS_PORT = 4222;
const MONGO_PORT = 27017;

/**
 * Starts NATS with JetStream, on its usual port where that is free; it is added to `servers` before it starts. Resolves with its URL.
 * @throws StartError where there is no `nats-server`, or its folder is in use
 */
export async function startNats(dataDir: string, servers: ManagedProcess[]): Promise<string> {
	const port = await usualOrFree(NATS_PORT);
	const folder = await ownFolder(dataDir, "nats");
	const command = process.env.NATS_SERVER || "nats-server";
	const server = new ManagedProcess({
		name: "nats",
		command,
		args: ["-js", "-sd", folder, "-a", LOOPBACK, "-p", String(port)],
		env: () => process.env,
		isReady: () => accepts(port, LOOPBACK),
		log: only("nats", (line) => /\[(WRN|ERR|FTL)\]/.test(line)),
	});
	servers.unshift(server);
	await startOr(
		`there is no ${command}; get one by "go install github.com/nats-io/nats-server/v2@latest" or from https://nats.io/download and name it in NATS_SERVER, or set TRANSPORTER to the URL of one that runs`,
		server,
	);
	return `nats://${LOOPBACK}:${port}`;
}

/** Starts the `mongod` that `command` names, as {@link startNats} does. */
export async function startMongod(command: string, dataDir: string, servers: ManagedProcess[]): Promise<string> {
	const port = await usualOrFree(MONGO_PORT);
	const folder = await ownFolder(dataDir, "mongo");
	const server = new ManagedProcess({
		name: "mongo",
		command,
		args: ["--port", String(port), "--dbpath", folder, "--bind_ip", LOOPBACK],
		env: () => process.env,
		isReady: () => accepts(port, LOOPBACK),
		// Severity is a field; startup warnings are about settings of production machines.
		log: only("mongo", (line) => /"s":\s*"[WEF]"/.test(line) && !line.includes("startupWarnings")),
	});
	servers.unshift(server);
	await startOr(`there is no ${command}; MONGOD names the mongod to start`, server);
	return `mongodb://${LOOPBACK}:${port}/funshop`;
}

/** A logger that shows only the lines of interest, which are warnings and errors. */
function only(name: string, isOfInterest: (line: string) => boolean): (line: string) => void {
	return (line) => {
		if (isOfInterest(line)) say(name, line);
	};
}

async function startOr(ifMissing: string, server: ManagedProcess): Promise<void> {
	try {
		await server.start();
	} catch (error) {
		throw (error as Error).message.includes("ENOENT") ? new ConfigError(ifMissing) : error;
	}
}

async function usualOrFree(port: number): Promise<number> {
	const isFree = (await listenError(port, LOOPBACK)) === undefined;
	return isFree ? port : (await freePorts(1, LOOPBACK))[0]!;
}

/** Creates and locks the server's data folder, because two servers would damage it. @throws StartError where it is in use */
async function ownFolder(dataDir: string, name: string): Promise<string> {
	const folder = join(dataDir, name);
	mkdirSync(folder, { recursive: true });
	await lockFolder(folder);
	return folder;
}
