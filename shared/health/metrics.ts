import { MetricReporters, type ServiceBroker } from "moleculer";
import { breakerStates } from "../calls/circuit-breaker";
import type { EventBus } from "../events/event-bus";
import { readinessOf } from "./readiness";

const BREAKER_STATES = { close: 0, half_open: 1, half_open_wait: 1, open: 2 } as const;

/**
 * The metrics of this process as Prometheus text: Moleculer's and the shop's. Moleculer's reporter writes its part, but opens no HTTP port.
 * Where the event bus is away, its gauges have no values.
 */
export async function prometheusText(
	broker: ServiceBroker,
	bus: Pick<EventBus, "backlog" | "idConflicts">,
): Promise<string> {
	const reporter = Object.assign(new MetricReporters.Prometheus(), {
		registry: broker.metrics,
		defaultLabels: { namespace: broker.namespace, nodeID: broker.nodeID },
	});
	const [backlog, { checks }] = await Promise.all([bus.backlog().catch(() => []), readinessOf(broker)]);
	return [
		reporter.generatePrometheusResponse(),
		...gauge(
			"funshop_check_ok",
			"Whether a check of /readyz passes: 1, or 0",
			"check",
			checks.map(({ name, ok }) => [name, Number(ok)]),
		),
		...gauge(
			"funshop_breaker_state",
			"State of the circuit to an action: 0 closed, 1 half open, 2 open",
			"endpoint",
			breakerStates(broker).map(({ endpoint, state }) => [endpoint, BREAKER_STATES[state]]),
		),
		...gauge(
			"funshop_events_waiting",
			"Events that a service has not handled yet",
			"consumer",
			backlog.map(({ consumer, waiting }) => [consumer, waiting]),
		),
		...gauge(
			"funshop_events_dead",
			"Events that a service gave up (dead letters)",
			"consumer",
			backlog.map(({ consumer, dead }) => [consumer, dead]),
		),
		"# HELP funshop_event_id_conflicts_total Events that got new ids, because the event bus had others under theirs",
		"# TYPE funshop_event_id_conflicts_total counter",
		`funshop_event_id_conflicts_total ${bus.idConflicts}`,
		"",
	].join("\n");
}

function gauge(name: string, help: string, label: string, values: ReadonlyArray<readonly [string, number]>): string[] {
	return [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} gauge`,
		...values.map(([of, value]) => `${name}{${label}=${JSON.stringify(of)}} ${value}`),
	];
}
