import { setTimeout as sleep } from "node:timers/promises";
import { SnapshotReader } from "./snapshot";
import { type Books, type Difference, findDifferences } from "./rules";
import type { Places } from "../store-reader";

/** A shop that runs is in motion: what differs because of that is gone when looked at again. */
export const DEFAULT_WAIT_MS = 10_000;
const LOOK_AGAIN_AFTER_MS = 250;

export interface AuditOptions extends Places {
	now: () => number;
	/** How long to go on looking while something differs. */
	waitMs?: number;
}

/** What an audit has seen. */
export interface Report {
	dataDir: string;
	/** Where was looked, without what is secret of URLs. */
	places: string[];
	looks: number;
	/** As of the last look, by status. */
	orders: Record<string, number>;
	payments: Record<string, number>;
	/** By the card processor's journal, in minor units, by currency. */
	captured: Record<string, number>;
	refunded: Record<string, number>;
	events: number;
	/** Those that were there at every look. */
	differences: Difference[];
}

/** Looks at a shop's books until nothing differs any more, or for as long as told. @throws Error where they cannot be read */
export async function audit({ now, waitMs = DEFAULT_WAIT_MS, ...places }: AuditOptions): Promise<Report> {
	const reader = await SnapshotReader.open(places, now);
	const until = performance.now() + waitMs;
	try {
		let books = await reader.read();
		let differences = findDifferences(books);
		let looks = 1;
		for (; differences.length > 0 && performance.now() < until; looks++) {
			await sleep(LOOK_AGAIN_AFTER_MS);
			books = await reader.read();
			const seen = new Set(findDifferences(books).map(nameOf));
			differences = differences.filter((difference) => seen.has(nameOf(difference)));
		}
		return { dataDir: places.dataDir, places: reader.places, looks, ...countsOf(books), differences };
	} finally {
		await reader.close();
	}
}

/** Several lines for a person. */
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

function countsOf({ orders, attempts, journal, events }: Books) {
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
