import type { Middleware, ServiceBroker } from "moleculer";

/** The event by which a process tells gateways how long events wait in it. It is broadcast, and lost where nobody hears it. */
export const LAG_EVENT = "events.lag";
const REPORT_EVERY_MS = 500;
/** A report is forgotten after this time. */
const KNOWN_FOR_MS = 2_000;

export interface Lag {
	/** How long events wait for a subscriber, in milliseconds. */
	ms: number;
}

/** A middleware that reports this process's lag to all gateways while there is one, and once more when it is over. */
export function lagReports(lagMs: () => number): (broker: ServiceBroker) => Middleware {
	return (broker) => {
		let reporting: NodeJS.Timeout | undefined;
		let reported = 0;
		const report = () => {
			const ms = lagMs();
			if (ms > 0 || reported > 0) void broker.broadcast<Lag>(LAG_EVENT, { ms });
			reported = ms;
		};
		return {
			name: "LagReports",
			async started() {
				reporting = setInterval(report, REPORT_EVERY_MS);
			},
			async stopping() {
				clearInterval(reporting);
			},
		} as Middleware;
	};
}

/** The lags that other processes have reported. */
export class ReportedLags {
	/** By node; `at` in milliseconds of `performance.now()`. */
	private readonly lags = new Map<string, { ms: number; at: number }>();

	note(node: string, { ms }: Lag): void {
		if (ms > 0) this.lags.set(node, { ms, at: performance.now() });
		else this.lags.delete(node);
	}

	/** The longest lag of all processes, in milliseconds. */
	get worstMs(): number {
		let worst = 0;
		for (const [node, { ms, at }] of this.lags) {
			if (performance.now() - at > KNOWN_FOR_MS) this.lags.delete(node);
			else worst = Math.max(worst, ms);
		}
		return worst;
	}
}
