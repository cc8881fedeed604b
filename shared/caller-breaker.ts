import * as moleculer from "moleculer";
import type { ActionSchema, Context, Middleware, ServiceBroker } from "moleculer";

type Handler = (context: Context) => Promise<unknown>;
type Wrap = (this: ServiceBroker, next: Handler, action: ActionSchema) => Handler;
type MiddlewareFactory = (broker: ServiceBroker) => Middleware;

// Moleculer exports its middlewares, its typings do not tell.
const { CircuitBreaker } = (moleculer as unknown as { Middlewares: { CircuitBreaker: MiddlewareFactory } }).Middlewares;

/** What Moleculer's breaker keeps of one action on one node. */
interface EndpointState {
	state: "close" | "half_open" | "half_open_wait" | "open";
	count: number;
	failures: number;
}

/**
 * Moleculer's circuit breaker, narrowed: it guards the actions whose schema has `circuitBreaker`, counts only what callers of
 * this process met (else a callee would switch itself off for everybody), and forgets a node or service that went away (else it
 * would keep switching an endpoint that no longer routes anything). It has to be registered outside "Timeout", so that a timeout counts.
 */
export function callerBreaker(broker: ServiceBroker): Middleware {
	const builtIn = CircuitBreaker(broker);
	const wrapLocal = builtIn.localAction as unknown as Wrap;
	const wrapRemote = builtIn.remoteAction as unknown as Wrap;
	const forget = (nodeId: string, action?: string) => {
		const store = stateStore(broker);
		for (const key of store.keys()) if (action ? key === `${nodeId}:${action}` : key.startsWith(`${nodeId}:`)) store.delete(key);
	};
	return {
		...builtIn,
		name: "CallerBreaker",
		started(started: ServiceBroker) {
			started.localBus.on("$node.disconnected", ({ node }: { node: { id: string } }) => forget(node.id));
		},
		localAction(this: ServiceBroker, next: Handler, action: ActionSchema) {
			if (!action.circuitBreaker) return next;
			// Called each time the service is created: what was counted on the one before is over.
			if (action.name) forget(broker.nodeID, action.name);
			const guarded = wrapLocal.call(this, next, action);
			return (context: Context) => (context.nodeID === broker.nodeID ? guarded : next)(context);
		},
		remoteAction(this: ServiceBroker, next: Handler, action: ActionSchema) {
			return action.circuitBreaker ? wrapRemote.call(this, next, action) : next;
		},
	} as unknown as Middleware;
}

/** State of each guarded action by `node:action`, for the REPL and metrics. */
export function breakerStates(broker: ServiceBroker): Array<{ endpoint: string } & EndpointState> {
	return [...stateStore(broker)].map(([endpoint, { state, count, failures }]) => ({ endpoint, state, count, failures }));
}

function stateStore(broker: ServiceBroker): Map<string, EndpointState> {
	return (broker as unknown as { CircuitBreakerStore: Map<string, EndpointState> }).CircuitBreakerStore ?? new Map();
}
