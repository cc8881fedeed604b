import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { type Config, ConfigError, type ServiceName } from "./config";
import { isFact } from "./facts";
import { brokerOptions } from "./moleculer.config";
import type { Carrier } from "./shared/carrier";
import { type Clock, systemClock } from "./shared/clock";
import { prepareDataDir } from "./shared/data-dir";
import { factDelivery } from "./shared/delivery";
import { EmbeddedCarrier } from "./shared/embedded-carrier";
import { LmdbAdapter } from "./shared/lmdb-adapter";
import { becomeSoleOwner } from "./shared/sole-owner";
import type { Indexes } from "./shared/store";

/** What a service is given: everything that comes from outside it. */
export interface Shop {
	config: Config;
	clock: Clock;
	newId(): string;
	/** 0 to below 1. */
	random(): number;
	carrier: Carrier;
	/** A service's own store; connected by the service's mixin. */
	openStore(service: string, collections: Readonly<Record<string, Indexes>>): LmdbAdapter;
	/** Folder for what is not a service's store. */
	folder(name: string): string;
	/** Whether data survives this process. */
	durable: boolean;
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
 * @throws ConfigError where the data folder cannot be used
 */
export function createShop(config: Config, parts: ShopParts = {}, hotReload = false): ServiceBroker {
	const temporary = config.dataDir === ":memory:";
	const dataDir = temporary ? mkdtempSync(join(tmpdir(), "funshop-")) : config.dataDir;
	if (!temporary) usable(dataDir);
	const durable = !temporary;
	const folder = (name: string) => join(dataDir, name);

	// The carrier logs by the broker, and the broker delivers by the carrier.
	let carrier: Carrier;
	const delivery = factDelivery(() => carrier, isFact);
	const { replOptions } = parts;
	const broker = new ServiceBroker({ ...brokerOptions(config, delivery, hotReload), replOptions });
	const clock = parts.clock ?? systemClock;
	carrier =
		parts.carrier ??
		new EmbeddedCarrier({ path: folder("facts"), durable, clock, logger: broker.getLogger("carrier") });

	shops.set(broker, {
		config,
		clock,
		newId: parts.newId ?? randomUUID,
		random: parts.random ?? Math.random,
		carrier,
		openStore:
			parts.openStore ?? ((service, collections) => new LmdbAdapter({ path: folder(service), collections, durable })),
		folder,
		durable,
	});
	for (const name of config.services) broker.loadService(serviceFile(name));

	const stop = broker.stop.bind(broker);
	broker.stop = async () => {
		await stop();
		await carrier.close();
		if (temporary) rmSync(dataDir, { recursive: true, force: true });
	};
	return broker;
}

/**
 * Makes sure that the data folder can be used and that nobody else runs a shop on it: one process at a time carries facts.
 * @throws ConfigError
 */
export async function claimDataDir({ dataDir }: Config): Promise<void> {
	if (dataDir === ":memory:") return;
	usable(dataDir);
	await becomeSoleOwner(dataDir).catch((error: Error) => {
		throw new ConfigError(error.message);
	});
}

function usable(dataDir: string): void {
	try {
		prepareDataDir(dataDir);
	} catch (error) {
		throw new ConfigError((error as Error).message);
	}
}

/** Path of a service's module; loaded by path, so that hot reload finds it. */
export function serviceFile(name: ServiceName): string {
	return join(__dirname, "services", name, `${name}.service`);
}
