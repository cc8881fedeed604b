import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts } from "../../../shared/process/ports";
import { endWithThisProcess } from "../../../operator/cluster/guard";
import { ended, freePort } from "./processes";
import { eventually } from "../world";
import { findChromium } from "../browser/find-chromium";

const NATS_SERVER = process.env.NATS_SERVER ?? "nats-server";
const MONGOD = process.env.MONGOD ?? "mongod";
/** The URI of a server that the tests do not own: they use it, and never kill it. */
export const MONGO_URI_GIVEN = process.env.MONGO_URI;
const HOST = "127.0.0.1";
/** The last characters of a server's output are kept, and shown where it does not start. */
const KEPT_CHARACTERS = 4_000;

/** A server that a test owns: on a free port of this machine, with its data in a temporary folder. */
export interface TestServer {
	url: string;
	port: number;
	dataDir: string;
	process: ChildProcess;
	/** Kills it at once, as a lost machine would. */
	kill(): Promise<void>;
	/** Starts it again, on the same port and data. */
	start(): Promise<void>;
	/** Ends it for good, and removes its data. */
	stop(): Promise<void>;
}

/** A `nats-server` with JetStream, and with these further options. */
export function startNats(...options: string[]): Promise<TestServer> {
	const args = (port: number, dataDir: string) => [
		"-js",
		"-sd",
		dataDir,
		"-a",
		"127.0.0.1",
		"-p",
		String(port),
		...options,
	];
	return startServer("nats", NATS_SERVER, args, (port) => `nats://127.0.0.1:${port}`);
}

/** A cluster of `nats-server`s with JetStream, which keeps streams on several of them. */
export async function startNatsCluster(size: number): Promise<TestServer[]> {
	const clusterPorts = await Promise.all(Array.from({ length: size }, freePort));
	const routes = clusterPorts.map((port) => `nats://${HOST}:${port}`);
	const servers = routes.map((cluster, index) => {
		const args = (port: number, dataDir: string) => [
			...["-js", "-sd", dataDir, "-a", HOST, "-p", String(port), "-n", `nats-${index}`],
			...["--cluster_name", "shop", "--cluster", cluster, "--routes", routes.join()],
		];
		return startServer("nats", NATS_SERVER, args, (port) => `nats://${HOST}:${port}`);
	});
	return Promise.all(servers);
}

/** A `mongod`, or the server that `MONGOD` names in its place, with these further options. */
export function startMongod(...options: string[]): Promise<TestServer> {
	const args = (port: number, dataDir: string) => [
		"--port",
		String(port),
		"--dbpath",
		dataDir,
		"--bind_ip",
		"127.0.0.1",
		...options,
	];
	return startServer("mongod", MONGOD, args, (port) => `mongodb://127.0.0.1:${port}/funshop`);
}

async function startServer(
	name: string,
	command: string,
	args: (port: number, dataDir: string) => string[],
	urlOf: (port: number) => string,
): Promise<TestServer> {
	const port = await freePort();
	const dataDir = mkdtempSync(join(tmpdir(), `funshop-${name}-`));
	const server: TestServer = {
		url: urlOf(port),
		port,
		dataDir,
		process: undefined as unknown as ChildProcess,
		async start() {
			const child = spawn(command, args(port, dataDir), { stdio: ["ignore", "pipe", "pipe"] });
			server.process = child;
			endWithThisProcess(child);
			let printed = "";
			for (const stream of [child.stdout, child.stderr]) {
				stream.on("data", (chunk) => (printed = (printed + String(chunk)).slice(-KEPT_CHARACTERS)));
			}
			const failed = new Promise<never>((_, reject) => {
				child.once("error", reject);
				child.once("close", (code, signal) =>
					reject(new Error(`${name} ended (${code ?? signal}); it printed:\n${printed}`)),
				);
			});
			failed.catch(() => undefined);
			await Promise.race([eventually(() => accepts(port, HOST), 20_000), failed]);
		},
		async kill() {
			if (server.process.pid === undefined) return;
			server.process.kill("SIGKILL");
			await ended(server.process);
		},
		async stop() {
			await server.kill();
			rmSync(dataDir, { recursive: true, force: true });
		},
	};
	try {
		await server.start();
	} catch (error) {
		await server.stop();
		throw error;
	}
	return server;
}

type Needed = "nats" | "mongod" | "ownMongod" | "mongodb" | "kubectl" | "podman" | "chromium" | "oldVersion";

/**
 * What a suite may need: a `nats-server`; a `mongod` or the server that `MONGO_URI` names; a `mongod` that the suite may kill; the same, but
 * MongoDB's own, because what stands in for it has no replica sets, failpoints and `explain`; `kubectl`, which renders manifests; `podman`; a Chromium;
 * a commit of an earlier version, which `OLD_VERSION` names.
 */
const needed: Readonly<Record<Needed, () => string | undefined>> = {
	nats: () => absent(NATS_SERVER, "NATS_SERVER"),
	mongod: () => (MONGO_URI_GIVEN ? undefined : absent(MONGOD, "MONGOD")),
	ownMongod: () => absent(MONGOD, "MONGOD"),
	kubectl: () => absent("kubectl"),
	podman: () => absent("podman"),
	chromium: () => (findChromium() ? undefined : "there is no Chromium on the path, and CHROMIUM names none"),
	oldVersion: () => (process.env.OLD_VERSION ? undefined : "OLD_VERSION names no commit"),
	mongodb: () => absent(MONGOD, "MONGOD") ?? (isMongoDb() ? undefined : `${MONGOD} is not MongoDB's own server`),
};

/** CI runs without these. */
const OPTIONAL: ReadonlySet<Needed> = new Set(["mongodb", "oldVersion"]);

/** Why something that a suite needs is not there, in words; undefined where it is. */
export function lackOf(server: Needed): string | undefined {
	return needed[server]();
}

function absent(command: string, variable?: string): string | undefined {
	try {
		execFileSync("sh", ["-c", `command -v "${command}"`], { stdio: "ignore" });
		return undefined;
	} catch {
		return `${command} is not installed${variable === undefined ? "" : `, and ${variable} names no other`}`;
	}
}

function isMongoDb(): boolean {
	try {
		return execFileSync(MONGOD, ["--version"], { encoding: "utf8", stdio: "pipe" }).startsWith("db version");
	} catch {
		return false;
	}
}

/**
 * A suite that needs these servers and programs. Where one is missing, it is skipped with one line. In CI it fails, but for an earlier version, and for
 * MongoDB's own server, which fails it where `REQUIRE_MONGODB` is set.
 */
export function describeWith(servers: readonly Needed[], name: string, suite: () => void): void {
	const lacks = servers.filter((server) => lackOf(server) !== undefined);
	if (lacks.length === 0) return describe(name, suite);
	const lack = [...new Set(lacks.map(lackOf))].join("; ");
	const mustRun = process.env.REQUIRE_MONGODB || (process.env.CI && lacks.some((server) => !OPTIONAL.has(server)));
	if (mustRun)
		return describe(name, () =>
			it("has the servers that it needs", () => {
				throw new Error(lack);
			}),
		);
	process.stderr.write(`skipped: ${name} (${lack})\n`);
	describe.skip(name, suite);
}
