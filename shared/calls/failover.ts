import {
	type ActionEndpoint,
	type CallingOptions,
	type Context,
	Errors,
	type Middleware,
	type ServiceBroker,
} from "moleculer";
import { errorType } from "../domain/refusals";
import { transportState } from "./transport-state";
import { RetryBudget } from "./retry-budget";
import { SuspectNodes } from "./suspect-nodes";

/** A call is tried at most this often, each time on another node. */
const MAX_TRIES = 3;
/** A first try that may be repeated on another node ends after this, or after a third of the call's time where that is shorter. */
const PATIENCE_MS = 1_500;
/** A node is not suspect where it was given less time than this to answer. */
const FAIR_MS = 150;
/** No further try is made with less time left than this. */
const LEAST_MS = 20;

/** For the schema of an action that may run twice without harm. (Spread, as Moleculer's typings do not know the field.) */
export const REPEATABLE = { repeatable: true } as const;

type Answer = Promise<unknown> & { ctx?: Context };
/** The gateway passes an endpoint, which it has looked up before, in place of an action's name. */
type Call = (called: string | ActionEndpoint, params?: unknown, options?: CallingOptions) => Answer;
type Handler = (context: Context) => Promise<unknown>;

/** The fields of an action's schema that matter to its callers. */
interface Calling {
	/** Milliseconds. */
	timeout?: number;
	repeatable?: boolean;
}

/**
 * A middleware that repeats a call on another node where the first one is dead, frozen or stopping. A call that certainly did not run is
 * always repeated. A call that may have run is repeated only where its action is `repeatable`, and only within the broker's
 * {@link RetryBudget}. All tries together end within the call's timeout. {@link SuspectNodes} are called only where there is no other node.
 * Register it first, so that no call reaches a transport that is away.
 */
export function failover(broker: ServiceBroker): Middleware {
	const budget = new RetryBudget();
	const suspects = new SuspectNodes();
	const isAway = () => ["away", "closed"].includes(transportState(broker));

	/** The nodes that could be called now. */
	const others = (actionName: string, tried: ReadonlySet<string>) =>
		(broker.registry.getActionEndpoints(actionName)?.endpoints ?? []).filter(
			({ id, isAvailable }) => isAvailable && !tried.has(id),
		);

	/** A node that is not suspect, where Moleculer might choose one that is; undefined: the choice is Moleculer's. */
	const unsuspected = (actionName: string, chosen: ActionEndpoint | undefined): string | undefined => {
		const nodes = others(actionName, new Set());
		const isAtRisk = chosen ? suspects.has(chosen.id) : nodes.some(({ id }) => suspects.has(id));
		return isAtRisk ? pick(nodes.filter(({ id }) => !suspects.has(id)))?.id : undefined;
	};

	const callOn = (next: Call, called: string | ActionEndpoint, params: unknown, options: CallingOptions): Answer => {
		const since = performance.now();
		const chosen = typeof called === "string" ? undefined : called;
		const actionName = typeof called === "string" ? called : called.action.name!;
		const list = broker.registry.getActionEndpoints(actionName);
		const { repeatable = false, timeout } = ((chosen ?? list?.endpoints[0])?.action ?? {}) as Calling;
		const limitMs = options.timeout ?? timeout ?? broker.options.requestTimeout ?? 0;
		const isLocal = chosen ? chosen.local : list?.hasLocal();
		if (!isLocal) budget.earn();
		// The first try is cut short only where a second one is paid for: without a token it gets the whole time.
		let isPaid = repeatable && limitMs > 0 && !isLocal && list?.count() > 1 && budget.take();
		const pay = () => {
			if (!isPaid) return budget.take();
			isPaid = false;
			return true;
		};
		const settle = () => {
			if (isPaid) budget.giveBack();
		};
		const firstLimit = isPaid ? { timeout: Math.min(PATIENCE_MS, limitMs / MAX_TRIES) } : {};
		const nodeID = isLocal ? undefined : unsuspected(actionName, chosen);
		const first = nodeID
			? next(actionName, params, { ...options, ...firstLimit, nodeID })
			: next(called, params, { ...options, ...firstLimit });
		// There is no node to call, or the circuit is open.
		if (!first.ctx) {
			settle();
			return first;
		}

		const again = async (failure: unknown): Promise<unknown> => {
			let error = failure;
			const tried = new Set<string>();
			for (let tries = 1; ; tries++) {
				const context = answer.ctx!;
				if (context.endpoint!.local) throw error;
				tried.add(context.nodeID!);
				const leftMs = limitMs > 0 ? limitMs - (performance.now() - since) : 0;
				const isSilent = mayHaveRun(error, context);
				const hadTime = !context.options.timeout || context.options.timeout >= FAIR_MS;
				if (isSilent && hadTime) suspects.add(context.nodeID!);
				// An error of the action is an answer too.
				if (!isSilent && !didNotRun(error, context)) suspects.remove(context.nodeID!);
				const left = others(actionName, tried);
				const other = pick(left.filter(({ id }) => !suspects.has(id))) ?? pick(left);
				const worthIt = tries < MAX_TRIES && other && !isAway() && (limitMs === 0 || leftMs > LEAST_MS);
				if (!worthIt) throw error;
				if (!didNotRun(error, context) && !(repeatable && isSilent && pay())) throw error;
				const { requestID } = context;
				const retry = next(actionName, params, {
					...options,
					requestID: requestID!,
					timeout: leftMs,
					nodeID: other.id,
				});
				if (retry.ctx) answer.ctx = retry.ctx;
				try {
					return heard(await retry);
				} catch (another) {
					error = another;
				}
			}
		};
		const heard = (value: unknown): unknown => {
			if (!isLocal) suspects.remove(answer.ctx!.nodeID!);
			return value;
		};
		const answer: Answer = first.then(heard, again).finally(settle);
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
				// These calls are meant for one node, or can be sent only once.
				const bound = options.nodeID || options.ctx || options.stream;
				return bound ? next(called, params, options) : callOn(next, called, params, options);
			},
	} as unknown as Middleware;
}

/** Whether the node refused this call because it stops, starts or stood still, or did not receive it. Failures of calls that the action made do not count. */
function didNotRun(error: unknown, { action, nodeID }: Context): boolean {
	const { data } = error as { data?: { action?: unknown; nodeID?: unknown } };
	const refused = ["SERVICE_NOT_AVAILABLE", "SERVICE_NOT_FOUND", "REQUEST_TOO_LATE"].includes(errorType(error) ?? "");
	return refused && data?.action === action!.name && data?.nodeID === nodeID;
}

/** Whether the node died during this call, or has not answered it in time. */
function mayHaveRun(error: unknown, { action }: Context): boolean {
	const { data } = error as { data?: { action?: unknown } };
	return ["REQUEST_REJECTED", "REQUEST_TIMEOUT"].includes(errorType(error) ?? "") && data?.action === action!.name;
}

function pick<Item>(items: readonly Item[]): Item | undefined {
	return items[Math.floor(Math.random() * items.length)];
}
