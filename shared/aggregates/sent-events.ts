import { randomUUID } from "node:crypto";
import type { Logger } from "moleculer";
import type { Clock } from "../domain/clock";
import type { CloudEvent } from "../events/event";
import type { EventPublisher, Mark } from "../events/event-bus";
import type { Collection } from "../store/store";
import { DUE_INDEX, type Due } from "./due-work";

/** Events in one document of sent events. */
export const SENT_CHUNK = 100;
/**
 * Acknowledgements that are further apart are kept in documents of their own: the bus may have been away in between, and back without the last
 * events before that, which the marks of one document for both would not show. It is away for longer where it loses any.
 */
const APART_MS = 100;
const SENT_PAGE = 20;
const REMOVED_AT_ONCE = 200;
/** How often the bus is asked whether it still has the newest sent events. */
const CHECK_EVERY_MS = 5_000;
/** The clocks of two processes may differ by this much: no process removes too early the sent events that another one keeps. */
const CLOCK_SKEW_MS = 600_000;
const REMOVE_EVERY_MS = 10_000;

/** Sent events, kept for as long as the event bus may lose them; they may be removed at `dueAt`. */
export interface SentEvents extends Due {
	events: CloudEvent[];
	/**
	 * Where the bus has stored the first and the last of them: a bus loses its newest events, so it has all while it has these. Absent in
	 * documents of earlier versions.
	 */
	marks?: Mark[];
}
/** The indexes of a collection of {@link SentEvents}. */
export const SENT_INDEXES = { ...DUE_INDEX };

/** An event that the bus has acknowledged, and where it is stored. */
export interface Acknowledged {
	event: CloudEvent;
	mark: Mark;
	/** When it was acknowledged, in milliseconds of `performance.now()`. */
	at: number;
}

export interface SentLogOptions {
	sent: Collection<SentEvents>;
	bus: EventPublisher;
	clock: Clock;
	logger: Logger;
}

/**
 * The events that the bus has acknowledged and may still lose (see {@link EventPublisher.mayLoseForMs}). After an outage of the bus, after a
 * start, and when the bus is found without the newest of them, those that it has lost are published again.
 */
export class SentLog {
	/** The bus may have lost events. */
	private isSuspect = true;
	/** Marks of the newest events, of which the bus is asked from time to time. */
	private newest: Mark[] = [];
	private checkAt = 0;
	private removeAt = 0;

	constructor(private readonly options: SentLogOptions) {
		options.bus.onReturn(() => this.suspect());
	}

	/** The bus may have lost events: {@link restore} has to look at all. */
	suspect(): void {
		this.isSuspect = true;
	}

	/** @throws Refusal STORE_UNAVAILABLE; some may be kept then */
	async keep(acknowledged: readonly Acknowledged[]): Promise<void> {
		const { sent, bus, clock } = this.options;
		const dueAt = clock.now() + bus.mayLoseForMs;
		const save = async (chunk: readonly Acknowledged[]) => {
			const marks = endsOf(chunk.map(({ mark }) => mark));
			await sent.save({ _id: randomUUID(), events: chunk.map(({ event }) => event), marks, dueAt }, undefined);
			this.newest.push(...marks);
		};
		await Promise.all(chunksOf(acknowledged).map(save));
	}

	/** Every few seconds, asks the bus for the newest events, so that a loss behind a connection that lives is noticed. */
	async check(): Promise<void> {
		const { bus, clock } = this.options;
		if (this.isSuspect || !bus.connected || clock.now() < this.checkAt) return;
		this.checkAt = clock.now() + CHECK_EVERY_MS;
		const asked = this.newest;
		// The last ones are asked for again while nothing else is sent.
		this.newest = asked.slice(-2);
		if (asked.length > 0 && !(await bus.holds(asked).catch(() => false))) this.suspect();
	}

	/**
	 * Publishes the events again that the bus has lost, where it may have lost any.
	 * @param goOn is called between two pages of events; false ends it
	 */
	async restore(goOn: () => Promise<boolean>): Promise<void> {
		const { bus, sent, logger } = this.options;
		if (!this.isSuspect || !bus.connected) return;
		this.isSuspect = false;
		try {
			let lost = 0;
			let marks: Mark[] = [];
			for (let after: [number, string] | undefined; ;) {
				const page = await sent.query("due", { after, limit: SENT_PAGE });
				const restored = await Promise.all(page.map((kept) => this.publishLost(kept)));
				for (const { added } of restored) lost += added;
				const last = page.at(-1);
				if (!last) break;
				({ marks } = restored.at(-1)!);
				after = [last.dueAt!, last._id];
				if (page.length < SENT_PAGE || !(await goOn())) break;
			}
			this.newest.push(...marks);
			if (lost > 0) logger.warn(`The event bus had lost ${lost} event(s); they are published again`);
		} catch (error) {
			this.suspect();
			throw error;
		}
	}

	/** Publishes one document's events again, unless the bus has them. */
	private async publishLost(kept: SentEvents): Promise<{ added: number; marks: Mark[] }> {
		const { bus, sent, clock } = this.options;
		if (kept.marks && (await bus.holds(kept.marks))) return { added: 0, marks: kept.marks };
		const { added, marks } = await bus.publish(kept.events);
		const ends = endsOf(marks);
		// The bus may lose them again, for as long as new ones. Where this loses against another process, that one has kept them.
		if (added > 0) await sent.save({ ...kept, marks: ends, dueAt: clock.now() + bus.mayLoseForMs }, kept);
		return { added, marks: ends };
	}

	/** Removes kept events that the bus can no longer lose; not during an outage, from which the bus may come back without them. */
	async removeOld(): Promise<void> {
		const { bus, sent, clock } = this.options;
		if (!bus.connected || this.isSuspect || clock.now() < this.removeAt) return;
		const old = await sent.query("due", { until: clock.now() - CLOCK_SKEW_MS, limit: REMOVED_AT_ONCE });
		await Promise.all(old.map((events) => sent.remove(events)));
		if (old.length < REMOVED_AT_ONCE) this.removeAt = clock.now() + REMOVE_EVERY_MS;
	}
}

/** The events of each document: at most {@link SENT_CHUNK}, none more than {@link APART_MS} after the one before it. */
function chunksOf(acknowledged: readonly Acknowledged[]): Acknowledged[][] {
	const chunks: Acknowledged[][] = [];
	for (const one of acknowledged) {
		const chunk = chunks.at(-1);
		const isNext = chunk && chunk.length < SENT_CHUNK && one.at - chunk.at(-1)!.at <= APART_MS;
		if (isNext) chunk.push(one);
		else chunks.push([one]);
	}
	return chunks;
}

/** The first and the last mark by position. */
function endsOf(marks: readonly Mark[]): Mark[] {
	const inOrder = [...marks].sort((a, b) => a.position - b.position);
	return inOrder.length > 1 ? [inOrder[0]!, inOrder.at(-1)!] : inOrder;
}
