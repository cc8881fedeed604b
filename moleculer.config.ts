import * as moleculer from "moleculer";
import { type BrokerOptions, Errors, type Middleware, type ServiceBroker } from "moleculer";
import type { Config } from "./config";
import { bulkheadQueue } from "./shared/calls/bulkhead-queue";
import { callDeadline } from "./shared/calls/call-deadline";
import { callerBreaker } from "./shared/calls/circuit-breaker";
import { failover } from "./shared/calls/failover";
import type * as nats from "./shared/calls/nats-transporter";
import { JsonSchemaValidator } from "./shared/calls/validation";

/** The timeout of a call where neither the caller nor the action sets one. */
const REQUEST_TIMEOUT_MS = 4_500;
/** The time for calls under way to finish when the broker stops. */
const SHUTDOWN_TIMEOUT_MS = 8_000;

/** A frozen process is noticed after 4 s without a heartbeat; a dead one at once, because its connection closes. */
const HEARTBEAT_INTERVAL_S = 1;
const HEARTBEAT_TIMEOUT_S = 4;
/** The time for other processes to learn that this one leaves, before it refuses their calls. */
const STOP_DELAY_MS = 500;
/** Services that start or stop within this time are announced to other processes in one message. */
const ANNOUNCE_AFTER_MS = 50;

/** Moleculer's typings do not have these middlewares. */
const { Transmit } = (
	moleculer as unknown as { Middlewares: { Transmit: Record<string, (options: object) => Middleware> } }
).Middlewares;
/** Packets from this size on are compressed. A page is smaller than the largest message of NATS, 1 MB by default, also without that. */
const COMPRESSED_FROM = "256kb";

/** Moleculer's own modules log warnings only, unless LOGLEVEL is other than info. */
const QUIET = {
	BROKER: "warn",
	REGISTRY: "warn",
	TRANSIT: "warn",
	METRICS: "warn",
	$NODE: "warn",
	"TX-COMPRESS": "warn",
};

/** A middleware, or a function that makes one for a broker; Moleculer takes both, its typings only the first. */
type OwnMiddleware = Middleware | ((broker: ServiceBroker) => Middleware);

/**
 * The broker's options. Transport, timeouts, circuit breaker and the order of middlewares are set only here. `own`: the shop's middlewares,
 * outside all others, the last one outermost.
 */
export function brokerOptions(config: Config, own: readonly OwnMiddleware[]): BrokerOptions {
	const level = config.logLevel === "info" ? { ...QUIET, "**": "info" } : config.logLevel;
	const queue = bulkheadQueue();
	const transporter = config.natsUrls ? natsTransporter(config.natsUrls) : null;
	return {
		namespace: config.namespace,
		nodeID: config.nodeId ?? null,
		logger: { type: "Console", options: { level, formatter: "short", colors: process.stdout.isTTY } },
		logLevel: config.logLevel,
		// start.ts handles signals, and decides the deadline and the exit code.
		skipProcessEventRegistration: true,
		transporter,
		transit: { serviceChangedDebounceTime: ANNOUNCE_AFTER_MS },
		heartbeatInterval: HEARTBEAT_INTERVAL_S,
		heartbeatTimeout: HEARTBEAT_TIMEOUT_S,
		requestTimeout: REQUEST_TIMEOUT_MS,
		tracking: { enabled: true, shutdownTimeout: SHUTDOWN_TIMEOUT_MS },
		registry: { stopDelay: transporter ? STOP_DELAY_MS : 0 },
		// Metrics make local calls 10 times slower: on only with HEALTH_PORT.
		metrics: { enabled: config.healthPort !== 0 },
		validator: new JsonSchemaValidator({}) as never,
		circuitBreaker: {
			enabled: true,
			threshold: 0.5,
			windowTime: 10,
			minRequestCount: 10,
			halfOpenTime: 3_000,
			// Only errors of the payment processor count as failures: a declined card, a full queue or NATS being away do not.
			check: (error: Error & { code?: unknown }) =>
				!(error instanceof Errors.BrokerDisconnectedError) && (typeof error.code !== "number" || error.code >= 500),
		},
		// Innermost first. Moleculer's default order has the breaker inside the timeout, where it sees no timeout.
		internalMiddlewares: false,
		middlewares: [
			// Innermost: it knows a call's timeout, and checks when a call begins.
			callDeadline,
			// Outermost for calls: each retry runs the whole chain.
			failover,
			queue.runs,
			"ActionHook",
			"Validator",
			"Bulkhead",
			queue.waits,
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
			Transmit.Compression!({ threshold: COMPRESSED_FROM }),
			...own,
		],
	} as BrokerOptions;
}

/** Loads the client of NATS, which a shop of one process does without. */
function natsTransporter(urls: readonly string[]): nats.NatsTransporter {
	const { NatsTransporter } = require("./shared/calls/nats-transporter") as typeof nats;
	return new NatsTransporter({ urls });
}
