import type { ServiceBroker } from "moleculer";
import type { Config, StoreName } from "./config";
import type { EventBus } from "./shared/events/event-bus";
import { type Collections, ServiceData } from "./shared/aggregates/service-data";
import type { Clock } from "./shared/domain/clock";
import type { Indexes } from "./shared/store/store";
import type { Deliveries } from "./shared/reports/deliveries";
import { observedOf } from "./shared/reports/observed";
import type { Tallies } from "./shared/reports/tallies";
import type { StoreAdapter } from "./shared/store/moleculer-db-adapter";

/** Everything that the services of one process get from outside: settings, time, ids, chance, the event bus and stores. */
export interface Shop {
	config: Config;
	clock: Clock;
	newId(): string;
	/** A number from 0 to below 1. */
	random(): number;
	bus: EventBus;
	/** Counts what happens in this process. */
	tallies: Tallies;
	deliveries: Deliveries;
	/** Opens a service's own store, or "provider" with the payment processor's ledger. The caller connects and disconnects it. */
	openStore(name: StoreName, collections: Readonly<Record<string, Indexes>>): StoreAdapter;
	/** The folder of the embedded stores; a temporary one where `DATA_DIR` is `:memory:`. */
	dataDir: string;
}

const shops = new WeakMap<ServiceBroker, Shop>();

/** Registers `shop` for this broker's services: {@link shopOf} returns it. */
export function handOut(broker: ServiceBroker, shop: Shop): void {
	shops.set(broker, shop);
}

/** The shop that {@link handOut} registered for this broker. @throws Error where none is registered */
export function shopOf(broker: ServiceBroker): Shop {
	const shop = shops.get(broker);
	if (!shop) throw new Error("this broker was not made by createShop");
	return shop;
}

/** Opens the documents of a service; its outbox relays and due work start and stop with the service that has `data.mixin`. */
export function openData(
	broker: ServiceBroker,
	service: Exclude<StoreName, "provider">,
	collections: Collections,
): ServiceData {
	const { openStore, bus, clock, tallies } = shopOf(broker);
	const logger = broker.getLogger(service);
	const data = new ServiceData({
		service,
		openStore: (all) => openStore(service, all),
		collections,
		bus,
		clock,
		logger,
		onSaved: ({ type }) => tallies.add(type),
	});
	observedOf(broker).data.set(service, data);
	return data;
}
