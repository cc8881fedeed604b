import type { BrokerOptions, ServiceBroker } from "moleculer";
import { type Config, ConfigError } from "../config";
import { withDeadline } from "../shared/timing/deadline";
import { createShop } from "../shop";

const CONNECT_WITHIN_MS = 10_000;

/**
 * Connects to a running cluster as a process without services, which can call those of others.
 * @throws ConfigError without TRANSPORTER; Error where NATS does not answer within 10 s; StartError where the data folder cannot be used
 */
export async function connectToCluster(
	config: Config,
	parts: Pick<BrokerOptions, "replOptions"> = {},
): Promise<ServiceBroker> {
	if (!config.natsUrls) {
		throw new ConfigError(
			"TRANSPORTER is not set, so there is no cluster to connect to; npm run dev has the REPL of one process",
		);
	}
	const logLevel = config.logLevel === "info" ? "warn" : config.logLevel;
	// In a container, NODEID and HEALTH_PORT are those of the shop's own process.
	const broker = createShop({ ...config, services: [], nodeId: undefined, healthPort: 0, logLevel }, parts);
	const late = () => new Error(`NATS does not answer within ${CONNECT_WITHIN_MS / 1_000} s`);
	try {
		await withDeadline(broker.start(), CONNECT_WITHIN_MS, late);
	} catch (error) {
		await broker.stop();
		throw error;
	}
	return broker;
}
