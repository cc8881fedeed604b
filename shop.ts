import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { v7 as uuidv7 } from "uuid";
import { type Config, mongoUriOf, PLACES, type ServiceName, STORING_SERVICES, type StoreName } from "./config";
import { brokerOptions } from "./moleculer.config";
import { handOut, type Shop } from "./service-context";
import { isOwnFolder, storesOf } from "./shop-places";
import { isCatalogued } from "./services/event-catalog";
import { natsServers } from "./shared/calls/nats-servers";
import { transportState } from "./shared/calls/transport-state";
import { systemClock } from "./shared/domain/clock";
import { EmbeddedEventBus, type EmbeddedEventBusOptions } from "./shared/events/embedded/embedded-bus";
import type { EventBus } from "./shared/events/event-bus";
import type * as jetstream from "./shared/events/jetstream/jetstream-bus";
import { RETRY_POLICY } from "./shared/events/retry-policy";
import { eventDelivery } from "./shared/events/subscriptions";
import { currencyGuard, type Place, type PricedCollection } from "./shared/process/currency-guard";
import { Deliveries, type Delivery } from "./shared/reports/deliveries";
import { discoveryDelay } from "./shared/process/discovery-delay";
import { lockFolder } from "./shared/process/folder-lock";
import { lagReports } from "./shared/reports/lag-reports";
import { processService } from "./shared/reports/process-service";
import { addReadinessCheck } from "./shared/health/readiness";
import { Tallies } from "./shared/reports/tallies";
import { storeGuard, type StoreMetadata } from "./shared/process/store-guard";
import { takeOverFolder } from "./shared/process/take-over";
import { prepareDataDir } from "./shared/store/folder/data-folder";
import { EVENTS, partOf } from "./shared/store/folder/folder-layout";
import { claimShape, shapeFor } from "./shared/store/folder/folder-shape";
import { claimStream, renewStream } from "./shared/store/folder/folder-stream";
import { refuseLeftDocuments } from "./shared/store/folder/left-documents";
import { LmdbEnvironment } from "./shared/lmdb/lmdb-environment";
import { LmdbStore } from "./shared/store/lmdb/lmdb-store";
import type * as mongo from "./shared/store/mongo/mongo-adapter";
import type { Indexes } from "./shared/store/store";
import { StoreAdapter } from "./shared/store/moleculer-db-adapter";

/** The version of the shop: that of its package.json, which lies one folder above the built files. */
const VERSION = versionIn(["package.json", "../package.json"].map((path) => join(__dirname, path)).find(existsSync)!);

/** By service, its collection with prices. */
const PRICES: Partial<Record<StoreName, PricedCollection>> = {
	product: { store: "product", collection: "products" },
	order: { store: "order", collection: "orders" },
};

export type ShopParts = Partial<Pick<Shop, "clock" | "newId" | "random" | "bus" | "openStore">> &
	Pick<BrokerOptions, "replOptions"> & {
		/** Opens the event bus within one process. */
		openLog?(options: EmbeddedEventBusOptions): EmbeddedEventBus;
	};

/**
 * Creates the shop: a broker with the configured services, not started. `parts` replace its clock, ids, random numbers, event bus or stores.
 * @throws StartError where the data folder or a MongoDB URI cannot be used
 */
export function createShop(config: Config, parts: ShopParts = {}): ServiceBroker {
	const temporary = config.dataDir === ":memory:";
	const dataDir = temporary ? mkdtempSync(join(tmpdir(), "funshop-")) : config.dataDir;
	const startedAt = Date.now();

	// The bus needs the broker's logger, and the broker's middleware needs the bus: it gets the bus later.
	let bus: EventBus;
	const clock = parts.clock ?? systemClock;
	const tallies = new Tallies(clock);
	const deliveries = new Deliveries();
	const onDelivery = (delivered: Omit<Delivery, "at">) => deliveries.note({ ...delivered, at: clock.now() });
	const delivery = eventDelivery(() => bus, isCatalogued, onDelivery);
	const { replOptions } = parts;
	const metadata: StoreMetadata & { version: string } = {
		stores: storesOf(config, prepareDataDir(dataDir)),
		startedAt,
		version: VERSION,
	};
	const inMongo = STORING_SERVICES.filter((name) => config.services.includes(name) && mongoUriOf(config, name));
	refuseLeftDocuments(dataDir, inMongo);
	const isOwn = isOwnFolder(config, dataDir);
	if (isOwn) claimShape(dataDir, shapeFor(config));
	const currency = () => currencyGuard(config.currency, places());
	const logged = () => broker.getLogger("shop");
	const folder = takeOverFolder({ dataDir, stores: PLACES, elsewhere: inMongo, logger: logged });
	// Within one process the gateway asks the bus itself.
	const lag = lagReports(() => bus.lagMs);
	const guards = [delivery, currency, storeGuard, discoveryDelay];
	// The folder is copied before all that opens a store, and settled after all that may refuse the start.
	const own = config.natsUrls ? [...guards, lag] : [folder.copy, ...guards, folder.settle];
	const options = brokerOptions(config, own);
	const broker = new ServiceBroker({ ...options, metadata, replOptions });
	// With one process, all in its folder is in one environment, and a write appends its events to the log.
	const environment = new LmdbEnvironment({ ...partOf(dataDir, EVENTS, "together"), durable: !temporary, isOwn: true });
	const log = config.natsUrls || parts.bus ? undefined : openLog();
	bus = parts.bus ?? log ?? openStream(config.natsUrls!);
	const openStore = parts.openStore ?? openConfiguredStore;

	const stores: StoreAdapter[] = [];
	handOut(broker, {
		config,
		clock,
		// In the order of time, so that new documents are neighbours in a store, and are written together.
		newId: parts.newId ?? uuidv7,
		random: parts.random ?? Math.random,
		bus,
		tallies,
		deliveries,
		openStore(name, collections) {
			const store = openStore(name, collections);
			stores.push(store);
			return store;
		},
		dataDir,
	});
	for (const name of config.services) broker.loadService(serviceFile(name));
	// A process without services only calls those of others.
	if (config.services.length > 0) {
		const files = new Map(config.services.map((name) => [name, serviceFile(name)]));
		broker.createService(processService(broker, { bus: () => bus, tallies, deliveries, files }));
	}
	addReadinessCheck(broker, { name: "network", ok: () => ["none", "connected"].includes(transportState(broker)) });
	addReadinessCheck(broker, { name: "events", ok: () => bus.connected });
	addReadinessCheck(broker, {
		name: "stores",
		ok: async () => (await Promise.all(stores.map((store) => store.isAvailable()))).every((available) => available),
	});

	const stop = broker.stop.bind(broker);
	broker.stop = async () => {
		await stop();
		await bus.close();
		if (temporary) rmSync(dataDir, { recursive: true, force: true });
	};
	return broker;

	function openLog(): EmbeddedEventBus {
		const { prefix } = partOf(dataDir, EVENTS, "together");
		const logger = broker.getLogger("bus");
		const open = parts.openLog ?? ((options: EmbeddedEventBusOptions) => new EmbeddedEventBus(options));
		const { eventsKeptMs } = config;
		return open({ environment, prefix, retryPolicy: RETRY_POLICY, clock, logger, eventsKeptMs });
	}

	function openStream(urls: string[]): EventBus {
		const { namespace, eventsKeptMs } = config;
		const logger = broker.getLogger("bus");
		const options = { urls, namespace, retryPolicy: RETRY_POLICY, clock, logger, eventsKeptMs };
		// Loaded where it is used, as MongoDB is: these clients take a good part of a start.
		const { JetStreamEventBus } = require("./shared/events/jetstream/jetstream-bus") as typeof jetstream;
		return new JetStreamEventBus({ ...options, onStream });
	}

	/** The data folder and the databases that the services of this process store in. */
	function places(): Place[] {
		const storedAt = (uri: string | undefined) => STORING_SERVICES.filter((name) => mongoUriOf(config, name) === uri);
		const uris = new Set(STORING_SERVICES.map((name) => mongoUriOf(config, name)));
		return (
			[...uris]
				.filter((uri) => storedAt(uri).some((name) => config.services.includes(name)))
				// A temporary folder holds no earlier data.
				.filter((uri) => uri !== undefined || !temporary)
				.map((uri) => ({
					name: uri === undefined ? `DATA_DIR=${dataDir}` : `the MongoDB of ${storedAt(uri).join(", ")}`,
					open: (name, collections) => openStoreAt(uri, name, collections),
					prices: storedAt(uri).flatMap((name) => PRICES[name] ?? []),
				}))
		);
	}

	/** Keeps the data folder and its stream together, also where NATS has lost the stream. */
	function onStream(id: string, isBack: boolean): void {
		if (!isOwn) return;
		if (!isBack) return claimStream(dataDir, id, `NATS at ${natsServers(config.natsUrls!).servers.join(",")}`);
		try {
			renewStream(dataDir, id);
		} catch (error) {
			broker.getLogger("bus").error(`The stream of ${dataDir} could not be noted`, error);
		}
	}

	function openInFolder(name: string, collections: Readonly<Record<string, Indexes>>): LmdbStore {
		const { path, prefix } = partOf(dataDir, name, config.natsUrls ? "apart" : "together");
		if (!config.natsUrls) return new LmdbStore({ environment, prefix, collections, events: log });
		return new LmdbStore({ environment: new LmdbEnvironment({ path, durable: !temporary }), collections });
	}

	function openConfiguredStore(name: StoreName, collections: Readonly<Record<string, Indexes>>): StoreAdapter {
		return openStoreAt(mongoUriOf(config, name), name, collections);
	}

	/** `uri` undefined: in the data folder. */
	function openStoreAt(
		uri: string | undefined,
		name: string,
		collections: Readonly<Record<string, Indexes>>,
	): StoreAdapter {
		if (uri === undefined) return new StoreAdapter(openInFolder(name, collections), collections);
		const { MongoAdapter } = require("./shared/store/mongo/mongo-adapter") as typeof mongo;
		return new MongoAdapter({ uri, service: name, collections, clock, logger: broker.getLogger("store") });
	}
}

/**
 * Locks the data folder for this process where events stay inside it: the embedded event bus works in one process at a time.
 * @throws StartError where another process has the lock
 */
export async function claimDataDir({ dataDir, natsUrls }: Config): Promise<void> {
	if (dataDir === ":memory:" || natsUrls) return;
	prepareDataDir(dataDir);
	await lockFolder(dataDir);
}

/** The path of a service's module: services are loaded by path, so that one can be loaded again. */
export function serviceFile(name: ServiceName): string {
	// The audit is in operator/, and knows the rules of all services.
	if (name === "operator") return join(__dirname, "operator", "console", "operator.service");
	return join(__dirname, "services", name, `${name}.service`);
}

function versionIn(packageJson: string): string {
	return (JSON.parse(readFileSync(packageJson, "utf8")) as { version: string }).version;
}
