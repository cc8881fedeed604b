import type { Middleware, ServiceBroker } from "moleculer";
import { addReadinessCheck } from "./readiness";

/** By then other processes know what this one runs: whoever is told to go because this one is ready may go. */
const ANNOUNCED_AFTER_MS = 500;

/** Keeps a process of a cluster from being ready until the others have heard of it. */
export function discoveryDelay(broker: ServiceBroker): Middleware {
	let announced = !broker.options.transporter;
	addReadinessCheck(broker, { name: "announced", ok: () => announced });
	return {
		name: "Announcing",
		async started() {
			setTimeout(() => (announced = true), ANNOUNCED_AFTER_MS).unref();
		},
	} as Middleware;
}
