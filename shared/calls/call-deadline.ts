import { type Context, Errors, type Middleware, type ServiceBroker } from "moleculer";
import { Standstill } from "../timing/standstill";

/** Clocks of two machines may differ by this. */
const CLOCKS_DIFFER_MS = 500;

/** The header of a call between processes: when its caller gives up, in milliseconds since 1970 on the caller's clock. */
const DEADLINE = "deadline";

/** The parts of a call's context that say how long its caller waits. */
type Call = Pick<Context, "action" | "broker" | "headers" | "options" | "startHrTime">;
type Handler = (context: Context) => Promise<unknown>;

/** A call was refused before anything was done for it, because its caller has given up or will. */
export class CallTooLateError extends Errors.MoleculerRetryableError {
	constructor(data: { action: string; nodeID: string }) {
		super("This request waited too long to be begun; nothing was done.", 503, "REQUEST_TOO_LATE", data);
	}
}

/** Whether the caller may have given up, on either clock: it must not find later that its command was carried out. */
export function mayHaveLeft(deadline: number, now: number): boolean {
	return now > deadline - CLOCKS_DIFFER_MS;
}

/** Whether the caller has given up, on both clocks: nobody waits for an answer. */
export function hasLeft(deadline: number, now: number): boolean {
	return now > deadline + CLOCKS_DIFFER_MS;
}

const standstills = new WeakMap<ServiceBroker, Standstill>();

/** Whether a request that arrived at `since`, in milliseconds of `performance.now()`, may have waited while this process stood still. */
export function stoodStill(broker: ServiceBroker, since: number): boolean {
	return standstills.get(broker)?.concerns(since) ?? false;
}

/**
 * A middleware that sends each call between processes with its absolute deadline, which is never later than that of the call that makes it.
 * A call whose caller has left is refused when it would begin; a command also where it may have waited while this process stood
 * still. Register it innermost, so that a call's timeout is known. Commands check the deadline again when they write: {@link inTime}.
 */
export function callDeadline(broker: ServiceBroker): Middleware {
	const logger = broker.getLogger("shop");
	const standstill = new Standstill((ms) =>
		logger.warn(`This process stood still for ${(ms / 1_000).toFixed(1)} s; it refuses the commands that waited`),
	);
	standstills.set(broker, standstill);

	return {
		name: "CallDeadline",
		remoteAction: (next: Handler) => (context: Context) => {
			const { timeout, parentCtx } = context.options;
			const own = timeout ? Date.now() + timeout : Infinity;
			const deadline = Math.min(own, deadlineOf(context) ?? Infinity, (parentCtx && deadlineOf(parentCtx)) ?? Infinity);
			if (deadline < Infinity) context.headers = { ...context.headers, [DEADLINE]: deadline };
			return next(context);
		},
		localAction: (next: Handler, action: { repeatable?: boolean }) => (context: Context) => {
			const deadline = deadlineOf(context);
			const isLate =
				deadline !== undefined &&
				(hasLeft(deadline, Date.now()) || (!action.repeatable && stoodStill(broker, arrivalOf(context))));
			return isLate ? Promise.reject(tooLate(context)) : next(context);
		},
		started: async () => standstill.start(),
		stopped: async () => standstill.stop(),
	} as unknown as Middleware;
}

/**
 * Wraps the decision of a command, so that it is refused where the command's caller may have left before the write, or this process has stood
 * still since the call arrived. Wrap what makes a change for the caller; leave what follows from a change that was made, such as a payment's
 * outcome.
 * @throws CallTooLateError from the wrapped decision
 */
export function inTime<Args extends unknown[], Decision>(
	context: Call,
	decide: (...args: Args) => Decision,
): (...args: Args) => Decision {
	return (...args) => {
		if (isTooLate(context)) throw tooLate(context);
		return decide(...args);
	};
}

/** How long a call's caller still waits for its answer, in milliseconds from the call's arrival; Infinity where it has no timeout. */
export function msLeft(context: Call): number {
	const { timeout } = context.options;
	return timeout ? timeout - (performance.now() - arrivalOf(context)) : Infinity;
}

function isTooLate(context: Call): boolean {
	if (msLeft(context) <= 0) return true;
	const deadline = deadlineOf(context);
	return (
		deadline !== undefined && (mayHaveLeft(deadline, Date.now()) || stoodStill(context.broker, arrivalOf(context)))
	);
}

function tooLate({ action, broker }: Call): CallTooLateError {
	return new CallTooLateError({ action: action!.name!, nodeID: broker.nodeID });
}

/** The deadline of a call, or of the call within which it is made; undefined where none came from another process. */
function deadlineOf({ headers, options }: Call): number | undefined {
	const own: unknown = headers?.[DEADLINE];
	if (typeof own === "number") return own;
	return options.parentCtx ? deadlineOf(options.parentCtx) : undefined;
}

/** When the call arrived, in milliseconds of `performance.now()`. */
function arrivalOf({ startHrTime }: Call): number {
	const [seconds, nanoseconds] = startHrTime ? process.hrtime(startHrTime) : [0, 0];
	return performance.now() - seconds * 1e3 - nanoseconds / 1e6;
}
