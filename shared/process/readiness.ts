import type { ServiceBroker } from "moleculer";
import { transportState } from "../calls/nats-transporter";
import { withDeadline } from "../timing/deadline";

/** A check fails where it takes longer than this. */
const CHECK_WITHIN_MS = 1_000;

export interface Readiness {
	ready: boolean;
	checks: Array<{ name: string; ok: boolean }>;
}

/** A condition of readiness. */
export interface ReadinessCheck {
	name: string;
	/** A check that throws, or takes longer than 1 s, counts as failed. */
	ok(): boolean | Promise<boolean>;
}

const leaving = new WeakSet<ServiceBroker>();
const checksOf = new WeakMap<ServiceBroker, ReadinessCheck[]>();

/** Adds a check: from now on this process is ready only while it passes too. */
export function addReadinessCheck(broker: ServiceBroker, check: ReadinessCheck): void {
	checksOf.set(broker, [...(checksOf.get(broker) ?? []), check]);
}

/** Makes this process not ready for good, so that load balancers send requests elsewhere; it still answers those that come. */
export function announceLeaving(broker: ServiceBroker): void {
	leaving.add(broker);
}

/** Whether this process can recover by itself, also while servers that it depends on are away. If not, restart it. */
export function isAlive(broker: ServiceBroker): boolean {
	return transportState(broker) !== "closed";
}

/** Whether load balancers should send requests to this process, and the result of each check. Resolves within about 1 s. */
export async function readinessOf(broker: ServiceBroker): Promise<Readiness> {
	const own = [
		{ name: "started", ok: () => broker.started },
		{ name: "staying", ok: () => !leaving.has(broker) },
	];
	const checks = await Promise.all([...own, ...(checksOf.get(broker) ?? [])].map(resultOf));
	return { ready: checks.every(({ ok }) => ok), checks };
}

async function resultOf({ name, ok }: ReadinessCheck): Promise<{ name: string; ok: boolean }> {
	try {
		const late = () => new Error("took too long");
		return { name, ok: await withDeadline(Promise.resolve(ok()), CHECK_WITHIN_MS, late) };
	} catch {
		return { name, ok: false };
	}
}
