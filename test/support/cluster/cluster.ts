import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICE_NAMES, type ServiceName, STORING_SERVICES } from "../../../config";
import { freePorts } from "../../../shared/process/ports";
import type { JournalEntry } from "../../../services/payment/processor.simulated";
import { inDatabase, withDatabase } from "../store/mongo";
import { ShopProcess } from "./shop-process";
import { output, run } from "./processes";
import { MONGO_URI_GIVEN, startMongod, startNats, type TestServer } from "./servers";

/** A start takes mostly CPU time, and many processes start at once. */
const READY_WITHIN_MS = 60_000;
const HOST = "127.0.0.1";

export interface ClusterOptions {
	/** The store of all services, or the names of the services that use MongoDB while the others use LMDB; `"lmdb"` if not given. */
	store?: "lmdb" | "mongo" | readonly ServiceName[];
	/** Processes of each service, or of the named ones; 1 if not given. */
	processes?: number | Partial<Record<ServiceName, number>>;
	/** Processes of the gateway; 1 if not given. */
	gateways?: number;
	/** Settings of all processes. */
	env?: Record<string, string>;
	/** Further options of nats-server. */
	nats?: readonly string[];
	/** The module that a process of this service runs; start.ts if not given. */
	module?: (service: ServiceName, number: number) => string | undefined;
}

export interface ProcessOptions {
	env?: Record<string, string>;
	module?: string;
}

/** Starts a real cluster and waits until every process is ready. @throws Error with the reason; then nothing is left running */
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

/** The shop as processes of this machine, with its own NATS and MongoDB. */
export class Cluster {
	/** The settings with which an operator's command finds this cluster. */
	readonly env: Record<string, string> = {};
	nats!: TestServer;
	/** Undefined where no service uses MongoDB, or where `MONGO_URI` names a server that the tests do not own. */
	mongo: TestServer | undefined;
	private readonly all: ShopProcess[] = [];
	private readonly dataDir = mkdtempSync(join(tmpdir(), "funshop-cluster-"));
	private mongoUri: string | undefined;

	/** Base URLs of the gateways. */
	get urls(): string[] {
		return this.processes("api").map(({ url }) => url!);
	}

	/** The processes of a service, or all processes. */
	processes(service?: ServiceName): ShopProcess[] {
		return this.all.filter((shopProcess) => service === undefined || shopProcess.service === service);
	}

	async start({
		store = "lmdb",
		processes: counts = 1,
		gateways = 1,
		env = {},
		nats = [],
		module = () => undefined,
	}: ClusterOptions): Promise<void> {
		const onMongo = store === "lmdb" ? [] : store === "mongo" ? STORING_SERVICES : store;
		await allOf([this.startNats(nats), onMongo.length > 0 ? this.findMongo() : undefined]);
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
		const processes = await allOf(added);
		await Promise.all(processes.map((shopProcess) => shopProcess.ready(READY_WITHIN_MS)));
	}

	/** Starts one more process. It may not be ready yet, see {@link ShopProcess.ready}. */
	async add(service: ServiceName, { env = {}, module = "start.ts" }: ProcessOptions = {}): Promise<ShopProcess> {
		const name = `${service}-${this.processes(service).length + 1}`;
		// Kept before the first await, because several may be added at the same time.
		const shopProcess = new ShopProcess(name, service, module);
		this.all.push(shopProcess);
		const [healthPort, port] = await freePorts(2, HOST);
		shopProcess.healthUrl = `http://${HOST}:${healthPort}`;
		if (service === "api") shopProcess.url = `http://${HOST}:${port}`;
		const own = { SERVICES: service, HEALTH_PORT: String(healthPort), PORT: String(port), LOGLEVEL: "error" };
		shopProcess.start({ ...own, ...this.env, ...env });
		return shopProcess;
	}

	/** Runs `npm run audit`. @throws Error with its report where anything differs, or waits for a service that seems not to run */
	async audit(withinS = 20): Promise<void> {
		const { code, text } = await output(run("operator/audit/command.ts", ["--wait", String(withinS)], this.env));
		if (code !== 0 || text.includes("Under way")) throw new Error(`the audit ends with ${code}:\n${text}`);
	}

	/** The payment processor's journal, as `npm run journal` prints it. */
	async journal(): Promise<JournalEntry[]> {
		const { code, text } = await output(run("operator/journal.ts", [], this.env));
		if (code !== 0) throw new Error(`the journal ends with ${code}`);
		const lines = text.split("\n").filter((line) => line !== "");
		return lines.map((line) => JSON.parse(line) as JournalEntry);
	}

	/** Kills every process, and removes all data. It may be called again. */
	async stop(): Promise<void> {
		await Promise.all(this.all.map((shopProcess) => shopProcess.kill()));
		await Promise.all([this.nats?.stop(), this.mongo?.stop()]);
		rmSync(this.dataDir, { recursive: true, force: true });
		if (MONGO_URI_GIVEN && this.mongoUri) await inDatabase(this.mongoUri, (database) => database.dropDatabase());
	}

	private async startNats(options: readonly string[]): Promise<void> {
		this.nats = await startNats(...options);
	}

	/** Starts a server, or takes a new database on the server that `MONGO_URI` names. */
	private async findMongo(): Promise<void> {
		if (MONGO_URI_GIVEN) this.mongoUri = withDatabase(MONGO_URI_GIVEN, `funshop_${process.pid}_${Date.now()}`);
		else {
			this.mongo = await startMongod();
			this.mongoUri = this.mongo.url;
		}
	}
}

/** As `Promise.all`, but waits until all have settled: a process that is still being started cannot be stopped. */
async function allOf<T>(promises: ReadonlyArray<Promise<T> | undefined>): Promise<T[]> {
	const settled = await Promise.allSettled(promises);
	const failed = settled.find((one) => one.status === "rejected");
	if (failed) throw failed.reason;
	return Promise.all(promises as Array<Promise<T>>);
}
