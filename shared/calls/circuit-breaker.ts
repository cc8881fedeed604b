import * as moleculer from "moleculer";
import type { ActionSchema, Context, Middleware, ServiceBroker } from "moleculer";

type Handler = (context: Context) => Promise<unknown>;
type Wrap = (this: ServiceBroker, next: Handler, action: ActionSchema) => Handler;
type MiddlewareFactory = (broker: ServiceBroker) => Middleware;

// Moleculer exports its middlewares, its typings do not tell.
const { CircuitBreaker } = (moleculer as unknown as { Middlewares: { CircuitBreaker: MiddlewareFactory } }).Middlewares;

/** What Moleculer's breaker keeps of one action on one node. */
interface EndpointState {
	ep: Context["endpoint"];
	state: "close" | "half_open" | "half_open_wait" | "open";
	count: number;
	failures: number;
}

/**
 * Moleculer's circuit breaker, narrowed: it guards the actions whose schema has `circuitBreaker`, counts only what callers of
 * this process met (else a callee would switch itself off for everybody), and forgets what it counted on a node or service that
 * has been replaced since (else it would go on switching an endpoint that no longer routes anything). It has to be registered
 * outside "Timeout", so that a timeout counts.
 */
export function callerBreaker(broker: ServiceBroker): Middleware {
	const builtIn = CircuitBreaker(broker);
	const guard = (wrap: Wrap, next: Handler, action: ActionSchema): Handler => {
		if (!action.circuitBreaker) return next;
		const guarded = wrap.call(broker, next, action);
		return (context) => {
			// What arrives here from another node was sent, and is counted, by a caller there.
			if (context.endpoint!.local && context.nodeID !== broker.nodeID) return next(context);
			forgetReplaced(context.endpoint);
			return guarded(context);
		};
	};
	const forgetReplaced = (endpoint: Context["endpoint"]) => {
		const { name } = endpoint as unknown as { name: string };
		const store = stateStore(broker);
		if (store.get(name)?.ep !== endpoint) store.delete(name);
	};
	return {
		...builtIn,
		name: "CallerBreaker",
		localAction: (next: Handler, action: ActionSchema) => guard(builtIn.localAction as unknown as Wrap, next, action),
		remoteAction: (next: Handler, action: ActionSchema) => guard(builtIn.remoteAction as unknown as Wrap, next, action),
	} as unknown as Middleware;
}

/** State of each guarded action by `node:action`, for the REPL and metrics. */
export function breakerStates(broker: ServiceBroker): Array<{ endpoint: string } & Omit<EndpointState, "ep">> {
	return [...stateStore(broker)].map(([endpoint, { state, count, failures }]) => ({
		endpoint,
		state,
		count,
		failures,
	}));
}

function stateStore(broker: ServiceBroker): Map<string, EndpointState> {
	return (broker as unknown as { CircuitBreakerStore: Map<string, EndpointState> }).CircuitBreakerStore ?? new Map();
}
