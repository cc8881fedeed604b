import * as moleculer from "moleculer";
import { type BrokerOptions, Errors, type Middleware, type ServiceBroker } from "moleculer";
import type { Config } from "./config";
import { callerBreaker } from "./shared/calls/circuit-breaker";
import { failover } from "./shared/calls/failover";
import { NatsTransporter } from "./shared/calls/nats-transporter";
import { JsonSchemaValidator } from "./shared/calls/validation";

/** An action's deadline where neither caller nor action says another. */
const REQUEST_TIMEOUT_MS = 4_500;
/** What runs when the shop is told to stop may finish within this. */
const SHUTDOWN_TIMEOUT_MS = 8_000;

/** A frozen pod is noticed by the heartbeats that it does not send; a dead one at once. */
const HEARTBEAT_INTERVAL_S = 1;
const HEARTBEAT_TIMEOUT_S = 4;
/** Time for others to learn that this process leaves, before it refuses what they ask. */
const STOP_DELAY_MS = 500;
/** Services that come or go together are announced together. */
const ANNOUNCE_AFTER_MS = 50;

/** Moleculer's typings lack it. */
const { Transmit } = (
	moleculer as unknown as { Middlewares: { Transmit: Record<string, (options: object) => Middleware> } }
).Middlewares;
/** NATS takes no packet beyond 1 MB unless told to; a page of a hundred big orders is more. */
const COMPRESSED_FROM = "256kb";

/** What Moleculer says of itself while it starts; whoever wants it sets LOGLEVEL=debug. */
const QUIET = {
	BROKER: "warn",
	REGISTRY: "warn",
	TRANSIT: "warn",
	METRICS: "warn",
	$NODE: "warn",
	"TX-COMPRESS": "warn",
};

/** A middleware, or what makes one for a broker; Moleculer takes both, its typings do not tell. */
type OwnMiddleware = Middleware | ((broker: ServiceBroker) => Middleware);

/**
 * The one place that knows of transport, timeouts, breaker and the order of middlewares. `own` are those that the shop is put together
 * with: they come outside all others, the last one outermost.
 */
export function brokerOptions(config: Config, own: readonly OwnMiddleware[], hotReload = false): BrokerOptions {
	const level = config.logLevel === "info" ? { ...QUIET, "**": "info" } : config.logLevel;
	const transporter = config.natsUrls ? new NatsTransporter({ urls: config.natsUrls }) : null;
	return {
		namespace: config.namespace,
		nodeID: config.nodeId ?? null,
		logger: { type: "Console", options: { level, formatter: "short", colors: process.stdout.isTTY } },
		logLevel: config.logLevel,
		// start.ts owns signals, deadline and exit code.
		skipProcessEventRegistration: true,
		transporter,
		transit: { serviceChangedDebounceTime: ANNOUNCE_AFTER_MS },
		heartbeatInterval: HEARTBEAT_INTERVAL_S,
		heartbeatTimeout: HEARTBEAT_TIMEOUT_S,
		requestTimeout: REQUEST_TIMEOUT_MS,
		tracking: { enabled: true, shutdownTimeout: SHUTDOWN_TIMEOUT_MS },
		registry: { stopDelay: transporter ? STOP_DELAY_MS : 0 },
		// They cost ten times a local call, so only where somebody reads them.
		metrics: { enabled: config.healthPort !== 0 },
		hotReload,
		validator: new JsonSchemaValidator({}) as never,
		circuitBreaker: {
			enabled: true,
			threshold: 0.5,
			windowTime: 10,
			minRequestCount: 10,
			halfOpenTime: 3_000,
			// Refusals of a card, full queues and NATS that is away say nothing of the provider's health; an error without a code does.
			check: (error: Error & { code?: unknown }) =>
				!(error instanceof Errors.BrokerDisconnectedError) && (typeof error.code !== "number" || error.code >= 500),
		},
		// Each in its own place: Moleculer's default order has the breaker inside the timeout, where it never sees one.
		// Innermost first.
		internalMiddlewares: false,
		middlewares: [
			// Calls pass it before all of these, which see each of its tries by itself, and once more on their way out.
			failover,
			"ActionHook",
			"Validator",
			"Bulkhead",
			"Cacher",
			"ContextTracker",
			"Timeout",
			callerBreaker as unknown as Middleware,
			"Retry",
			"Fallback",
			"ErrorHandler",
			"Tracing",
			"Metrics",
			"Debounce",
			"Throttle",
			...(hotReload ? ["HotReload"] : []),
			Transmit.Compression!({ threshold: COMPRESSED_FROM }),
			...own,
		],
	} as BrokerOptions;
}
