import type { IncomingMessage } from "node:http";
import { RetryAfter } from "../../../shared/timing/retry-after";
import { isOperators } from "./operator-guard";
import { isRead } from "./requests";

/**
 * The kinds of requests. Orders are refused first, then other commands, then reads. Probes are always taken; streams have limits of their own, and so
 * have operators, who ask most when there is too much to do.
 */
export type Kind = "order" | "command" | "read" | "stream" | "probe" | "operator";
type Limited = Exclude<Kind, "stream" | "probe" | "operator">;

/** Turns of the event loop that take longer mean that the process has more to do than it can. */
const LOOP_DELAY_MS = 50;
/** Events that wait for longer mean that orders come faster than they can be worked on. */
const EVENT_LAG_MS = 400;
/** Beyond this no order is taken: it would be on my page too late. */
const MOST_EVENT_LAG_MS = 1_000;
/** The least and the greatest limit of requests under way. It begins with the greatest, so that a short burst is taken as a whole. */
const ALL = { least: 20, most: 3_000 };
/** Orders have a limit of their own: they are answered quickly, and most of their work follows. */
const ORDERS = { least: 1, most: 1_000 };
/** The share of the limit up to which each kind is taken. */
const SHARES: Readonly<Record<Limited, number>> = { order: 0.6, command: 0.9, read: 1 };
/** Requests of operators that may be under way: a console that is open in many places takes no more. */
const OPERATORS = 20;
const SHRINK = 0.8;
const GROW = 1.05;
/** A limit grows only where it was nearly reached. */
const NEARLY = 0.8;

/** A limit that shrinks while there is too much to do, and else grows as far as it is used. */
class Limit {
	value: number;
	/** The most that was under way since the last adjustment. */
	peak = 0;

	constructor(private readonly bounds: { least: number; most: number }) {
		this.value = bounds.most;
	}

	adjust(isTooMuch: boolean): void {
		const { least, most } = this.bounds;
		if (isTooMuch) this.value = Math.max(least, Math.floor(this.value * SHRINK));
		else if (this.peak >= this.value * NEARLY) this.value = Math.min(most, Math.ceil(this.value * GROW));
		this.peak = 0;
	}
}

/**
 * Decides which requests are taken, by what the process can do at this moment: how late its event loop is, and how long events wait for
 * their subscribers. A refused request has cost nothing but its headers, and nothing is written for it.
 */
export class Admission {
	private readonly all = new Limit(ALL);
	private readonly orders = new Limit(ORDERS);
	private readonly underWay: Record<Limited, number> = { order: 0, command: 0, read: 0 };
	private operators = 0;
	private takesOrders = true;
	private readonly retryAfter: RetryAfter;
	/** Requests that were refused since the start. */
	refusedTotal = 0;

	/** @param random returns a number from 0 to below 1 */
	constructor(random: () => number) {
		this.retryAfter = new RetryAfter(random);
	}

	/** The number of requests that may be under way now. */
	get limit(): number {
		return this.all.value;
	}

	/** What is under way, and what may be. `orderLimit` 0: no order is taken. */
	get state(): { limit: number; orderLimit: number; underWay: number; orders: number; refused: number } {
		const orderLimit = this.takesOrders ? this.orders.value : 0;
		const { busy: underWay, refusedTotal: refused } = this;
		return { limit: this.limit, orderLimit, underWay, orders: this.underWay.order, refused };
	}

	/** Takes a request, for which {@link leave} has to be called; false where it has to be refused. */
	take(kind: Kind): boolean {
		if (kind === "operator") {
			if (this.operators >= OPERATORS) return false;
			this.operators++;
		}
		if (!isLimited(kind)) return true;
		const hasRoom = this.hasRoom(kind);
		this.retryAfter.note(!hasRoom);
		if (!hasRoom) {
			this.refusedTotal++;
			return false;
		}
		this.underWay[kind]++;
		this.all.peak = Math.max(this.all.peak, this.busy);
		this.orders.peak = Math.max(this.orders.peak, this.underWay.order);
		return true;
	}

	leave(kind: Kind): void {
		if (kind === "operator") this.operators--;
		if (isLimited(kind)) this.underWay[kind]--;
	}

	/** Call it about ten times a second. Both in milliseconds. */
	adjust(loopDelayMs: number, eventLagMs: number): void {
		this.all.adjust(loopDelayMs > LOOP_DELAY_MS);
		this.orders.adjust(eventLagMs > EVENT_LAG_MS);
		this.takesOrders = eventLagMs <= MOST_EVENT_LAG_MS;
	}

	/** Seconds until a refused client may ask again. */
	get retryAfterS(): number {
		return this.retryAfter.seconds;
	}

	private get busy(): number {
		const { order, command, read } = this.underWay;
		return order + command + read;
	}

	private hasRoom(kind: Limited): boolean {
		if (kind === "order" && (!this.takesOrders || this.underWay.order >= this.orders.value)) return false;
		return this.busy < this.all.value * SHARES[kind];
	}
}

function isLimited(kind: Kind): kind is Limited {
	return kind in SHARES;
}

const PROBE = /^\/(livez|readyz)(\?|$)/;
const STREAM = /^\/mypages\/[^/?]+\/events(\?|$)/;
const ORDER = /^\/orders\/?(\?|$)/;

/** @param request its target is a path */
export function kindOf(request: IncomingMessage): Kind {
	const url = request.url!;
	if (PROBE.test(url)) return "probe";
	if (isOperators(url)) return "operator";
	// With OPTIONS a browser asks whether it may send an order; this orders nothing.
	if (request.method === "OPTIONS") return "read";
	if (isRead(request)) return STREAM.test(url) ? "stream" : "read";
	return ORDER.test(url) ? "order" : "command";
}

/** The event loop's delay: a moving mean, in which the last second counts most. */
export class LoopDelay {
	private last = performance.now();
	private ms = 0;

	/** Call it every `everyMs` by a timer. Returns the delay in milliseconds. */
	look(everyMs: number): number {
		const now = performance.now();
		this.ms += 0.3 * (Math.max(0, now - this.last - everyMs) - this.ms);
		this.last = now;
		return this.ms;
	}
}
