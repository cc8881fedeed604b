import { setTimeout as sleep } from "node:timers/promises";
import type { Middleware, Service, ServiceBroker } from "moleculer";
import { addReadinessCheck } from "./readiness";

const LOOK_EVERY_MS = 500;
/** Two that start at the same time have heard of each other by then. */
const NEW_FOR_MS = 10_000;

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
 * Lets a service run on one store only: half of its orders would be in the one and half in the other. Where others run it on another
 * store, it waits here until they are gone, and this process is not ready; of two that start at the same time the elder goes first. Where both run all the
 * same, as they did not hear of each other in time, the later one ends its service.
 */
export function storeGuard(broker: ServiceBroker): Middleware {
	const mine = () => broker.metadata as unknown as StoreMetadata;
	/** When services of this process started, by the process' own time in milliseconds. */
	const runningSince = new Map<string, number>();
	const ended = new Set<string>();
	let watching: NodeJS.Timeout | undefined;

	const others = () =>
		(broker.registry.nodes.toArray() as unknown as RemoteNode[]).filter(({ local, available }) => !local && available);
	const runs = ({ services = [] }: RemoteNode, service: string) => services.some(({ name }) => name === service);
	const isElsewhere = ({ metadata }: RemoteNode, service: string) => {
		const other = metadata?.stores?.[service];
		return other !== undefined && other !== mine().stores[service];
	};
	const isElder = ({ id, metadata }: RemoteNode) => {
		const [theirs, own] = [metadata?.startedAt ?? 0, mine().startedAt];
		return theirs < own || (theirs === own && id < broker.nodeID);
	};

	function mustWait(service: string): boolean {
		const running = others().filter((node) => runs(node, service));
		if (running.some((node) => isElsewhere(node, service))) return true;
		// The store is decided by those who run, whoever else waits.
		return running.length === 0 && others().some((node) => isElsewhere(node, service) && isElder(node));
	}

	/** One that was there for a while stays: whoever contradicts it came later, whatever the clocks say. */
	function mustEnd(service: string, since: number): boolean {
		const isNew = performance.now() - since < NEW_FOR_MS;
		return isNew && others().some((node) => runs(node, service) && isElsewhere(node, service) && isElder(node));
	}

	function say(service: string): void {
		const text = `${service} runs elsewhere on another store, so it does not run here; give all its processes the same MONGO_URI or DATA_DIR`;
		broker.getLogger("shop").error(text);
	}

	async function endLatecomers(): Promise<void> {
		for (const [name, since] of runningSince) {
			const service = broker.getLocalService(name);
			if (!service || !mustEnd(name, since)) continue;
			say(name);
			ended.add(name);
			runningSince.delete(name);
			await broker.destroyService(service);
		}
	}

	addReadinessCheck(broker, { name: "same store", ok: () => ended.size === 0 });

	return {
		name: "SameStore",
		async serviceStarting({ name }: Service) {
			// Those who are starting too get to know this process before it has anything to offer.
			if (broker.transit) await broker.registry.discoverer.sendLocalNodeInfo();
			for (let told = false; !broker.stopping && mustWait(name); told = true) {
				if (!told) say(name);
				await sleep(LOOK_EVERY_MS);
			}
		},
		async serviceStarted({ name }: Service) {
			if (!(name in mine().stores)) return;
			runningSince.set(name, performance.now());
			watching ??= setInterval(() => {
				endLatecomers().catch((error) => broker.getLogger("shop").error("A service could not be ended", error));
			}, LOOK_EVERY_MS).unref();
		},
		async stopping() {
			clearInterval(watching);
		},
	} as Middleware;
}
