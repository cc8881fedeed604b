import { constants, hostname } from "node:os";
import { resolve } from "node:path";
import { type Config, ConfigError, readConfig } from "../../config";
import { StartError } from "../../shared/domain/start-error";
import { freePorts, listenError } from "../../shared/process/ports";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { claimShape } from "../../shared/store/folder/folder-shape";
import { formatWelcome, logger, say } from "./log";
import { ManagedProcess } from "./managed-process";
import { startMongod, startNats } from "./servers";
import { forgetSettings, keepSettings, runTool, TOOL_NAMES } from "./tools";

const PROCESSES_OF_EACH = 2;
/** Separate from the folder of `npm start`, which is another shop. */
const DATA_DIR = "./data/cluster";
/** A process of the shop ends by itself within 20 s after the signal to stop. */
const STOP_WITHIN_MS = 22_000;
const ANSWER_WITHIN_MS = 2_000;

/** The started processes; each list is in the order in which they are stopped. */
const gateways: ManagedProcess[] = [];
const services: ManagedProcess[] = [];
const servers: ManagedProcess[] = [];
let stopping = false;
/** Whether this process only runs a command on a cluster, which may be that of another process. */
let isTool = false;

const USAGE = `usage: npm run cluster [-- (${TOOL_NAMES.join(" | ")}) ...]
Runs the shop as two processes of each service on this machine, with the servers that it needs; or runs a command on that cluster. After
the cluster was stopped, audit, journal and dead-letters start its servers for themselves.`;

/** Runs the shop as two processes of each service on this machine, with the servers that it needs, or a command on it. */
async function main(words: readonly string[]): Promise<void> {
	if (words.some((word) => word === "--help" || word === "-h")) return void process.stdout.write(`${USAGE}\n`);
	const env = { ...process.env, DATA_DIR: process.env.DATA_DIR || DATA_DIR, NODEID: undefined };
	const config = readConfig(env);
	if (words.length > 0) {
		if (!TOOL_NAMES.includes(words[0]!)) throw new ConfigError(`"${words[0]!}" is no command; ${USAGE}`);
		isTool = true;
		const code = await runTool(words, config, { ...env, DATA_DIR: config.dataDir }, () => startServers(config));
		stopping = true;
		await stopServers();
		process.exit(code);
	}
	const ports = await portsOfGateways(config);
	if (config.dataDir === ":memory:") throw new ConfigError("DATA_DIR=:memory: cannot be shared by several processes");
	prepareDataDir(config.dataDir);
	claimShape(config.dataDir, { shape: "cluster", namespace: config.namespace });

	const started = await startServers(config);
	for (const server of servers) say(server.name, `is ready (process ${server.pid})`);
	keepSettings(config.dataDir, started);
	const own = { DATA_DIR: config.dataDir, ...started };
	const names = config.services.flatMap((service) => Array.from({ length: PROCESSES_OF_EACH }, () => service));
	const healthPorts = await freePorts(names.length, config.host);
	const shopProcesses = names.map((service, index) => {
		const number = (index % PROCESSES_OF_EACH) + 1;
		const healthPort = healthPorts[index]!;
		const PORT = String(service === "api" ? ports[number - 1] : 0);
		const processEnv = { ...env, ...own, SERVICES: service, PORT, HEALTH_PORT: String(healthPort) };
		const managed = shopProcess(
			`${service}-${number}`,
			processEnv,
			`http://${reachable(config.host)}:${healthPort}/readyz`,
		);
		(service === "api" ? gateways : services).push(managed);
		return managed;
	});

	say("cluster", `starts ${shopProcesses.length} processes`);
	let ready = 0;
	const start = async (managed: ManagedProcess) => {
		await managed.start();
		say(managed.name, `is ready (process ${managed.pid}), ${++ready} of ${shopProcesses.length}`);
	};
	await Promise.all(shopProcesses.map(start));
	const urls = ports.map((port) => `http://${reachable(config.host)}:${port}`);
	process.stdout.write(formatWelcome({ urls, processes: shopProcesses.length, config }));
}

/** The gateways' ports: PORT and the next one, or any free ones where PORT is 0. @throws ConfigError where one is not free */
async function portsOfGateways({ services, host, port }: Config): Promise<number[]> {
	if (!services.includes("api")) return [];
	if (port === 0) return freePorts(PROCESSES_OF_EACH, host);
	const ports = Array.from({ length: PROCESSES_OF_EACH }, (_, index) => port + index);
	for (const each of ports) {
		if ((await listenError(each, host)) === undefined) continue;
		throw new ConfigError(
			`gateways listen to ${ports.join(" and ")}, but ${each} cannot be had on ${host}; set PORT to the first of ${ports.length} free ones`,
		);
	}
	return ports;
}

/** Starts the servers that no setting names. Resolves with the settings by which the shop finds them. */
async function startServers({ dataDir, natsUrls }: Config): Promise<Record<string, string>> {
	const settings: Record<string, string> = {};
	const { MONGO_URI, MONGOD } = process.env;
	if (!natsUrls) settings.TRANSPORTER = await startNats(dataDir, servers);
	if (!MONGO_URI && MONGOD) settings.MONGO_URI = await startMongod(MONGOD, dataDir, servers);
	return settings;
}

function shopProcess(name: string, env: NodeJS.ProcessEnv, readyUrl: string): ManagedProcess {
	const isReady = () =>
		fetch(readyUrl, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).then(
			({ ok }) => ok,
			() => false,
		);
	const args = [...process.execArgv, require.resolve("../../start")];
	// Its id on NATS is its name in the log. One that is started again has a new id, as the others may still know the last one.
	const id = env.TRANSPORTER === process.env.TRANSPORTER ? `${hostname()}-${name}` : name;
	const withId = (starts: number) => ({ ...env, NODEID: starts === 1 ? id : `${id}.${starts}` });
	return new ManagedProcess({ name, command: process.execPath, args, env: withId, isReady, log: logger(name) });
}

/** The host name by which this machine reaches a process that listens on `host`. */
function reachable(host: string): string {
	if (host === "0.0.0.0") return "127.0.0.1";
	if (host === "::") return "[::1]";
	return host.includes(":") ? `[${host}]` : host;
}

/** The first signal stops all in order, the second at once. */
function stopOnSignal(signal: NodeJS.Signals): void {
	if (stopping) process.exit(1);
	stopping = true;
	// As shells have it for a command that a signal has ended.
	if (isTool) return void stopServers().then(() => process.exit(128 + constants.signals[signal]));
	say("cluster", `${signal}: stops; once more to stop at once`);
	void stopInOrder().then((inOrder) => process.exit(inOrder ? 0 : 1));
}

/** Stops gateways first, so that services can still finish their requests, and servers last. Resolves with whether all stopped in order. */
async function stopInOrder(): Promise<boolean> {
	const late: string[] = [];
	for (const group of [gateways, services]) {
		const stop = async (managed: ManagedProcess) => (await managed.stop(STOP_WITHIN_MS)) || late.push(managed.name);
		await Promise.all(group.map(stop));
	}
	await stopServers();
	forgetSettings(resolve(process.env.DATA_DIR || DATA_DIR));
	say("cluster", late.length === 0 ? "has stopped" : `has stopped, but not in order: ${late.join(", ")}`);
	return late.length === 0;
}

async function stopServers(): Promise<void> {
	for (const server of servers) await server.stop(STOP_WITHIN_MS);
}

function killAll(): void {
	for (const managed of [...gateways, ...services, ...servers]) managed.kill();
}

function fail(error: Error): void {
	if (stopping) return;
	const text = error instanceof StartError ? error.message : (error.stack ?? error.message);
	process.stderr.write(`Funshop's cluster cannot start: ${text}\n`);
	process.exit(1);
}

process.on("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stopOnSignal);
process.on("uncaughtException", fail);
main(process.argv.slice(2)).catch(fail);
