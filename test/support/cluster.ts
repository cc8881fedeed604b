import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICE_NAMES, type ServiceName, STORING_SERVICES } from "../../config";
import { freePorts } from "../../shared/process/ports";
import type { JournalEntry } from "../../services/payment/processor.simulated";
import { inDatabase, withDatabase } from "./mongo";
import { Pod } from "./shop-process";
import { output, run } from "./processes";
import { MONGO_URI_GIVEN, startMongod, startNats, type TestServer } from "./servers";

/** Most of what a process takes to start is the work of one core. */
const READY_WITHIN_MS = 60_000;
const HOST = "127.0.0.1";

export interface ClusterOptions {
	/** Where services keep their documents: one for all, or the services that use MongoDB, the others LMDB. "lmdb" unless told. */
	store?: "lmdb" | "mongo" | readonly ServiceName[];
	/** Processes of each service, or of some of them; 1 unless told. 0: none. */
	pods?: number | Partial<Record<ServiceName, number>>;
	/** Processes of the gateway; 1 unless told. */
	gateways?: number;
	/** What an operator would set for all processes. */
	env?: Record<string, string>;
	/** The module that a pod of this service runs; start.ts unless told. */
	module?: (service: ServiceName, number: number) => string | undefined;
}

export interface PodOptions {
	env?: Record<string, string>;
	module?: string;
}

/** Starts a real cluster and waits until every process is ready. @throws Error that says what went wrong; nothing is left behind then */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
	const cluster = new Cluster();
	try {
		await cluster.start(options);
		return cluster;
	} catch (error) {
		await cluster.stop();
		throw error;
	}
}

/** The shop as processes of this machine, with the servers that it needs. */
export class Cluster {
	/** What an operator's command needs to find this cluster. */
	readonly env: Record<string, string> = {};
	nats!: TestServer;
	/** Undefined where nothing is kept in MongoDB, or where `MONGO_URI` names one that is somebody else's. */
	mongo: TestServer | undefined;
	private readonly all: Pod[] = [];
	private readonly dataDir = mkdtempSync(join(tmpdir(), "funshop-cluster-"));
	private mongoUri: string | undefined;

	/** Where the gateways are. */
	get urls(): string[] {
		return this.pods("api").map(({ url }) => url!);
	}

	/** The processes of a service, or all. */
	pods(service?: ServiceName): Pod[] {
		return this.all.filter((pod) => service === undefined || pod.service === service);
	}

	async start({
		store = "lmdb",
		pods: counts = 1,
		gateways = 1,
		env = {},
		module = () => undefined,
	}: ClusterOptions): Promise<void> {
		const onMongo = store === "lmdb" ? [] : store === "mongo" ? STORING_SERVICES : store;
		await allOf([this.startNats(), onMongo.length > 0 ? this.findMongo() : undefined]);
		Object.assign(this.env, { TRANSPORTER: this.nats.url, DATA_DIR: this.dataDir });
		if (store === "mongo") this.env.MONGO_URI = this.mongoUri!;
		else for (const service of onMongo) this.env[`MONGO_URI_${service.toUpperCase()}`] = this.mongoUri!;
		Object.assign(this.env, env);

		const count = (service: ServiceName) =>
			service === "api" ? gateways : typeof counts === "number" ? counts : (counts[service] ?? 1);
		const services = SERVICE_NAMES.flatMap((service) => Array.from({ length: count(service) }, () => service));
		const added = services.map(async (service, index) => {
			const number = index - services.indexOf(service) + 1;
			return this.add(service, { module: module(service, number) });
		});
		const pods = await allOf(added);
		await Promise.all(pods.map((pod) => pod.ready(READY_WITHIN_MS)));
	}

	/** One process more. Resolves when it runs: it may not be ready yet, see {@link Pod.ready}. */
	async add(service: ServiceName, { env = {}, module = "start.ts" }: PodOptions = {}): Promise<Pod> {
		const name = `${service}-${this.pods(service).length + 1}`;
		// Held before the first await, as several may be added at once.
		const pod = new Pod(name, service, module);
		this.all.push(pod);
		const [healthPort, port] = await freePorts(2, HOST);
		pod.healthUrl = `http://${HOST}:${healthPort}`;
		if (service === "api") pod.url = `http://${HOST}:${port}`;
		const own = { SERVICES: service, HEALTH_PORT: String(healthPort), PORT: String(port), LOGLEVEL: "error" };
		pod.start({ ...own, ...this.env, ...env });
		return pod;
	}

	/** Looks at the books as `npm run audit` does. @throws Error with its report where anything differs */
	async audit(withinS = 20): Promise<void> {
		const { code, text } = await output(run("operator/audit/command.ts", ["--wait", String(withinS)], this.env));
		if (code !== 0) throw new Error(`the audit ends with ${code}:\n${text}`);
	}

	/** What the card processor really did, as `npm run journal` prints it. */
	async journal(): Promise<JournalEntry[]> {
		const { code, text } = await output(run("operator/journal.ts", [], this.env));
		if (code !== 0) throw new Error(`the journal ends with ${code}`);
		const lines = text.split("\n").filter((line) => line !== "");
		return lines.map((line) => JSON.parse(line) as JournalEntry);
	}

	/** Kills every process and removes all data. May be called again. */
	async stop(): Promise<void> {
		await Promise.all(this.all.map((pod) => pod.kill()));
		await Promise.all([this.nats?.stop(), this.mongo?.stop()]);
		rmSync(this.dataDir, { recursive: true, force: true });
		if (MONGO_URI_GIVEN && this.mongoUri) await inDatabase(this.mongoUri, (database) => database.dropDatabase());
	}

	private async startNats(): Promise<void> {
		this.nats = await startNats();
	}

	/** A server of its own, or a database of its own on the one that is given. */
	private async findMongo(): Promise<void> {
		if (MONGO_URI_GIVEN) this.mongoUri = withDatabase(MONGO_URI_GIVEN, `funshop_${process.pid}_${Date.now()}`);
		else {
			this.mongo = await startMongod();
			this.mongoUri = this.mongo.url;
		}
	}
}

/** As `Promise.all`, but not before all have settled: what is still being started cannot be stopped. */
async function allOf<T>(promises: ReadonlyArray<Promise<T> | undefined>): Promise<T[]> {
	const settled = await Promise.allSettled(promises);
	const failed = settled.find((one) => one.status === "rejected");
	if (failed) throw failed.reason;
	return Promise.all(promises as Array<Promise<T>>);
}
