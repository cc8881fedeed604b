import type { ServiceBroker } from "moleculer";
import type { NatsTransporter } from "./nats-transporter";

/** The state of this process's connection to NATS. "none": the process has no such connection; "closed": it does not reconnect. */
export function transportState(broker: ServiceBroker): "none" | "connected" | "away" | "closed" {
	// The class is not looked at: to load it would load the client of NATS too.
	const { isClosed, connected } = (broker.transit?.tx ?? {}) as Partial<NatsTransporter>;
	if (isClosed === undefined) return "none";
	if (isClosed) return "closed";
	return connected ? "connected" : "away";
}
