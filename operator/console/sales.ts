import type { Sales, Selling } from "../../services/operator/state.schemas";
import { oldestSlot, type Slot, SLOT_MS } from "../../shared/reports/tallies";
import { toRfc3339 } from "../../shared/domain/clock";

/** By the kind that processes count, the field of sales that it is added to. */
const COUNTED: Readonly<Record<string, keyof Sales>> = {
	"order.placed": "ordered",
	"payment.approved": "paid",
	"payment.declined": "declined",
	"payment.delayed": "unknown",
	"order.cancelled": "cancelled",
	"payment.refunded": "refunded",
	requests: "requests",
	"status 429": "busy",
	"status 503": "busy",
	"status 500": "failed",
};
/** Other refusals by status. */
const REFUSED = /^status 4\d\d$/;

export const NO_SALES: Sales = {
	ordered: 0,
	paid: 0,
	declined: 0,
	unknown: 0,
	cancelled: 0,
	refunded: 0,
	requests: 0,
	busy: 0,
	refused: 0,
	failed: 0,
};

/** The sales of all processes by slot, without a gap, from `from` to now; both in milliseconds since 1970. */
export function sellingOf(processes: ReadonlyArray<readonly Slot[]>, now: number, from = oldestSlot(now)): Selling {
	const byTime = new Map<number, Sales>();
	for (const { at, counts } of processes.flat()) {
		const sales = byTime.get(at) ?? { ...NO_SALES };
		for (const [kind, count] of Object.entries(counts)) {
			const counted = COUNTED[kind] ?? (REFUSED.test(kind) ? "refused" : undefined);
			if (counted) sales[counted] += count;
		}
		byTime.set(at, sales);
	}
	const slots: Selling["slots"] = [];
	for (let at = Math.ceil(from / SLOT_MS) * SLOT_MS; at <= now; at += SLOT_MS)
		slots.push({ at: toRfc3339(at), ...(byTime.get(at) ?? NO_SALES) });
	return { slotMs: SLOT_MS, slots };
}

/** The sum of all slots. */
export function sumOf({ slots }: Selling): Sales {
	const sum = { ...NO_SALES };
	for (const slot of slots) for (const kind of Object.keys(sum) as Array<keyof Sales>) sum[kind] += slot[kind];
	return sum;
}
