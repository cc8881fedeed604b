import type { Clock } from "../domain/clock";

/** Length of one slot. */
export const SLOT_MS = 5_000;
/** Slots that are kept: those of a quarter of an hour. */
const SLOTS = 180;
/** More kinds are not counted, so that a report has a limit. */
const KINDS = 64;

/** What was counted from `at`, in milliseconds since 1970, for {@link SLOT_MS}. A kind that was not counted is absent. */
export interface Slot {
	at: number;
	counts: Readonly<Record<string, number>>;
}

/** Counts what happens in this process, by kind and time. To count costs one addition, and old slots are forgotten. */
export class Tallies {
	private readonly slots: Array<{ at: number; counts: Map<string, number> }> = [];
	private readonly kinds = new Set<string>();
	private current: Map<string, number> | undefined;
	/** When the current slot ends, in milliseconds since 1970. */
	private endsAt = 0;

	constructor(private readonly clock: Clock) {}

	add(kind: string): void {
		const now = this.clock.now();
		if (now >= this.endsAt || !this.current) this.open(now);
		if (!this.kinds.has(kind)) {
			if (this.kinds.size >= KINDS) return;
			this.kinds.add(kind);
		}
		this.current!.set(kind, (this.current!.get(kind) ?? 0) + 1);
	}

	/** The slots that began at `from` or later, oldest first, without those in which nothing was counted. */
	since(from: number): Slot[] {
		return this.slots
			.filter(({ at }) => at >= from)
			.map(({ at, counts }) => ({ at, counts: Object.fromEntries(counts) }));
	}

	private open(now: number): void {
		const at = Math.floor(now / SLOT_MS) * SLOT_MS;
		this.endsAt = at + SLOT_MS;
		this.current = new Map();
		this.slots.push({ at, counts: this.current });
		while (this.slots[0]!.at <= at - SLOTS * SLOT_MS) this.slots.shift();
	}
}

/** When the oldest slot begins that may be kept, in milliseconds since 1970. */
export function oldestSlot(now: number): number {
	return Math.floor(now / SLOT_MS) * SLOT_MS - (SLOTS - 1) * SLOT_MS;
}
