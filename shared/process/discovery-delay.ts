import type { Middleware, ServiceBroker } from "moleculer";
import { addReadinessCheck } from "../health/readiness";

/** Other processes discover the services of this one within 500 ms. */
const DISCOVERED_WITHIN_MS = 500;

/**
 * A middleware that keeps a process of a cluster from being ready until other processes know its services, because an old process may be
 * stopped once this one is ready. Without a transporter it is ready at once.
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
