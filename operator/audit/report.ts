import { setTimeout as sleep } from "node:timers/promises";
import { toRfc3339 } from "../../shared/domain/clock";
import type { Places } from "../store-reader";
import type { AuditSnapshot, Difference } from "./difference";
import { isLocked } from "../../shared/process/folder-lock";
import { findDifferences } from "./rules";
import { documentsThatFit, memoryLeft } from "./memory";
import { CONSUMERS, type ReadLimit, SnapshotReader } from "./snapshot";
import { findUnderWay } from "./under-way";

/** A running shop differs for a moment after each change, so a difference counts only if it is there at every look. */
export const DEFAULT_WAIT_MS = 10_000;
const LOOK_AGAIN_AFTER_MS = 250;
const MORE_MEMORY =
	"and an audit has all of them in memory: run it where there is more, with NODE_OPTIONS=--max-old-space-size=<MiB>; an order takes 16 kB";

export interface AuditOptions extends Places {
	now: () => number;
	/** The time in which to look again while something differs, in milliseconds. */
	waitMs?: number;
	/** Whether the shop runs, where it keeps events in its data folder; else the folder's lock says so. */
	isRunning?: boolean;
	/** The audit fails where there are more documents of one kind; memory sets the limit where none is given. */
	most?: number;
	/** Called after each look with the number of looks and of differences so far. The audit ends where it rejects. */
	onLook?(looks: number, differences: number): Promise<void>;
}

/** The result of an audit. */
export interface Report {
	dataDir: string;
	/** The folders and servers that were read, without the passwords of their URLs. */
	places: string[];
	looks: number;
	/** Number of orders by status, at the last look. */
	orders: Record<string, number>;
	/** Number of payments by status, at the last look. */
	payments: Record<string, number>;
	/** Sum by currency, in minor units, of the payment processor's journal. */
	captured: Record<string, number>;
	/** Sum by currency, in minor units. */
	refunded: Record<string, number>;
	events: number;
	/** The log has all events since this time, and may have removed earlier ones because of their age: RFC 3339. Absent where it has removed none. */
	eventsSince?: string;
	/** The time of the newest event: RFC 3339. */
	lastEventAt?: string;
	/** The services that some process runs. */
	running: string[];
	/** Differences that end when the services that do not run are started; no fault. */
	underWay: Difference[];
	/** The other differences that were there at every look. */
	differences: Difference[];
}

/**
 * Compares snapshots of a shop until nothing differs, for at most `waitMs`; only once where nothing runs that could change it.
 * @throws Error where a store or the event log cannot be read
 */
export async function audit({
	now,
	waitMs = DEFAULT_WAIT_MS,
	isRunning,
	most,
	onLook,
	...places
}: AuditOptions): Promise<Report> {
	const isShopRunning = async () => isRunning ?? isLocked(places.dataDir);
	const reader = await SnapshotReader.open(places, now, isShopRunning, limitOf(most));
	const until = performance.now() + waitMs;
	const running = new Set<string>();
	const look = async () => {
		const snapshot = await reader.read();
		// A process that handles events does not wait for the next one at each moment.
		for (const consumer of snapshot.consumers) if (consumer.isRunning) running.add(consumer.consumer);
		return snapshot;
	};
	try {
		let snapshot: AuditSnapshot | undefined = await look();
		let found = findDifferences(snapshot);
		let looks = 1;
		const mayChange = () => running.size > 0 || places.natsUrls !== undefined;
		await onLook?.(looks, found.length);
		for (; found.length > 0 && mayChange() && performance.now() < until; looks++) {
			await sleep(LOOK_AGAIN_AFTER_MS);
			// There may not be memory for two.
			snapshot = undefined;
			snapshot = await look();
			const seen = new Set(findDifferences(snapshot).map(nameOf));
			found = found.filter((difference) => seen.has(nameOf(difference)));
			await onLook?.(looks + 1, found.length);
		}
		const underWay = findUnderWay(snapshot, found, running);
		return {
			dataDir: places.dataDir,
			places: reader.places,
			looks,
			...countsOf(snapshot),
			lastEventAt: snapshot.events.at(-1)?.time,
			running: [...running],
			underWay,
			differences: found.filter((difference) => !underWay.includes(difference)),
		};
	} finally {
		await reader.close();
	}
}

function limitOf(most = Infinity): ReadLimit {
	const fitting = documentsThatFit(memoryLeft());
	return most < fitting
		? { most, because: 'which would hold up the services of this process: run "npm run audit" beside it' }
		: { most: fitting, because: MORE_MEMORY };
}

/** The parts of a report that are printed. */
export type Printed = Omit<Report, "dataDir" | "differences" | "underWay"> & {
	differences: ReadonlyArray<Named>;
	underWay: ReadonlyArray<Named>;
};
type Named = Record<"invariant" | "subject" | "says", string>;

/** The report as lines of text. */
export function formatReport(report: Printed): string {
	const { places, looks, orders, payments, captured, refunded, events, eventsSince, underWay, differences } = report;
	return [
		`Looked at ${places.join(", ")} ${looks === 1 ? "once" : `${looks} times`}; ${stateOf(report)}.`,
		`orders    ${inWords(orders)}`,
		`payments  ${inWords(payments)}`,
		`money     captured ${amounts(captured)}, refunded ${amounts(refunded)}`,
		`events    ${events}${eventsSince === undefined ? "" : ` (all since ${eventsSince}; earlier ones were removed because of their age)`}`,
		...(underWay.length > 0 ? ["Under way, and done when the services that do not run are started:"] : []),
		...underWay.map((difference) => `  ${nameOf(difference)}`),
		...differences.map(nameOf),
		differences.length === 0 ? "No differences." : `${differences.length} difference(s).`,
	].join("\n");
}

/** The services that do not run, as the end of a sentence. */
function stateOf({ running, lastEventAt }: Printed): string {
	const stopped = CONSUMERS.filter((name) => !running.includes(name));
	if (stopped.length === 0) return "all services run";
	if (running.length > 0) return `${stopped.join(", ")} ${stopped.length === 1 ? "does" : "do"} not run`;
	return `no service runs${lastEventAt ? `, and the last event is of ${lastEventAt}` : ""}`;
}

function nameOf({ invariant, subject, says }: Named): string {
	return `${invariant} ${subject} ${says}`;
}

function countsOf({ orders, attempts, journal, events, trimmedUntil }: AuditSnapshot) {
	const sums = (type: "captured" | "refunded") =>
		tally(
			journal.filter((entry) => entry.type === type).map(({ amount }) => [amount.currency, amount.amount] as const),
		);
	return {
		orders: tally(orders.map(({ status }) => [status, 1] as const)),
		payments: tally(attempts.map(({ status }) => [status, 1] as const)),
		captured: sums("captured"),
		refunded: sums("refunded"),
		events: events.length,
		...(trimmedUntil !== undefined && { eventsSince: toRfc3339(trimmedUntil) }),
	};
}

function tally(counted: ReadonlyArray<readonly [name: string, amount: number]>): Record<string, number> {
	const sums: Record<string, number> = {};
	for (const [name, amount] of counted) sums[name] = (sums[name] ?? 0) + amount;
	return sums;
}

function inWords(counts: Record<string, number>): string {
	const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
	const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
	return parts.length === 0 ? "0" : `${all}: ${parts.join(", ")}`;
}

function amounts(sums: Record<string, number>): string {
	return (
		Object.entries(sums)
			.map(([currency, amount]) => `${amount} ${currency}`)
			.join(" and ") || "0"
	);
}
