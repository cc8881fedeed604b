import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { ServiceBroker } from "moleculer";
import { bulkheadStates } from "../calls/bulkhead-queue";
import { breakerStates } from "../calls/circuit-breaker";
import { transportState } from "../calls/transport-state";
import { toRfc3339 } from "../domain/clock";
import type { EventBus } from "../events/event-bus";
import { withDeadline } from "../timing/deadline";
import { observedOf } from "./observed";
import { readinessOf } from "../health/readiness";

const RESOLUTION_MS = 20;
/** A store that does not answer within this is away. */
const STORE_WITHIN_MS = 500;
const NS_PER_MS = 1e6;

const BREAKER_STATES = { close: "closed", half_open: "half open", half_open_wait: "half open", open: "open" } as const;

/** Reports what the process it runs in has under way, and what it waits for. */
export class ProcessReporter {
	private readonly loop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	private readonly startedAt = Date.now() - process.uptime() * 1_000;

	constructor(
		private readonly broker: ServiceBroker,
		private readonly bus: () => Pick<EventBus, "connected" | "lagMs">,
	) {}

	start(): void {
		this.loop.enable();
	}

	stop(): void {
		this.loop.disable();
	}

	/** Resolves within about 1 s, also while a store is away. Its shape is `ReportShape` of services/operator. */
	async report() {
		const { broker } = this;
		const [{ ready, checks }, data] = await Promise.all([readinessOf(broker), this.loads()]);
		const { rss, heapUsed } = process.memoryUsage();
		const admission = broker.getLocalService("api") && observedOf(broker).admission?.();
		return {
			startedAt: toRfc3339(this.startedAt),
			pid: process.pid,
			node: process.version,
			rssBytes: rss,
			heapUsedBytes: heapUsed,
			readiness: { ready, checks },
			loopDelay: this.loopDelay(),
			network: transportState(broker),
			events: this.bus().connected,
			lagMs: Math.round(this.bus().lagMs),
			data,
			bulkheads: bulkheadStates(broker).filter(({ action }) => this.runs(action.split(".")[0]!)),
			breakers: breakerStates(broker).map(({ endpoint, state, count, failures }) => {
				const [nodeId = "", action = ""] = endpoint.split(/:(?=[^:]*$)/);
				return { action, nodeId, state: BREAKER_STATES[state], calls: count, failures };
			}),
			...(admission && { admission }),
		};
	}

	private runs(service: string): boolean {
		return this.broker.getLocalService(service) !== undefined;
	}

	private async loads() {
		const running = [...observedOf(this.broker).data].filter(([service]) => this.runs(service));
		return Promise.all(
			running.map(async ([service, data]) => {
				try {
					const late = () => new Error("took too long");
					const { unsentSince, ...load } = await withDeadline(data.load(), STORE_WITHIN_MS, late);
					return { ...load, ...(unsentSince !== undefined && { unsentSince: toRfc3339(unsentSince) }) };
				} catch {
					return { service, waiting: 0, aggregates: 0, isAway: true };
				}
			}),
		);
	}

	/** Since the last report, in milliseconds. The timer that measures it comes after its own pause, which is no delay. */
	private loopDelay() {
		const { loop } = this;
		const ms = (ns: number) => (Number.isFinite(ns) ? Math.max(0, round(ns / NS_PER_MS - RESOLUTION_MS)) : 0);
		const delay =
			loop.count === 0
				? { meanMs: 0, p99Ms: 0, maxMs: 0 }
				: { meanMs: ms(loop.mean), p99Ms: ms(loop.percentile(99)), maxMs: ms(loop.max) };
		loop.reset();
		return delay;
	}
}

function round(ms: number): number {
	return Math.round(ms * 10) / 10;
}
