import * as moleculer from "moleculer";
import type { ActionSchema, Context, Middleware, ServiceBroker } from "moleculer";

type Handler = (context: Context) => Promise<unknown>;
type Wrap = (this: ServiceBroker, next: Handler, action: ActionSchema) => Handler;
type MiddlewareFactory = (broker: ServiceBroker) => Middleware;

// Moleculer's typings do not have these middlewares.
const { CircuitBreaker } = (moleculer as unknown as { Middlewares: { CircuitBreaker: MiddlewareFactory } }).Middlewares;

/** The state of Moleculer's breaker for one action on one node. */
interface EndpointState {
	ep: Context["endpoint"];
	state: "close" | "half_open" | "half_open_wait" | "open";
	count: number;
	failures: number;
}

/**
 * Moleculer's circuit breaker with three restrictions. It guards only the actions whose schema has `circuitBreaker`. It counts only calls
 * from this process, so that no process opens the circuit of its own actions for all callers. It drops its counts when a node or service is
 * replaced, because they belong to an endpoint that gets no more calls. Register it outside "Timeout", so that a timeout counts as a failure.
 */
export function callerBreaker(broker: ServiceBroker): Middleware {
	const builtIn = CircuitBreaker(broker);
	const guard = (wrap: Wrap, next: Handler, action: ActionSchema): Handler => {
		if (!action.circuitBreaker) return next;
		const guarded = wrap.call(broker, next, action);
		return (context) => {
			// The breaker of the calling node counts this call.
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
