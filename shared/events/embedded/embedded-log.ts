import type { CloudEvent } from "../event";
import type { EmbeddedDatabases } from "./embedded-databases";

/** Events that are kept in memory, the latest ones: subscribers that keep up read nothing from the disk. */
const KEPT = 1_000;
const READ_CHUNK = 64;

/** The log of an embedded bus: events by position, from 1. A position whose write failed stays empty. */
export class EmbeddedLog {
	/** The last position that was written. */
	newest: number;
	private next: number;
	/** Positions whose write is under way, in their order. */
	private readonly writing = new Set<number>();
	/** Events on disk by position: all after {@link forgottenUntil}. */
	private readonly recent = new Map<number, CloudEvent>();
	private forgottenUntil: number;

	constructor(private readonly databases: Pick<EmbeddedDatabases, "environment" | "events" | "positions">) {
		const [last = 0] = databases.events.getKeys({ reverse: true, limit: 1 });
		this.newest = this.forgottenUntil = last;
		this.next = last + 1;
	}

	/** Events may be read up to here: no earlier one is still being written. */
	private get end(): number {
		for (const position of this.writing) return position - 1;
		return this.next - 1;
	}

	/** Resolves once the disk has the event. */
	async append(event: CloudEvent): Promise<void> {
		const { environment, events, positions } = this.databases;
		const position = this.next++;
		this.writing.add(position);
		try {
			await environment.batch(() => {
				void events.put(position, event);
				void positions.put(event.id, position);
			});
			this.newest = Math.max(this.newest, position);
			this.keep(position, event);
		} catch (error) {
			// It may be on disk all the same, where subscribers then find it.
			this.forgottenUntil = Math.max(this.forgottenUntil, position);
			throw error;
		} finally {
			this.writing.delete(position);
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

	/** The event at a position; undefined where its write failed. */
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

	private readDisk(from: number, end: number): Array<[position: number, event: CloudEvent]> {
		const range = { start: from, end: end + 1, limit: READ_CHUNK };
		return [...this.databases.events.getRange(range)].map(({ key, value }) => [key, value]);
	}

	private keep(position: number, event: CloudEvent): void {
		this.recent.set(position, event);
		for (const oldest of this.recent.keys()) {
			if (this.recent.size <= KEPT) return;
			this.recent.delete(oldest);
			this.forgottenUntil = Math.max(this.forgottenUntil, oldest);
		}
	}
}
