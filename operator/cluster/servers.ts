import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config";
import { lockFolder } from "../../shared/process/folder-lock";
import { say } from "./log";
import { Member } from "./managed-process";
import { accepts, freePorts, listenError } from "../../shared/process/ports";

const LOOPBACK = "127.0.0.1";
const NATS_PORT = 4222;
const MONGO_PORT = 27017;

/**
 * NATS with JetStream, on its usual port where that is free; it joins `servers` before it is started. Resolves with its URL.
 * @throws StartError where there is none, or its folder is in use
 */
export async function startNats(dataDir: string, servers: Member[]): Promise<string> {
	const port = await usualOrFree(NATS_PORT);
	const folder = await ownFolder(dataDir, "nats");
	const command = process.env.NATS_SERVER || "nats-server";
	const member = new Member({
		name: "nats",
		command,
		args: ["-js", "-sd", folder, "-a", LOOPBACK, "-p", String(port)],
		env: process.env,
		isReady: () => accepts(port, LOOPBACK),
		log: only("nats", (line) => /\[(WRN|ERR|FTL)\]/.test(line)),
	});
	servers.unshift(member);
	await startOr(
		`there is no ${command}; get one by "go install github.com/nats-io/nats-server/v2@latest" or from https://nats.io/download and name it in NATS_SERVER, or set TRANSPORTER to the URL of one that runs`,
		member,
	);
	return `nats://${LOOPBACK}:${port}`;
}

/** The `mongod` that `command` names, as {@link startNats} does. */
export async function startMongod(command: string, dataDir: string, servers: Member[]): Promise<string> {
	const port = await usualOrFree(MONGO_PORT);
	const folder = await ownFolder(dataDir, "mongo");
	const member = new Member({
		name: "mongo",
		command,
		args: ["--port", String(port), "--dbpath", folder, "--bind_ip", LOOPBACK],
		env: process.env,
		isReady: () => accepts(port, LOOPBACK),
		// Severity is a field; what it thinks of this machine's settings is for servers.
		log: only("mongo", (line) => /"s":\s*"[WEF]"/.test(line) && !line.includes("startupWarnings")),
	});
	servers.unshift(member);
	await startOr(`there is no ${command}; MONGOD names the mongod to start`, member);
	return `mongodb://${LOOPBACK}:${port}/funshop`;
}

/** A server's log is read where something is wrong. */
function only(name: string, isOfInterest: (line: string) => boolean): (line: string) => void {
	return (line) => {
		if (isOfInterest(line)) say(name, line);
	};
}

async function startOr(ifMissing: string, member: Member): Promise<void> {
	try {
		await member.start();
		say(member.name, `is ready (process ${member.pid})`);
	} catch (error) {
		throw (error as Error).message.includes("ENOENT") ? new ConfigError(ifMissing) : error;
	}
}

async function usualOrFree(port: number): Promise<number> {
	const isFree = (await listenError(port, LOOPBACK)) === undefined;
	return isFree ? port : (await freePorts(1, LOOPBACK))[0]!;
}

/** Two servers on one folder would spoil it. */
async function ownFolder(dataDir: string, name: string): Promise<string> {
	const folder = join(dataDir, name);
	mkdirSync(folder, { recursive: true });
	await lockFolder(folder);
	return folder;
}
