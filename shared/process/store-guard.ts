import { setTimeout as sleep } from "node:timers/promises";
import type { Middleware, Service, ServiceBroker } from "moleculer";
import { addReadinessCheck } from "../health/readiness";

const LOOK_EVERY_MS = 500;
/** Two processes that start at the same time have discovered each other by then. */
const NEW_FOR_MS = 10_000;

/** The stores of a process, which other processes see as its broker's `metadata`. */
export interface StoreMetadata {
	/** By service name, the id of the store that it writes in this process. */
	stores: Readonly<Record<string, string>>;
	/** Milliseconds since 1970. Of two processes with different stores the later one gives way. */
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
 * A middleware that lets a service of a cluster run on one store only: with two stores, each would hold a part of its documents. While other
 * processes run the service on another store, it waits, and this process is not ready. Of two that start at the same time, the older one goes
 * first. Where both run because they discovered each other too late, the later one ends its service and stays not ready.
 */
export function storeGuard(broker: ServiceBroker): Middleware {
	const mine = () => broker.metadata as unknown as StoreMetadata;
	/** By service, when it started here, in milliseconds of `performance.now()`. */
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
	const isOlder = ({ id, metadata }: RemoteNode) => {
		const [theirs, own] = [metadata?.startedAt ?? 0, mine().startedAt];
		return theirs < own || (theirs === own && id < broker.nodeID);
	};

	function mustWait(service: string): boolean {
		const running = others().filter((node) => runs(node, service));
		if (running.some((node) => isElsewhere(node, service))) return true;
		// A process that runs the service decides on the store; waiting processes count only where none runs it.
		return running.length === 0 && others().some((node) => isElsewhere(node, service) && isOlder(node));
	}

	/** A service that has run for 10 s stays: the process with the other store came later, even where clocks disagree. */
	function mustEnd(service: string, since: number): boolean {
		const isNew = performance.now() - since < NEW_FOR_MS;
		return isNew && others().some((node) => runs(node, service) && isElsewhere(node, service) && isOlder(node));
	}

	function logRefusal(service: string): void {
		const text = `${service} runs elsewhere on another store, so it does not run here; give all its processes the same MONGO_URI or DATA_DIR`;
		broker.getLogger("shop").error(text);
	}

	async function endContradicting(): Promise<void> {
		for (const [name, since] of runningSince) {
			const service = broker.getLocalService(name);
			if (!service || !mustEnd(name, since)) continue;
			logRefusal(name);
			ended.add(name);
			runningSince.delete(name);
			await broker.destroyService(service);
		}
	}

	addReadinessCheck(broker, { name: "same store", ok: () => ended.size === 0 });

	return {
		name: "StoreGuard",
		async serviceStarting({ name }: Service) {
			// Processes that start at the same time must know this one before it runs a service.
			if (broker.transit) await broker.registry.discoverer.sendLocalNodeInfo();
			for (let logged = false; !broker.stopping && mustWait(name); logged = true) {
				if (!logged) logRefusal(name);
				await sleep(LOOK_EVERY_MS);
			}
		},
		async serviceStarted({ name }: Service) {
			if (!(name in mine().stores)) return;
			runningSince.set(name, performance.now());
			watching ??= setInterval(() => {
				endContradicting().catch((error) => broker.getLogger("shop").error("A service could not be ended", error));
			}, LOOK_EVERY_MS).unref();
		},
		async stopping() {
			clearInterval(watching);
		},
	} as Middleware;
}
