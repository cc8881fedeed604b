import { asBinary } from "../../lmdb/lmdb";
import type { CloudEvent } from "../event";
import type { EventAppender } from "../../store/lmdb/event-appender";
import type { EmbeddedDatabases } from "./embedded-databases";

/** Events that are kept in memory, the latest ones: subscribers that keep up read nothing from the disk. */
const KEPT = 1_000;
const READ_CHUNK = 64;

/**
 * The log of an embedded bus: events by position, from 1. A position whose write failed stays empty, and so do those of events that were removed
 * because of their age. The newest event is never removed: the next position follows from it.
 */
export class EmbeddedLog implements EventAppender {
	/** The last position that was written. */
	newest: number;
	private next: number;
	/** Positions whose write is under way, in their order. */
	private readonly writing = new Set<number>();
	/** Events on disk by position: all after {@link forgottenUntil}. */
	private readonly recent = new Map<number, CloudEvent>();
	private forgottenUntil: number;

	constructor(private readonly databases: Pick<EmbeddedDatabases, "events" | "positions">) {
		const [last = 0] = databases.events.getKeys({ reverse: true, limit: 1 });
		this.newest = this.forgottenUntil = last;
		this.next = last + 1;
	}

	/** Events may be read up to here: no earlier one is still being written. */
	private get end(): number {
		for (const position of this.writing) return position - 1;
		return this.next - 1;
	}

	/**
	 * Appends events within a write: `write` calls `put`, which returns their positions, while it queues its own operations. They may be read once it has
	 * settled; where it resolves with false, their positions stay empty.
	 */
	async append(
		events: readonly CloudEvent[],
		write: (put: () => readonly number[]) => Promise<boolean>,
	): Promise<boolean> {
		// Encoded first, because an error within the write would not take back what is queued of it.
		const encoded = events.map((event) => asBinary(Buffer.from(JSON.stringify(event))) as unknown as CloudEvent);
		const positions: number[] = [];
		const put = () => {
			for (const event of encoded) {
				const position = this.next++;
				positions.push(position);
				this.writing.add(position);
				void this.databases.events.put(position, event);
			}
			return positions;
		};
		try {
			const written = await write(put);
			if (written) positions.forEach((position, index) => this.keep(position, events[index]!));
			return written;
		} catch (error) {
			// They may be on disk all the same, where subscribers then find them.
			this.forgottenUntil = Math.max(this.forgottenUntil, ...positions);
			throw error;
		} finally {
			for (const position of positions) this.writing.delete(position);
		}
	}

	/** The next events from a position on, at most 64. */
	read(from: number): Array<[position: number, event: CloudEvent]> {
		const { end } = this;
		if (from > end) return [];
		if (from <= this.forgottenUntil) return this.readDisk(from, end);
		const found: Array<[number, CloudEvent]> = [];
		for (let position = from; position <= end && found.length < READ_CHUNK; position++) {
			const event = this.recent.get(position);
			if (event) found.push([position, event]);
		}
		return found;
	}

	/** The next events that are on disk from a position on, at most `limit`. */
	oldest(from: number, limit: number): Array<[position: number, event: CloudEvent]> {
		return this.readDisk(from, this.end, limit);
	}

	/** The position from which events are of this time or later, in milliseconds since 1970; there may be a few earlier ones. */
	positionAt(time: number): number {
		const [oldest] = this.readDisk(1, this.end, 1);
		let [low, high] = [oldest?.[0] ?? 1, this.end + 1];
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			// Positions may be empty.
			const [found] = this.readDisk(middle, this.end, 1);
			if (found && Date.parse(found[1].time) < time) low = found[0] + 1;
			else high = middle;
		}
		// Events of the same commit may differ in their order by some milliseconds.
		return Math.max(1, low - READ_CHUNK);
	}

	/** Forgets events that were removed from the disk. */
	forget(positions: readonly number[]): void {
		for (const position of positions) this.recent.delete(position);
		this.forgottenUntil = Math.max(this.forgottenUntil, ...positions);
	}

	/** The event at a position; undefined where there is none. */
	event(position: number): CloudEvent | undefined {
		return this.recent.get(position) ?? this.databases.events.get(position);
	}

	/** The event of this id; undefined where there is none. */
	find(id: string): CloudEvent | undefined {
		const position = this.databases.positions.get(id);
		return position === undefined ? undefined : this.event(position);
	}

	/** The last event of these types. */
	last(types: readonly string[]): CloudEvent | undefined {
		for (const { value } of this.databases.events.getRange({ reverse: true })) {
			if (types.includes(value.type)) return value;
		}
		return undefined;
	}

	private readDisk(from: number, end: number, limit = READ_CHUNK): Array<[position: number, event: CloudEvent]> {
		const range = { start: from, end: end + 1, limit };
		return [...this.databases.events.getRange(range)].map(({ key, value }) => [key, value]);
	}

	private keep(position: number, event: CloudEvent): void {
		this.newest = Math.max(this.newest, position);
		this.recent.set(position, event);
		for (const oldest of this.recent.keys()) {
			if (this.recent.size <= KEPT) return;
			this.recent.delete(oldest);
			this.forgottenUntil = Math.max(this.forgottenUntil, oldest);
		}
	}
}
