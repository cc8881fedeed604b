import type { ServiceBroker } from "moleculer";
import { transportState } from "../calls/transport-state";
import { withDeadline } from "../timing/deadline";

/** A check fails where it takes longer than this. */
const CHECK_WITHIN_MS = 1_000;

export interface Readiness {
	ready: boolean;
	checks: CheckResult[];
}

export interface CheckResult {
	name: string;
	ok: boolean;
	/** Of a check that fails: when it was first seen to, since it last passed. RFC 3339. */
	since?: string;
}

/** A condition of readiness. */
export interface ReadinessCheck {
	name: string;
	/** A check that throws, or takes longer than 1 s, counts as failed. */
	ok(): boolean | Promise<boolean>;
}

const leaving = new WeakSet<ServiceBroker>();
const checksOf = new WeakMap<ServiceBroker, ReadinessCheck[]>();
/** By check of a process, since when it fails. */
const failingSince = new WeakMap<ServiceBroker, Map<string, string>>();

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

/**
 * Whether load balancers should send requests to this process, and the result of each check. Checks that `excluded` names are run, but do not count.
 * Resolves within about 1 s.
 */
export async function readinessOf(broker: ServiceBroker, excluded: readonly string[] = []): Promise<Readiness> {
	const own = [
		{ name: "started", ok: () => broker.started },
		{ name: "staying", ok: () => !leaving.has(broker) },
	];
	const since = failingSince.get(broker) ?? new Map<string, string>();
	failingSince.set(broker, since);
	const checks = await Promise.all(
		[...own, ...(checksOf.get(broker) ?? [])].map(async (check): Promise<CheckResult> => {
			const { name } = check;
			if (await passes(check)) {
				since.delete(name);
				return { name, ok: true };
			}
			if (!since.has(name)) since.set(name, new Date().toISOString());
			return { name, ok: false, since: since.get(name)! };
		}),
	);
	return { ready: checks.every(({ name, ok }) => ok || excluded.includes(name)), checks };
}

async function passes({ ok }: ReadinessCheck): Promise<boolean> {
	try {
		return await withDeadline(Promise.resolve(ok()), CHECK_WITHIN_MS, () => new Error("took too long"));
	} catch {
		return false;
	}
}
