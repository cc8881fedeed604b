import { type Context, Errors, type Middleware, type ServiceBroker } from "moleculer";
import { msLeft } from "./call-deadline";

/** The weight of the latest call in the mean duration of an action's calls. */
const WEIGHT = 0.1;
/** Calls are expected to take this much longer than the mean: a refusal costs a customer less than a payment of unknown outcome. */
const SLACK = 1.5;

type Handler = (context: Context) => Promise<unknown>;
type Action = { name?: string; bulkhead?: { enabled?: boolean; concurrency?: number; maxQueueSize?: number } };

/** The calls in the bulkhead of an action of this process. */
export interface BulkheadState {
	action: string;
	running: number;
	waiting: number;
	/** Calls that may run at a time. */
	concurrency: number;
	/** Calls that may wait. */
	queue: number;
}

const statesOf = new WeakMap<ServiceBroker, Map<string, () => BulkheadState>>();

/** The bulkheads of this process's actions. */
export function bulkheadStates(broker: ServiceBroker): BulkheadState[] {
	return [...(statesOf.get(broker)?.values() ?? [])].map((state) => state());
}

/** The calls in an action's bulkhead, and how long they take. */
class Forecast {
	/** Calls that run or wait. */
	inside = 0;
	/** Milliseconds; undefined before the first call has ended. */
	private meanMs: number | undefined;

	constructor(readonly concurrency: number) {}

	stateOf({ name, bulkhead }: Action): BulkheadState {
		const running = Math.min(this.inside, this.concurrency);
		const waiting = this.inside - running;
		return { action: name!, running, waiting, concurrency: this.concurrency, queue: bulkhead!.maxQueueSize ?? 0 };
	}

	get isWaiting(): boolean {
		return this.inside >= this.concurrency;
	}

	ended(afterMs: number): void {
		this.meanMs = this.meanMs === undefined ? afterMs : this.meanMs + WEIGHT * (afterMs - this.meanMs);
	}

	/** Whether one more call would end within `leftMs`. One that need not wait is always begun, so that a slow callee is found to be well again. */
	endsWithin(leftMs: number): boolean {
		if (!this.isWaiting || this.meanMs === undefined) return true;
		const waitMs = ((this.inside - this.concurrency + 1) / this.concurrency) * this.meanMs;
		return (waitMs + this.meanMs) * SLACK <= leftMs;
	}

	/** Whether a call that has waited would end within `leftMs`. */
	runsWithin(leftMs: number): boolean {
		return (this.meanMs ?? 0) * SLACK <= leftMs;
	}
}

/**
 * Two middlewares for Moleculer's bulkhead, which holds a call in its queue also when its caller will have left before its turn: then the
 * call's outcome is unknown to the caller, and its place is lost to another one. They refuse such a call as where the queue is full: when it comes, as far
 * as the mean duration of earlier calls tells, and when its turn comes. `waits` is registered outside the bulkhead, `runs` inside it.
 */
export function bulkheadQueue(): { waits: Middleware; runs: Middleware } {
	const forecasts = new WeakMap<Action, Forecast>();
	const waited = new WeakSet<Context>();
	const forecastOf = (action: Action) => {
		const { enabled, concurrency } = action.bulkhead ?? {};
		if (!enabled || !concurrency) return undefined;
		const forecast = forecasts.get(action) ?? new Forecast(concurrency);
		forecasts.set(action, forecast);
		return forecast;
	};
	const refuse = ({ action, nodeID }: Context) =>
		Promise.reject(new Errors.QueueIsFullError({ action: action!.name!, nodeID: nodeID! }));

	const waits = function (this: ServiceBroker, next: Handler, action: Action): Handler {
		const forecast = forecastOf(action);
		if (!forecast) return next;
		const states = statesOf.get(this) ?? new Map<string, () => BulkheadState>();
		// A service that is started again replaces its earlier one.
		statesOf.set(
			this,
			states.set(action.name!, () => forecast.stateOf(action)),
		);
		return async (context) => {
			if (!forecast.endsWithin(msLeft(context))) return refuse(context);
			if (forecast.isWaiting) waited.add(context);
			forecast.inside++;
			try {
				return await next(context);
			} finally {
				forecast.inside--;
			}
		};
	};
	const runs = (next: Handler, action: Action): Handler => {
		const forecast = forecastOf(action);
		if (!forecast) return next;
		return async (context) => {
			if (waited.has(context) && !forecast.runsWithin(msLeft(context))) return refuse(context);
			const begun = performance.now();
			try {
				return await next(context);
			} finally {
				forecast.ended(performance.now() - begun);
			}
		};
	};
	return {
		waits: { name: "BulkheadQueue", localAction: waits } as unknown as Middleware,
		runs: { name: "BulkheadRuns", localAction: runs } as unknown as Middleware,
	};
}
