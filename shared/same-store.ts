import { setTimeout as sleep } from "node:timers/promises";
import type { Middleware, Service, ServiceBroker } from "moleculer";
import { addReadinessCheck } from "./health";

const LOOK_EVERY_MS = 500;

/** What a process tells the others about itself, as a broker's `metadata`. */
export interface StoreMetadata {
	/** By service: an id of the store that it writes here. */
	stores: Readonly<Record<string, string>>;
	/** Milliseconds since 1970: of two that contradict each other, the later gives way. */
	startedAt: number;
}

interface RemoteNode {
	id: string;
	local: boolean;
	available: boolean;
	metadata?: Partial<StoreMetadata>;
	services?: ReadonlyArray<{ name: string }>;
}

/**
 * Holds a service back while others run it on another store: half of its orders would be in the one and half in the other. It starts when they are
 * gone, and until then this process is not ready.
 */
export function sameStore(broker: ServiceBroker): Middleware {
	const mine = () => broker.metadata as unknown as StoreMetadata;

	/** A process with another store of the service that was there before this one. */
	function elderOnAnotherStore(service: string): RemoteNode | undefined {
		const { stores, startedAt } = mine();
		const nodes = broker.registry.nodes.toArray() as unknown as RemoteNode[];
		return nodes.find(({ id, local, available, metadata, services = [] }) => {
			if (local || !available || !services.some(({ name }) => name === service)) return false;
			const other = metadata?.stores?.[service];
			if (other === undefined || other === stores[service]) return false;
			const theirs = metadata?.startedAt ?? 0;
			return theirs < startedAt || (theirs === startedAt && id < broker.nodeID);
		});
	}

	addReadinessCheck(broker, {
		name: "same store",
		ok: () => Object.keys(mine().stores).every((service) => !elderOnAnotherStore(service)),
	});

	return {
		name: "SameStore",
		async serviceStarting({ name }: Service) {
			let told = false;
			while (!broker.stopping && elderOnAnotherStore(name)) {
				if (!told) {
					const text = `${name} runs elsewhere on another store, so it does not start here; give all its processes the same MONGO_URI or DATA_DIR`;
					broker.getLogger("shop").error(text);
				}
				told = true;
				await sleep(LOOK_EVERY_MS);
			}
		},
	} as Middleware;
}
