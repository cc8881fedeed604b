import type { Logger } from "moleculer";
import type { Clock } from "../domain/clock";
import type { CloudEvent } from "../events/event";
import type { EventPublisher } from "../events/event-bus";
import type { Collection } from "../store/store";
import type { AggregateDocument } from "./aggregate";
import { type Acknowledged, SENT_CHUNK, type SentEvents, SentLog } from "./sent-events";

/** How often the relay looks for unsent events of others, and takes sent ones out of their documents. */
const SWEEP_EVERY_MS = 1_000;
/** An unsent event younger than this is left to the process that saved it. */
const UNSENT_FOR_MS = 3_000;
/** Documents that a sweep reads and sends at once; each has an outbox of at most 1 MB. */
const SWEEP_LIMIT = 50;
const TIDIED_AT_ONCE = 50;
/** Commands whose events are being sent; those of further ones stay in their outbox for the sweeps. */
const SENDING_LIMIT = 1_000;
/** Refused events that are named in the log. */
const NAMED_LIMIT = 5;

export interface RelayOptions {
	collection: Collection<AggregateDocument>;
	/** Keeps sent events while the bus may still lose them. */
	sent: Collection<SentEvents>;
	bus: EventPublisher;
	clock: Clock;
	logger: Logger;
	/** Writes an aggregate once more if its outbox holds events that need not stay there. */
	tidy(id: string): Promise<void>;
	/** Gives events in an aggregate's outbox, whose ids the bus has for others, the next ids. */
	renumber(id: string, events: readonly CloudEvent[]): Promise<void>;
}

/**
 * Publishes the events in outboxes until the event bus has acknowledged them: events of this process, and of processes that died. A bus may
 * still lose an event that it acknowledged; so an event leaves its outbox only once {@link SentLog} keeps it.
 */
export class OutboxRelay {
	/** Acknowledged events that {@link SentLog} does not keep yet. */
	private readonly acknowledged: Acknowledged[] = [];
	/** By aggregate: sequences of events that may leave its outbox. */
	private readonly droppable = new Map<string, Set<number>>();
	private readonly sending = new Set<Promise<boolean>>();
	private readonly log: SentLog;
	private sweeper: NodeJS.Timeout | undefined;
	private sweeping: Promise<void> | undefined;
	/** Ends when all events that were acknowledged before are kept. */
	private keeping: Promise<void> = Promise.resolve();
	/** The last document that the look for unsent ones has seen: it goes on after that one; undefined: at the oldest. */
	private leftAfter: [unsentSince: number, id: string] | undefined;
	private returns = 0;
	private failing = false;

	constructor(private readonly options: RelayOptions) {
		this.log = new SentLog(options);
		options.bus.onReturn(() => this.returns++);
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

	/**
	 * Sends events that were saved just now. Resolves with whether the bus has acknowledged them; never rejects: the others stay in their
	 * outbox, from which the sweeps send them.
	 */
	send(events: readonly CloudEvent[]): Promise<boolean> {
		if (this.sending.size >= SENDING_LIMIT) return Promise.resolve(false);
		const sent = this.trySend(events).finally(() => this.sending.delete(sent));
		this.sending.add(sent);
		return sent;
	}

	/** The events that must stay in an outbox. */
	unsentOf({ _id, outbox = [] }: Pick<AggregateDocument, "_id" | "outbox">): CloudEvent[] {
		const droppable = this.droppable.get(_id);
		return droppable ? outbox.filter(({ sequence }) => !droppable.has(sequence)) : outbox;
	}

	private async trySend(events: readonly CloudEvent[]): Promise<boolean> {
		const { bus, logger } = this.options;
		const { returns } = this;
		try {
			const { marks, taken } = await bus.publish(events);
			if (returns !== this.returns) {
				// The bus may have acknowledged some of them before it lost its last events: they stay in their outbox, and are sent again.
				this.log.suspect();
				return false;
			}
			const isKept = (event: CloudEvent) => !taken.includes(event);
			if (bus.mayLoseForMs === 0) this.letGo(events.filter(isKept));
			else {
				const at = performance.now();
				const acknowledged = events.map((event, index) => ({ event, mark: marks[index]!, at }));
				this.acknowledged.push(...acknowledged.filter(({ event }) => isKept(event)));
			}
			if (taken.length > 0) await this.renumber(taken);
			this.failing = false;
		} catch (error) {
			// Logged once for each outage, as every send fails meanwhile.
			if (!this.failing) logger.warn("Events cannot be sent now; they are saved, and will be tried again", error);
			this.failing = true;
			return false;
		}
		// A sweep may take long; the documents of hot aggregates would grow until then.
		if (this.acknowledged.length >= SENT_CHUNK) await this.keep().catch((error) => this.warn(error));
		return true;
	}

	/** Gives events that the bus refused new ids; until then they stay in their outbox, and are found by the sweeps. */
	private async renumber(taken: readonly CloudEvent[]): Promise<void> {
		const { renumber, logger } = this.options;
		const named = taken.slice(0, NAMED_LIMIT).map(({ type, id }) => `${type} ${id}`);
		logger.error(
			`The event bus has other events under the ids of ${taken.length} event(s), which get new ids: ${named.join(", ")}`,
		);
		for (const id of new Set(taken.map(({ subject }) => subject))) {
			const ofOne = taken.filter(({ subject }) => subject === id);
			await renumber(id, ofOne).catch((error) => logger.warn(`${id} keeps events without new ids for now`, error));
		}
	}

	private async sweep(): Promise<void> {
		try {
			if (this.options.bus.mayLoseForMs > 0) await this.restore();
			await this.tidyUp();
			await this.sendLeftBehind();
			await this.log.removeOld();
		} catch (error) {
			this.warn(error);
		}
	}

	/** Publishes again what the bus has lost, of all that it had acknowledged until now. */
	private async restore(): Promise<void> {
		await this.log.check();
		await this.keep();
		await this.log.restore(async () => {
			await this.tidyUp();
			return this.sweeper !== undefined;
		});
	}

	/** Sends events that are unsent for more than {@link UNSENT_FOR_MS}, oldest first, until there are none left. */
	private async sendLeftBehind(): Promise<void> {
		const { bus, collection, clock } = this.options;
		while (bus.connected && this.sweeper) {
			const until = clock.now() - UNSENT_FOR_MS;
			const found = await collection.query("unsent", { until, after: this.leftAfter, limit: SWEEP_LIMIT });
			const last = found.length < SWEEP_LIMIT ? undefined : found.at(-1);
			// Documents that cannot be sent do not hold up the others: the next look goes on after them.
			this.leftAfter = last && [last.unsentSince!, last._id];
			const left = found.map((aggregate) => this.unsentOf(aggregate)).filter(({ length }) => length > 0);
			const sent = await Promise.all(left.map((events) => this.send(events)));
			await this.tidyUp();
			const allFailed = left.length > 0 && !sent.includes(true);
			if (!last || allFailed) return;
		}
	}

	/** Keeps acknowledged events, so that they may leave their outbox. */
	private keep(): Promise<void> {
		const next = async () => {
			// Where this fails, the events stay in their outbox, and are sent from there again.
			const acknowledged = this.acknowledged.splice(0);
			await this.log.keep(acknowledged);
			this.letGo(acknowledged.map(({ event }) => event));
		};
		return (this.keeping = this.keeping.then(next, next));
	}

	private letGo(events: readonly CloudEvent[]): void {
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

	private warn(error: unknown): void {
		this.options.logger.warn("Looking for unsent events failed and is tried again", error);
	}
}
