import type { BrokerOptions, Middleware } from "moleculer";
import type { Config } from "./config";
import { callerBreaker } from "./shared/caller-breaker";
import { JsonSchemaValidator } from "./shared/validation";

/** An action's deadline where neither caller nor action says another. */
const REQUEST_TIMEOUT_MS = 4_500;
/** What runs when the shop is told to stop may finish within this. */
const SHUTDOWN_TIMEOUT_MS = 8_000;

/** What Moleculer says of itself while it starts; whoever wants it sets LOGLEVEL=debug. */
const QUIET = { BROKER: "warn", REGISTRY: "warn", METRICS: "warn", $NODE: "warn" };

/** The one place that knows of transport, timeouts, breaker and the order of middlewares. */
export function brokerOptions(config: Config, delivery: Middleware, hotReload = false): BrokerOptions {
	const level = config.logLevel === "info" ? { ...QUIET, "**": "info" } : config.logLevel;
	return {
		namespace: config.namespace,
		nodeID: config.nodeId ?? null,
		logger: { type: "Console", options: { level, formatter: "short", colors: process.stdout.isTTY } },
		logLevel: config.logLevel,
		// start.ts owns signals, deadline and exit code.
		skipProcessEventRegistration: true,
		requestTimeout: REQUEST_TIMEOUT_MS,
		tracking: { enabled: true, shutdownTimeout: SHUTDOWN_TIMEOUT_MS },
		registry: { stopDelay: 0 },
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
			// Refusals of a card and full queues say nothing of the provider's health; an error without a code does.
			check: (error: Error & { code?: unknown }) => typeof error.code !== "number" || error.code >= 500,
		},
		// Each in its own place: Moleculer's default order has the breaker inside the timeout, where it never sees one.
		// Innermost first.
		internalMiddlewares: false,
		middlewares: [
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
			delivery,
		],
	} as BrokerOptions;
}
