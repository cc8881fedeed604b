import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MetricReporters, type ServiceBroker } from "moleculer";
import { breakerStates } from "../calls/circuit-breaker";
import type { EventBus } from "../events/event-bus";
import { transportState } from "../calls/nats-transporter";
import { withDeadline } from "../timing/deadline";

const BREAKER_STATES = { close: 0, half_open: 1, half_open_wait: 1, open: 2 } as const;

export interface Readiness {
	ready: boolean;
	checks: Array<{ name: string; ok: boolean }>;
}

/** A check may take this long; one that takes longer is not passed. */
const CHECK_WITHIN_MS = 1_000;

/** Something without which requests are better sent elsewhere. */
export interface ReadinessCheck {
	name: string;
	ok(): boolean | Promise<boolean>;
}

const leaving = new WeakSet<ServiceBroker>();
const checksOf = new WeakMap<ServiceBroker, ReadinessCheck[]>();

/** From now on this process is ready only while the check is passed too. */
export function addReadinessCheck(broker: ServiceBroker, check: ReadinessCheck): void {
	checksOf.set(broker, [...(checksOf.get(broker) ?? []), check]);
}

/** From now on requests are better sent elsewhere; those that come are still answered. */
export function announceLeaving(broker: ServiceBroker): void {
	leaving.add(broker);
}

/** Whether this process can get well by itself; what it depends on may be away. */
export function isAlive(broker: ServiceBroker): boolean {
	return transportState(broker) !== "closed";
}

/** Whether requests are to be sent to this process. */
export async function readinessOf(broker: ServiceBroker): Promise<Readiness> {
	const own = [
		{ name: "started", ok: () => broker.started },
		{ name: "staying", ok: () => !leaving.has(broker) },
	];
	const checks = await Promise.all([...own, ...(checksOf.get(broker) ?? [])].map(passed));
	return { ready: checks.every(({ ok }) => ok), checks };
}

async function passed({ name, ok }: ReadinessCheck): Promise<{ name: string; ok: boolean }> {
	try {
		const late = () => new Error("took too long");
		return { name, ok: await withDeadline(Promise.resolve(ok()), CHECK_WITHIN_MS, late) };
	} catch {
		return { name, ok: false };
	}
}

/**
 * `/livez`, `/readyz` and `/metrics` on a port of their own, for any process; it listens before anything else starts and until
 * everything else has stopped.
 */
export class ProbeServer {
	private readonly server: Server;

	constructor(
		private readonly broker: ServiceBroker,
		private readonly bus: EventBus,
	) {
		this.server = createServer(
			(request, response) => void this.answer(request, response).catch(() => response.destroy()),
		);
	}

	/** @throws Error where the port is taken or the host is not this machine's */
	async listen(port: number, host: string): Promise<AddressInfo> {
		await new Promise<void>((resolve, reject) => {
			this.server.once("error", reject).listen(port, host, resolve);
		});
		return this.server.address() as AddressInfo;
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const reply = (status: number, type: string, body: string) =>
			response.writeHead(status, { "Content-Type": type }).end(body);
		switch (request.url) {
			case "/livez": {
				const alive = isAlive(this.broker);
				return void reply(alive ? 200 : 503, "application/json", JSON.stringify({ status: alive ? "alive" : "stuck" }));
			}
			case "/readyz": {
				const { ready, checks } = await readinessOf(this.broker);
				const body = JSON.stringify({ status: ready ? "ready" : "not ready", checks });
				return void reply(ready ? 200 : 503, "application/json", body);
			}
			case "/metrics":
				return void reply(200, "text/plain; version=0.0.4; charset=utf-8", await this.metrics());
			default:
				return void reply(404, "application/json", JSON.stringify({ status: "there is /livez, /readyz and /metrics" }));
		}
	}

	/** Moleculer's metrics as its Prometheus reporter writes them, which would open a port of its own; and the shop's. */
	private async metrics(): Promise<string> {
		const reporter = Object.assign(new MetricReporters.Prometheus(), {
			registry: this.broker.metrics,
			defaultLabels: { namespace: this.broker.namespace, nodeID: this.broker.nodeID },
		});
		const backlog = await this.bus.backlog().catch(() => []);
		return [
			reporter.generatePrometheusResponse(),
			...gauge(
				"funshop_breaker_state",
				"State of the circuit to an action: 0 closed, 1 half open, 2 open",
				"endpoint",
				breakerStates(this.broker).map(({ endpoint, state }) => [endpoint, BREAKER_STATES[state]]),
			),
			...gauge(
				"funshop_facts_waiting",
				"Events that a service has not acted on yet",
				"consumer",
				backlog.map(({ consumer, waiting }) => [consumer, waiting]),
			),
			...gauge(
				"funshop_facts_dead",
				"Events that a service gave up",
				"consumer",
				backlog.map(({ consumer, dead }) => [consumer, dead]),
			),
			"",
		].join("\n");
	}
}

function gauge(name: string, help: string, label: string, values: ReadonlyArray<readonly [string, number]>): string[] {
	return [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} gauge`,
		...values.map(([of, value]) => `${name}{${label}=${JSON.stringify(of)}} ${value}`),
	];
}
