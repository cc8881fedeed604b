import type { ServiceBroker } from "moleculer";
import type { Config, StoreName } from "./config";
import type { EventBus } from "./shared/events/event-bus";
import type { Clock } from "./shared/domain/clock";
import type { Indexes } from "./shared/store/store";
import type { StoreAdapter } from "./shared/store/moleculer-db-adapter";

/** What the services of one process are handed: everything that comes from outside them. */
export interface Shop {
	config: Config;
	clock: Clock;
	newId(): string;
	/** 0 to below 1. */
	random(): number;
	bus: EventBus;
	/** A service's own store, or payment's "provider"; connected by whoever asks for it. */
	openStore(name: StoreName, collections: Readonly<Record<string, Indexes>>): StoreAdapter;
	/** Where embedded stores have their folders; a temporary one where the shop keeps nothing. */
	dataDir: string;
}

const shops = new WeakMap<ServiceBroker, Shop>();

/** Makes `shop` what {@link shopOf} returns for this broker's services. */
export function handOut(broker: ServiceBroker, shop: Shop): void {
	shops.set(broker, shop);
}

/** What the services of this broker are handed. @throws Error where nobody has handed out anything */
export function shopOf(broker: ServiceBroker): Shop {
	const shop = shops.get(broker);
	if (!shop) throw new Error("this broker was not made by createShop");
	return shop;
}
