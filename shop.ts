import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { type Config, mongoUriOf, type ServiceName, STORING_SERVICES, type StoreName } from "./config";
import { isCatalogued } from "./services/event-catalog";
import { brokerOptions } from "./moleculer.config";
import { discoveryDelay } from "./shared/process/discovery-delay";
import type { EventBus } from "./shared/events/event-bus";
import { handOut, type Shop } from "./service-context";
import { systemClock } from "./shared/domain/clock";
import { prepareDataDir } from "./shared/store/lmdb/data-folder";
import { eventDelivery } from "./shared/events/subscriptions";
import { EmbeddedEventBus } from "./shared/events/embedded/embedded-bus";
import { addReadinessCheck } from "./shared/process/health";
import { transportState } from "./shared/calls/nats-transporter";
import { JetStreamEventBus } from "./shared/events/jetstream/jetstream-bus";
import { RETRY_POLICY } from "./shared/events/retry-policy";
import { LmdbAdapter } from "./shared/store/lmdb/lmdb-adapter";
import { MongoAdapter } from "./shared/store/mongo/mongo-adapter";
import { storeGuard, type StoreMetadata } from "./shared/process/store-guard";
import { lockFolder } from "./shared/process/folder-lock";
import type { Indexes } from "./shared/store/store";
import type { StoreAdapter } from "./shared/store/store-adapter";

export type ShopParts = Partial<Pick<Shop, "clock" | "newId" | "random" | "bus" | "openStore">> &
	Pick<BrokerOptions, "replOptions">;

/**
 * Puts the shop together, not started: a broker with the configured services. `parts` replace what comes from outside.
 * @throws StartError where the data folder or a MongoDB URI cannot be used
 */
export function createShop(config: Config, parts: ShopParts = {}, hotReload = false): ServiceBroker {
	const temporary = config.dataDir === ":memory:";
	const dataDir = temporary ? mkdtempSync(join(tmpdir(), "funshop-")) : config.dataDir;
	const startedAt = Date.now();

	// The bus logs by the broker, and the broker delivers by the bus.
	let bus: EventBus;
	const delivery = eventDelivery(() => bus, isCatalogued);
	const { replOptions } = parts;
	const metadata: StoreMetadata = { stores: storesOf(config, prepareDataDir(dataDir)), startedAt };
	const options = brokerOptions(config, [delivery, storeGuard, discoveryDelay], hotReload);
	const broker = new ServiceBroker({ ...options, metadata, replOptions });
	const clock = parts.clock ?? systemClock;
	bus = parts.bus ?? openBus();
	const openStore = parts.openStore ?? openConfiguredStore;

	const stores: StoreAdapter[] = [];
	handOut(broker, {
		config,
		clock,
		newId: parts.newId ?? randomUUID,
		random: parts.random ?? Math.random,
		bus,
		openStore(name, collections) {
			const store = openStore(name, collections);
			stores.push(store);
			return store;
		},
		dataDir,
	});
	for (const name of config.services) broker.loadService(serviceFile(name));
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

	function openBus(): EventBus {
		const logger = broker.getLogger("bus");
		const { natsUrls: urls, namespace } = config;
		const retryPolicy = RETRY_POLICY;
		if (urls) return new JetStreamEventBus({ urls, namespace, retryPolicy, clock, logger });
		const path = join(dataDir, "events");
		return new EmbeddedEventBus({ path, durable: !temporary, retryPolicy, clock, logger });
	}

	function openConfiguredStore(name: StoreName, collections: Readonly<Record<string, Indexes>>): StoreAdapter {
		const uri = mongoUriOf(config, name);
		if (uri === undefined) return new LmdbAdapter({ path: join(dataDir, name), collections, durable: !temporary });
		return new MongoAdapter({ uri, service: name, collections, clock, logger: broker.getLogger("store") });
	}
}

/** What tells by service whether two processes write the same store; who sets different databases may well mean one and the same. */
function storesOf(config: Config, dataDirId: string): Record<string, string> {
	const storing = STORING_SERVICES.filter((name) => config.services.includes(name));
	return Object.fromEntries(
		storing.map((name) => [name, mongoUriOf(config, name) === undefined ? `lmdb:${dataDirId}` : "mongodb"]),
	);
}

/**
 * Makes sure that nobody else runs a shop on the data folder, where events are carried inside the process: one at a time can do that.
 * @throws StartError
 */
export async function claimDataDir({ dataDir, natsUrls }: Config): Promise<void> {
	if (dataDir === ":memory:" || natsUrls) return;
	prepareDataDir(dataDir);
	await lockFolder(dataDir);
}

/** Path of a service's module; loaded by path, so that hot reload finds it. */
export function serviceFile(name: ServiceName): string {
	return join(__dirname, "services", name, `${name}.service`);
}
