import {
	type ActionEndpoint,
	type CallingOptions,
	type Context,
	Errors,
	type Middleware,
	type ServiceBroker,
} from "moleculer";
import { transportState } from "./nats-transporter";
import { errorType } from "../domain/refusals";

/** How often a call is tried at most, each time on another pod. */
const MAX_TRIES = 3;
/** What a pod may take to answer before another is asked too, where that may be done; no more than a third of the call's time. */
const PATIENCE_MS = 1_500;
/** With less time left a try is not worth the work that it makes. */
const LEAST_MS = 20;

/** For the schema of an action that may be run once more without harm. (Spread, as Moleculer's typings do not know the field.) */
export const REPEATABLE = { repeatable: true } as const;

type Answer = Promise<unknown> & { ctx?: Context };
/** The gateway names an endpoint, which it has looked up before, in place of an action. */
type Call = (called: string | ActionEndpoint, params?: unknown, options?: CallingOptions) => Answer;
type Handler = (context: Context) => Promise<unknown>;

/** What an action's schema says of calls to it. */
interface Calling {
	/** Milliseconds. */
	timeout?: number;
	repeatable?: boolean;
}

/**
 * Calls that skip a pod that is dead, frozen or leaving. A call that certainly did not run is tried on another pod; one that may
 * have run only where its action is `repeatable`. All tries together take no longer than the caller waits. Has to be the first of
 * the middlewares, so that nothing is handed to a transport that is away.
 */
export function failover(broker: ServiceBroker): Middleware {
	const isAway = () => ["away", "closed"].includes(transportState(broker));

	/** The pods that could be asked now. */
	const others = (actionName: string, tried: ReadonlySet<string>) =>
		(broker.registry.getActionEndpoints(actionName)?.endpoints ?? []).filter(
			({ id, isAvailable }) => isAvailable && !tried.has(id),
		);

	const callOn = (next: Call, called: string | ActionEndpoint, params: unknown, options: CallingOptions): Answer => {
		const since = performance.now();
		const chosen = typeof called === "string" ? undefined : called;
		const actionName = typeof called === "string" ? called : called.action.name!;
		const list = broker.registry.getActionEndpoints(actionName);
		const { repeatable = false, timeout } = ((chosen ?? list?.endpoints[0])?.action ?? {}) as Calling;
		const limitMs = options.timeout ?? timeout ?? broker.options.requestTimeout ?? 0;
		const isLocal = chosen ? chosen.local : list?.hasLocal();
		const hurry = repeatable && limitMs > 0 && !isLocal && list?.count() > 1;
		const first = next(
			called,
			params,
			hurry ? { ...options, timeout: Math.min(PATIENCE_MS, limitMs / MAX_TRIES) } : options,
		);
		// Nobody to ask, or the circuit is open.
		if (!first.ctx) return first;

		const again = async (failure: unknown): Promise<unknown> => {
			let error = failure;
			const tried = new Set<string>();
			for (let tries = 1; ; tries++) {
				const context = answer.ctx!;
				if (context.endpoint!.local) throw error;
				tried.add(context.nodeID!);
				const leftMs = limitMs > 0 ? limitMs - (performance.now() - since) : 0;
				const left = others(actionName, tried);
				const other = left[Math.floor(Math.random() * left.length)];
				const worthIt = tries < MAX_TRIES && other && !isAway() && (limitMs === 0 || leftMs > LEAST_MS);
				if (!worthIt || !(didNotRun(error, context) || (repeatable && mayHaveRun(error, context)))) throw error;
				const { requestID } = context;
				const retry = next(actionName, params, {
					...options,
					requestID: requestID!,
					timeout: leftMs,
					nodeID: other.id,
				});
				if (retry.ctx) answer.ctx = retry.ctx;
				try {
					return await retry;
				} catch (another) {
					error = another;
				}
			}
		};
		const answer: Answer = first.catch(again);
		answer.ctx = first.ctx;
		return answer;
	};

	return {
		name: "Failover",
		remoteAction: (next: Handler) => (context: Context) =>
			isAway() ? Promise.reject(new Errors.BrokerDisconnectedError("NATS is away")) : next(context),
		call:
			(next: Call): Call =>
			(called, params, options = {}) => {
				// What is meant for one pod, or can be sent only once.
				const bound = options.nodeID || options.ctx || options.stream;
				return bound ? next(called, params, options) : callOn(next, called, params, options);
			},
	} as unknown as Middleware;
}

/** Whether the pod refused the call as it stops or starts, or was not there to hear it. What it called itself is not meant. */
function didNotRun(error: unknown, { action, nodeID }: Context): boolean {
	const { data } = error as { data?: { action?: unknown; nodeID?: unknown } };
	const refused = ["SERVICE_NOT_AVAILABLE", "SERVICE_NOT_FOUND"].includes(errorType(error) ?? "");
	return refused && data?.action === action!.name && data?.nodeID === nodeID;
}

/** Whether the pod died, or has not answered this call. */
function mayHaveRun(error: unknown, { action }: Context): boolean {
	const { data } = error as { data?: { action?: unknown } };
	return ["REQUEST_REJECTED", "REQUEST_TIMEOUT"].includes(errorType(error) ?? "") && data?.action === action!.name;
}
