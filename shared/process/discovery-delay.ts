import type { Middleware, ServiceBroker } from "moleculer";
import { addReadinessCheck } from "./readiness";

/** Other processes learn within 500 ms which services this one runs. */
const DISCOVERED_WITHIN_MS = 500;

/**
 * Keeps a process of a cluster from being ready until the other processes know its services: once it is ready, an old process may be
 * stopped. Without a transporter it is ready at once.
 */
export function discoveryDelay(broker: ServiceBroker): Middleware {
	let announced = !broker.options.transporter;
	addReadinessCheck(broker, { name: "announced", ok: () => announced });
	return {
		name: "DiscoveryDelay",
		async started() {
			setTimeout(() => (announced = true), DISCOVERED_WITHIN_MS).unref();
		},
	} as Middleware;
}
