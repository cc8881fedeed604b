import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { type Config, mongoUriOf, type ServiceName, STORING_SERVICES, type StoreName } from "./config";
import { isFact } from "./services/event-catalog";
import { brokerOptions } from "./moleculer.config";
import { announcing } from "./shared/process/discovery-delay";
import type { Carrier } from "./shared/events/event-bus";
import { type Clock, systemClock } from "./shared/domain/clock";
import { prepareDataDir } from "./shared/store/lmdb/data-folder";
import { factDelivery } from "./shared/events/subscriptions";
import { EmbeddedCarrier } from "./shared/events/embedded/embedded-bus";
import { addReadinessCheck } from "./shared/process/health";
import { transportState } from "./shared/calls/nats-transporter";
import { JetStreamCarrier } from "./shared/events/jetstream/jetstream-bus";
import { LmdbAdapter } from "./shared/store/lmdb/lmdb-adapter";
import { MongoAdapter } from "./shared/store/mongo/mongo-adapter";
import { sameStore, type StoreMetadata } from "./shared/process/store-guard";
import { becomeSoleOwner } from "./shared/process/folder-lock";
import type { Indexes } from "./shared/store/store";
import type { StoreAdapter } from "./shared/store/store-adapter";

/** What a service is given: everything that comes from outside it. */
export interface Shop {
	config: Config;
	clock: Clock;
	newId(): string;
	/** 0 to below 1. */
	random(): number;
	carrier: Carrier;
	/** A service's own store, or payment's "provider"; connected by whoever asks for it. */
	openStore(name: StoreName, collections: Readonly<Record<string, Indexes>>): StoreAdapter;
	/** Where embedded stores have their folders; a temporary one where the shop keeps nothing. */
	dataDir: string;
}

export type ShopParts = Partial<Pick<Shop, "clock" | "newId" | "random" | "carrier" | "openStore">> &
	Pick<BrokerOptions, "replOptions">;

const shops = new WeakMap<ServiceBroker, Shop>();

/** What was given to the shop that this broker belongs to. */
export function shopOf(broker: ServiceBroker): Shop {
	const shop = shops.get(broker);
	if (!shop) throw new Error("this broker was not made by createShop");
	return shop;
}

/**
 * Puts the shop together, not started: a broker with the configured services. `parts` replace what comes from outside.
 * @throws CannotStart where the data folder or a MongoDB URI cannot be used
 */
export function createShop(config: Config, parts: ShopParts = {}, hotReload = false): ServiceBroker {
	const temporary = config.dataDir === ":memory:";
	const dataDir = temporary ? mkdtempSync(join(tmpdir(), "funshop-")) : config.dataDir;
	const startedAt = Date.now();

	// The carrier logs by the broker, and the broker delivers by the carrier.
	let carrier: Carrier;
	const delivery = factDelivery(() => carrier, isFact);
	const { replOptions } = parts;
	const metadata: StoreMetadata = { stores: storesOf(config, prepareDataDir(dataDir)), startedAt };
	const options = brokerOptions(config, [delivery, sameStore, announcing], hotReload);
	const broker = new ServiceBroker({ ...options, metadata, replOptions });
	const clock = parts.clock ?? systemClock;
	carrier = parts.carrier ?? openCarrier();
	const openStore = parts.openStore ?? openConfiguredStore;

	const stores: StoreAdapter[] = [];
	shops.set(broker, {
		config,
		clock,
		newId: parts.newId ?? randomUUID,
		random: parts.random ?? Math.random,
		carrier,
		openStore(name, collections) {
			const store = openStore(name, collections);
			stores.push(store);
			return store;
		},
		dataDir,
	});
	for (const name of config.services) broker.loadService(serviceFile(name));
	addReadinessCheck(broker, { name: "network", ok: () => ["none", "connected"].includes(transportState(broker)) });
	addReadinessCheck(broker, { name: "facts", ok: () => carrier.connected });
	addReadinessCheck(broker, {
		name: "stores",
		ok: async () => (await Promise.all(stores.map((store) => store.isAvailable()))).every((available) => available),
	});

	const stop = broker.stop.bind(broker);
	broker.stop = async () => {
		await stop();
		await carrier.close();
		if (temporary) rmSync(dataDir, { recursive: true, force: true });
	};
	return broker;

	function openCarrier(): Carrier {
		const logger = broker.getLogger("carrier");
		const { natsUrls: urls, namespace } = config;
		if (urls) return new JetStreamCarrier({ urls, namespace, clock, logger });
		return new EmbeddedCarrier({ path: join(dataDir, "facts"), durable: !temporary, clock, logger });
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
 * Makes sure that nobody else runs a shop on the data folder, where facts are carried inside the process: one at a time can do that.
 * @throws CannotStart
 */
export async function claimDataDir({ dataDir, natsUrls }: Config): Promise<void> {
	if (dataDir === ":memory:" || natsUrls) return;
	prepareDataDir(dataDir);
	await becomeSoleOwner(dataDir);
}

/** Path of a service's module; loaded by path, so that hot reload finds it. */
export function serviceFile(name: ServiceName): string {
	return join(__dirname, "services", name, `${name}.service`);
}
