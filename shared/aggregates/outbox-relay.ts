import { randomUUID } from "node:crypto";
import type { Logger } from "moleculer";
import type { EventBus } from "../events/event-bus";
import type { Clock } from "../domain/clock";
import { DUE_INDEX, type Due } from "./due-work";
import type { CloudEvent } from "../events/event";
import type { Collection } from "../store/store";
import type { AggregateDocument } from "./aggregate";

/** How often events that were not acknowledged are looked for, and acknowledged ones are dropped from their documents. */
const SWEEP_EVERY_MS = 1_000;
/** An event younger than this is left to the process that saved it. */
const UNSENT_FOR_MS = 3_000;
const SWEEP_LIMIT = 200;
const DROPS_AT_ONCE = 50;
/** Events in one document of those that were sent. */
const SENT_CHUNK = 100;
const SENT_PAGE = 20;
/** How far the clocks of two processes may be apart, for one not to remove too early what the other keeps. */
const CLOCK_SKEW_MS = 600_000;
const REMOVE_EVERY_MS = 10_000;

/** The index of a collection whose aggregates tell events: where the relay finds its work. */
export const UNSENT_INDEX = { unsent: ["unsentSince"] } as const;

/** Events that were sent, kept for as long as the bus may lose them. */
export interface SentEvents extends Due {
	events: CloudEvent[];
}
/** The indexes of a collection of {@link SentEvents}. */
export const SENT_INDEXES = { ...DUE_INDEX };

export interface RelayOptions {
	collection: Collection<AggregateDocument>;
	/** Where sent events are kept; without it the relay has nothing to tell. */
	sent: Collection<SentEvents> | undefined;
	bus: EventBus;
	clock: Clock;
	logger: Logger;
	/** Writes an aggregate once more if its outbox holds events that need not stay there. */
	tidy(id: string): Promise<void>;
	/** Writes an aggregate as it was found. Resolves with its unsent events, or none where another write came first. */
	adopt(found: AggregateDocument): Promise<CloudEvent[]>;
}

/**
 * Sends saved events until the bus has acknowledged them, whoever saved them: this process, or one that died. Where the bus may still
 * lose what it acknowledged, sent events are moved from their documents to a collection of their own, and sent again when the
 * bus was away: it takes each once.
 */
export class Relay {
	/** Acknowledged by the bus, and not kept elsewhere yet. */
	private readonly acknowledged: CloudEvent[] = [];
	/** By aggregate: sequences that its outbox need not hold any more. They need not be sent in order. */
	private readonly droppable = new Map<string, Set<number>>();
	private readonly sending = new Set<Promise<void>>();
	private sweeper: NodeJS.Timeout | undefined;
	private sweeping: Promise<void> | undefined;
	private returned = true;
	private failing = false;
	private removeAt = 0;

	constructor(private readonly options: RelayOptions) {
		if (options.sent) options.bus.onReturn(() => (this.returned = true));
	}

	/** Begins to look for events of earlier runs and of processes that died. */
	start(): void {
		this.sweeper ??= setInterval(() => {
			this.sweeping ??= this.sweep().finally(() => (this.sweeping = undefined));
		}, SWEEP_EVERY_MS);
	}

	/** Waits for what is being sent. Events that are not sent by then are sent by whoever runs then. */
	async stop(): Promise<void> {
		clearInterval(this.sweeper);
		this.sweeper = undefined;
		await Promise.all([this.sweeping, ...this.sending]);
		await this.tidyUp();
	}

	/** Sends events that were saved just now; never rejects. */
	send(events: readonly CloudEvent[]): Promise<void> {
		const sent = this.trySend(events).finally(() => this.sending.delete(sent));
		this.sending.add(sent);
		return sent;
	}

	/** The events of an outbox that have to stay in it. */
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
			// Why it failed is not known: some of what was kept may be gone.
			if (this.failing) this.returned = true;
			this.failing = false;
		} catch (error) {
			// Once for each outage, as everything that is saved meanwhile ends here.
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

	/**
	 * Sends what documents hold unsent for too long, oldest first, as long as there is more of it. What was read is not sent: a database may
	 * show a write that it then loses, and the event would be sent of nothing. A write on top of it proves that it is kept.
	 */
	private async sendLeftBehind(): Promise<void> {
		const { bus, collection, clock, adopt } = this.options;
		while (bus.connected && this.sweeper) {
			const until = clock.now() - UNSENT_FOR_MS;
			const found = await collection.query("unsent", { until, limit: SWEEP_LIMIT });
			const left = found.filter((aggregate) => this.unsentOf(aggregate).length > 0);
			if (left.length === 0) return;
			// Each by itself: one that cannot be sent does not keep the others.
			const sending = left.map(async (aggregate) => {
				const events = await adopt(aggregate);
				if (events.length > 0) await this.send(events);
			});
			const failed = (await Promise.allSettled(sending)).find((one) => one.status === "rejected");
			await this.tidyUp();
			if (failed) throw failed.reason;
			if (this.failing || found.length < SWEEP_LIMIT) return;
		}
	}

	/**
	 * After the bus was away, and after a start: sends all that was sent lately again. Which of it is lost nobody knows, as a pass that was
	 * cut off may have sent a part.
	 */
	private async resend(): Promise<void> {
		const { bus, sent, logger } = this.options;
		if (!this.returned || !bus.connected) return;
		this.returned = false;
		if (!sent || bus.mayLoseForMs === 0) return;
		// What was acknowledged before may be lost too, and is still in its document.
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
			if (lost > 0) logger.warn(`The bus had lost ${lost} event(s), which are sent again`);
		} catch (error) {
			this.returned = true;
			throw error;
		}
	}

	/** Keeps acknowledged events elsewhere, so that their documents need not. */
	private async keep(): Promise<void> {
		const { bus, sent, clock } = this.options;
		const events = this.acknowledged.splice(0);
		if (sent && bus.mayLoseForMs > 0) {
			const dueAt = clock.now() + bus.mayLoseForMs;
			const chunks = Array.from({ length: Math.ceil(events.length / SENT_CHUNK) }, (_, index) =>
				events.slice(index * SENT_CHUNK, (index + 1) * SENT_CHUNK),
			);
			// Where this fails, the events stay in their documents, and are sent from there again.
			await Promise.all(chunks.map((chunk) => sent.save({ _id: randomUUID(), events: chunk, dueAt }, undefined)));
		}
		for (const { subject, sequence } of events) {
			const sequences = this.droppable.get(subject) ?? new Set();
			this.droppable.set(subject, sequences.add(sequence));
		}
	}

	/** Writes the documents whose events the bus has without them, unless a command did so meanwhile. */
	private async tidyUp(): Promise<void> {
		await this.keep();
		const waiting = [...this.droppable];
		for (let from = 0; from < waiting.length; from += DROPS_AT_ONCE) {
			const drops = waiting.slice(from, from + DROPS_AT_ONCE).map(async ([id, sequences]) => {
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

	/** Not while the bus is away: it may come back without them. */
	private async removeOld(): Promise<void> {
		const { bus, sent, clock } = this.options;
		if (!sent || !bus.connected || this.returned || clock.now() < this.removeAt) return;
		const old = await sent.query("due", { until: clock.now() - CLOCK_SKEW_MS, limit: SWEEP_LIMIT });
		await Promise.all(old.map((events) => sent.remove(events)));
		if (old.length < SWEEP_LIMIT) this.removeAt = clock.now() + REMOVE_EVERY_MS;
	}
}
