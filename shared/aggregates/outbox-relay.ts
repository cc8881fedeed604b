import { randomUUID } from "node:crypto";
import type { Logger } from "moleculer";
import type { Clock } from "../domain/clock";
import type { CloudEvent } from "../events/event";
import type { EventPublisher } from "../events/event-bus";
import type { Collection } from "../store/store";
import type { AggregateDocument } from "./aggregate";
import { DUE_INDEX, type Due } from "./due-work";

/** How often the relay looks for unsent events of others, and takes sent ones out of their documents. */
const SWEEP_EVERY_MS = 1_000;
/** An unsent event younger than this is left to the process that saved it. */
const UNSENT_FOR_MS = 3_000;
const SWEEP_LIMIT = 200;
const TIDIED_AT_ONCE = 50;
/** Events in one document of sent events. */
const SENT_CHUNK = 100;
const SENT_PAGE = 20;
/** The clocks of two processes may differ by this much: no process removes too early the sent events that another one keeps. */
const CLOCK_SKEW_MS = 600_000;
const REMOVE_EVERY_MS = 10_000;

/** Sent events, kept for as long as the event bus may lose them; they may be removed at `dueAt`. */
export interface SentEvents extends Due {
	events: CloudEvent[];
}
/** The indexes of a collection of {@link SentEvents}. */
export const SENT_INDEXES = { ...DUE_INDEX };

export interface RelayOptions {
	collection: Collection<AggregateDocument>;
	/** Keeps sent events while the bus may still lose them. */
	sent: Collection<SentEvents>;
	bus: EventPublisher;
	clock: Clock;
	logger: Logger;
	/** Writes an aggregate once more if its outbox holds events that need not stay there. */
	tidy(id: string): Promise<void>;
}

/**
 * Publishes the events in outboxes until the event bus has acknowledged them: events of this process, and of processes that died. A bus may
 * still lose an event that it acknowledged (see {@link EventPublisher.mayLoseForMs}); until then the relay keeps the event in the `sent` collection, and
 * publishes it again after each outage of the bus, which keeps each event once.
 */
export class OutboxRelay {
	/** Events that the bus has acknowledged and the `sent` collection does not have yet. */
	private readonly acknowledged: CloudEvent[] = [];
	/** By aggregate: sequences of events that may leave its outbox. */
	private readonly droppable = new Map<string, Set<number>>();
	private readonly sending = new Set<Promise<void>>();
	private sweeper: NodeJS.Timeout | undefined;
	private sweeping: Promise<void> | undefined;
	private returned = true;
	private failing = false;
	private removeAt = 0;

	constructor(private readonly options: RelayOptions) {
		options.bus.onReturn(() => (this.returned = true));
	}

	/** Begins to look for unsent events of earlier runs and of processes that died. */
	start(): void {
		this.sweeper ??= setInterval(() => {
			this.sweeping ??= this.sweep().finally(() => (this.sweeping = undefined));
		}, SWEEP_EVERY_MS);
	}

	/** Waits for events that are being sent. */
	async stop(): Promise<void> {
		clearInterval(this.sweeper);
		this.sweeper = undefined;
		await Promise.all([this.sweeping, ...this.sending]);
		await this.tidyUp();
	}

	/** Sends events that were saved just now. Never rejects: events that could not be sent stay in their outbox. */
	send(events: readonly CloudEvent[]): Promise<void> {
		const sent = this.trySend(events).finally(() => this.sending.delete(sent));
		this.sending.add(sent);
		return sent;
	}

	/** The events that must stay in an outbox. */
	unsentOf({ _id, outbox = [] }: Pick<AggregateDocument, "_id" | "outbox">): CloudEvent[] {
		const droppable = this.droppable.get(_id);
		return droppable ? outbox.filter(({ sequence }) => !droppable.has(sequence)) : outbox;
	}

	private async trySend(events: readonly CloudEvent[]): Promise<void> {
		const { bus, logger } = this.options;
		try {
			await bus.publish(events);
			this.acknowledged.push(...events);
			if (bus.mayLoseForMs === 0) await this.keep();
			// The cause of the failure is not known, so the bus may have lost events.
			if (this.failing) this.returned = true;
			this.failing = false;
		} catch (error) {
			// Logged once for each outage, as every send fails meanwhile.
			if (!this.failing) logger.warn("Events cannot be sent now; they are saved, and will be tried again", error);
			this.failing = true;
		}
	}

	private async sweep(): Promise<void> {
		try {
			await this.resend();
			await this.tidyUp();
			await this.sendLeftBehind();
			await this.removeOld();
		} catch (error) {
			this.options.logger.warn("Looking for unsent events failed and is tried again", error);
		}
	}

	/** Sends events that are unsent for more than {@link UNSENT_FOR_MS}, oldest first, until there are none left. */
	private async sendLeftBehind(): Promise<void> {
		const { bus, collection, clock } = this.options;
		while (bus.connected && this.sweeper) {
			const until = clock.now() - UNSENT_FOR_MS;
			const found = await collection.query("unsent", { until, limit: SWEEP_LIMIT });
			const left = found.filter((aggregate) => this.unsentOf(aggregate).length > 0);
			if (left.length === 0) return;
			// One publish for each document: a document that cannot be sent does not hold up the others.
			await Promise.all(left.map((aggregate) => this.send(this.unsentOf(aggregate))));
			await this.tidyUp();
			if (this.failing || found.length < SWEEP_LIMIT) return;
		}
	}

	/** After an outage of the bus, and after a start: publishes all kept events again, as the bus may have lost any of them. */
	private async resend(): Promise<void> {
		const { bus, sent, logger } = this.options;
		if (!this.returned || !bus.connected) return;
		this.returned = false;
		if (bus.mayLoseForMs === 0) return;
		// The bus may have lost these too; they are still in their outbox, and are sent from there.
		this.acknowledged.length = 0;
		try {
			let lost = 0;
			for (let after: [number, string] | undefined; this.sweeper;) {
				const page = await sent.query("due", { after, limit: SENT_PAGE });
				for (const { events } of page) lost += await bus.publish(events);
				const last = page.at(-1);
				if (!last || page.length < SENT_PAGE) break;
				after = [last.dueAt!, last._id];
			}
			if (lost > 0) logger.warn(`The event bus had lost ${lost} event(s); they are published again`);
		} catch (error) {
			this.returned = true;
			throw error;
		}
	}

	/** Moves acknowledged events to the `sent` collection, so that they may leave their outbox. */
	private async keep(): Promise<void> {
		const { bus, sent, clock } = this.options;
		const events = this.acknowledged.splice(0);
		if (bus.mayLoseForMs > 0) {
			const dueAt = clock.now() + bus.mayLoseForMs;
			const chunks = Array.from({ length: Math.ceil(events.length / SENT_CHUNK) }, (_, index) =>
				events.slice(index * SENT_CHUNK, (index + 1) * SENT_CHUNK),
			);
			// Where this fails, the events stay in their outbox, and are sent from there again.
			await Promise.all(chunks.map((chunk) => sent.save({ _id: randomUUID(), events: chunk, dueAt }, undefined)));
		}
		for (const { subject, sequence } of events) {
			const sequences = this.droppable.get(subject) ?? new Set();
			this.droppable.set(subject, sequences.add(sequence));
		}
	}

	/** Writes documents without their sent events, unless a command did so meanwhile. */
	private async tidyUp(): Promise<void> {
		await this.keep();
		const waiting = [...this.droppable];
		for (let from = 0; from < waiting.length; from += TIDIED_AT_ONCE) {
			const drops = waiting.slice(from, from + TIDIED_AT_ONCE).map(async ([id, sequences]) => {
				const dropped = [...sequences];
				await this.options.tidy(id);
				for (const sequence of dropped) sequences.delete(sequence);
				if (sequences.size === 0) this.droppable.delete(id);
			});
			const failed = (await Promise.allSettled(drops)).filter((drop) => drop.status === "rejected");
			if (failed.length > 0)
				this.options.logger.warn(`${failed.length} document(s) keep events that were sent`, failed[0]!.reason);
		}
	}

	/** Removes kept events that the bus can no longer lose; not during an outage, from which the bus may come back without them. */
	private async removeOld(): Promise<void> {
		const { bus, sent, clock } = this.options;
		if (!bus.connected || this.returned || clock.now() < this.removeAt) return;
		const old = await sent.query("due", { until: clock.now() - CLOCK_SKEW_MS, limit: SWEEP_LIMIT });
		await Promise.all(old.map((events) => sent.remove(events)));
		if (old.length < SWEEP_LIMIT) this.removeAt = clock.now() + REMOVE_EVERY_MS;
	}
}
