import { setTimeout as sleep } from "node:timers/promises";
import type { Places } from "../store-reader";
import type { AuditSnapshot, Difference } from "./difference";
import { findDifferences } from "./rules";
import { SnapshotReader } from "./snapshot";

/** A running shop differs for a moment after each change, so a difference counts only if it is there at every look. */
export const DEFAULT_WAIT_MS = 10_000;
const LOOK_AGAIN_AFTER_MS = 250;

export interface AuditOptions extends Places {
	now: () => number;
	/** The time in which to look again while something differs, in milliseconds. */
	waitMs?: number;
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
	/** The differences that were there at every look. */
	differences: Difference[];
}

/**
 * Compares snapshots of a shop until nothing differs, for at most `waitMs`.
 * @throws Error where a store or the event log cannot be read
 */
export async function audit({ now, waitMs = DEFAULT_WAIT_MS, ...places }: AuditOptions): Promise<Report> {
	const reader = await SnapshotReader.open(places, now);
	const until = performance.now() + waitMs;
	try {
		let snapshot = await reader.read();
		let differences = findDifferences(snapshot);
		let looks = 1;
		for (; differences.length > 0 && performance.now() < until; looks++) {
			await sleep(LOOK_AGAIN_AFTER_MS);
			snapshot = await reader.read();
			const seen = new Set(findDifferences(snapshot).map(nameOf));
			differences = differences.filter((difference) => seen.has(nameOf(difference)));
		}
		return { dataDir: places.dataDir, places: reader.places, looks, ...countsOf(snapshot), differences };
	} finally {
		await reader.close();
	}
}

/** The report as lines of text. */
export function formatReport({
	places,
	looks,
	orders,
	payments,
	captured,
	refunded,
	events,
	differences,
}: Report): string {
	const outcome = differences.length === 0 ? ["No differences."] : differences.map(nameOf);
	return [
		`Looked at ${places.join(", ")} ${looks === 1 ? "once" : `${looks} times`}.`,
		`orders    ${inWords(orders)}`,
		`payments  ${inWords(payments)}`,
		`money     captured ${amounts(captured)}, refunded ${amounts(refunded)}`,
		`events     ${events}`,
		...outcome,
		...(differences.length > 0 ? [`${differences.length} difference(s).`] : []),
	].join("\n");
}

function nameOf({ invariant, subject, says }: Difference): string {
	return `${invariant} ${subject} ${says}`;
}

function countsOf({ orders, attempts, journal, events }: AuditSnapshot) {
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
