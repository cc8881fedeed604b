import type { Clock } from "../domain/clock";
import { busy } from "../domain/refusals";
import { type CloudEvent, eventId, type EventMap, isSameEvent } from "../events/event";
import type { Collection } from "../store/store";
import type { AggregateDocument, Decide, Saved } from "./aggregate";
import { Mailboxes, type Waiting } from "./mailbox";
import { outboxFields, OutboxRoom, toCloudEvents } from "./outbox";
import { OutboxRelay, type RelayOptions } from "./outbox-relay";

/** Attempts to write an aggregate that other processes write at the same time. */
const MAX_CONFLICTS = 10;
/** The random pause before the next attempt is at most this long for each conflict after the first one. */
const CONFLICT_PAUSE_MS = 5;

interface Command<State extends object, Events extends EventMap, Seen> {
	decide: Decide<State, Events, Seen>;
	requestId: string | undefined;
	about: string | undefined;
}

/** The dependencies of aggregates that publish events. */
export interface Publishing {
	/** The service's name: the first part of its events' ids. */
	publisher: string;
	/** Publishes events from the outbox of their document; absent where the store appends them to the event log. */
	outbox?: Pick<RelayOptions, "sent" | "bus" | "logger">;
	/** Called once for each event that was saved. */
	onSaved?(event: CloudEvent): void;
}

export interface AggregatesOptions<State extends object, Seen = undefined> {
	collection: Collection<Saved<State>>;
	clock: Clock;
	/** Absent for aggregates that publish no events. */
	publishing?: Publishing;
	/**
	 * Reads the documents that decisions need beside their aggregate: after each load of it, once for all commands that share the write.
	 * `about` are the ids that those commands named.
	 */
	look?(aggregate: Saved<State> | undefined, about: readonly string[]): Promise<Seen>;
}

/**
 * Aggregates of one kind. Commands for one of them pass through its mailbox, one batch at a time, and each command decides on the state that
 * the one before it left. One conditional write saves state, version and events of the batch: in the event log where the store has it, else in the
 * document's outbox, from which the outbox relay publishes them.
 */
export class Aggregates<State extends object, Events extends EventMap = never, Seen = undefined> {
	private readonly mailboxes: Mailboxes<Command<State, Events, Seen>, Saved<State> | undefined>;
	private readonly relay: OutboxRelay | undefined;

	constructor(private readonly options: AggregatesOptions<State, Seen>) {
		const { collection, clock, publishing } = options;
		this.mailboxes = new Mailboxes(clock, (id, batch) => this.run(id, batch));
		this.relay =
			publishing?.outbox &&
			new OutboxRelay({
				...publishing.outbox,
				collection: collection as unknown as Collection<AggregateDocument>,
				clock,
				tidy: (id) => this.tidy(id),
				renumber: (id, events) => this.renumber(id, events),
			});
	}

	load(id: string): Promise<Saved<State> | undefined> {
		return this.options.collection.load(id);
	}

	/** The commands of this process that wait or run. */
	get mailboxLoad(): { waiting: number; aggregates: number } {
		return this.mailboxes.load;
	}

	/** When the oldest event was saved that is not published yet, in milliseconds since 1970; undefined where none is. */
	async unsentSince(): Promise<number | undefined> {
		if (!this.relay) return undefined;
		const [oldest] = await this.options.collection.entries("unsent", { limit: 1 });
		return oldest?.values[0] as number | undefined;
	}

	/**
	 * Runs one command. Resolves with the aggregate as saved, which is shared with other readers: do not change it. `requestId` is handed on in the
	 * events; `about` is the id of a document that `look` reads for this command.
	 * @throws Error or Refusal of `decide`; Refusal AGGREGATE_BUSY where the mailbox or the outbox is full, or others write too often; Refusal STORE_UNAVAILABLE
	 */
	change(
		id: string,
		decide: Decide<State, Events, Seen>,
		requestId?: string,
		about?: string,
	): Promise<Saved<State> | undefined> {
		return this.mailboxes.send(id, { decide, requestId, about });
	}

	/** Begins to look for unsent events of earlier runs and of processes that died. */
	start(): void {
		this.relay?.start();
	}

	/** Waits for commands under way, and until their events are sent. Events that cannot be sent now are sent by the next process that runs. */
	async stop(): Promise<void> {
		await this.mailboxes.idle();
		await this.relay?.stop();
	}

	private async run(id: string, batch: ReadonlyArray<Waiting<Command<State, Events, Seen>, Saved<State> | undefined>>) {
		for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
			const loaded = await this.options.collection.load(id);
			const about = batch.flatMap(({ command }) => command.about ?? []);
			// Without `look`, Seen is undefined.
			const seen = (await this.options.look?.(loaded, about)) as Seen;
			const { aggregate, events, settle } = this.decideAll(id, loaded, seen, batch);
			if (aggregate === loaded) return settle(loaded);
			const saved = await this.save(aggregate!, loaded, events);
			if (saved) {
				const onSaved = this.options.publishing?.onSaved;
				if (onSaved) events.forEach(onSaved);
				return settle(saved);
			}
			await new Promise((resolve) => setTimeout(resolve, Math.random() * CONFLICT_PAUSE_MS * conflicts));
		}
		throw busy("AGGREGATE_BUSY", "Others are changing the same thing.");
	}

	/** Resolves with undefined where another write came first. */
	private async save(
		next: Saved<State>,
		previous: Saved<State> | undefined,
		events: readonly CloudEvent[],
	): Promise<Saved<State> | undefined> {
		const { collection } = this.options;
		if (!this.relay) return collection.save(next, previous, events);
		const saved = await collection.save({ ...next, ...outboxFields(this.relay.unsentOf(next)) }, previous);
		if (saved && events.length > 0) void this.relay.send(events);
		return saved;
	}

	/** Lets each command decide on the state that the one before it left. `settle` answers the commands after the write. */
	private decideAll(
		id: string,
		loaded: Saved<State> | undefined,
		seen: Seen,
		batch: ReadonlyArray<Waiting<Command<State, Events, Seen>, Saved<State> | undefined>>,
	) {
		let aggregate = loaded;
		const room = this.relay && new OutboxRoom(loaded ? this.relay.unsentOf(loaded) : []);
		const events: CloudEvent[] = [];
		const answers: Array<(saved: Saved<State> | undefined) => void> = [];
		for (const { command, resolve, reject } of batch) {
			try {
				// One time for the state and its events, so that views of the events show the times that the state has.
				const now = this.options.clock.now();
				const change = command.decide(aggregate, seen, now);
				if (change) {
					const added = this.number(id, aggregate, change.events ?? [], command.requestId, now);
					room?.take(added);
					aggregate = this.next(id, aggregate, change.state, added);
					events.push(...added);
				}
				const after = aggregate;
				// The batch shares one write, and so its revision. The last command's aggregate is the one that is saved.
				answers.push((saved) => resolve(after === aggregate ? saved : after && { ...after, rev: saved!.rev }));
			} catch (error) {
				answers.push(() => reject(error));
			}
		}
		const settle = (saved: Saved<State> | undefined) => answers.forEach((answer) => answer(saved));
		return { aggregate, events, settle };
	}

	private number(
		id: string,
		aggregate: Saved<State> | undefined,
		events: ReadonlyArray<{ type: string; data: unknown }>,
		requestId: string | undefined,
		now: number,
	): CloudEvent[] {
		if (events.length === 0) return [];
		const { publishing } = this.options;
		if (!publishing) throw new Error(`${events[0]!.type} was decided on by aggregates that publish nothing`);
		const version = aggregate?.version ?? 0;
		return toCloudEvents(publishing.publisher, { id, version, requestId, now }, events);
	}

	private next(id: string, before: Saved<State> | undefined, state: State, added: readonly CloudEvent[]): Saved<State> {
		const unsent = this.relay && outboxFields([...(before?.outbox ?? []), ...added]);
		return { ...state, _id: id, rev: before?.rev ?? 0, version: (before?.version ?? 0) + added.length, ...unsent };
	}

	/** Writes an aggregate once more without the events that need not stay in its outbox, if there are any. */
	private async tidy(id: string): Promise<void> {
		await this.change(id, (aggregate) =>
			aggregate && this.relay!.unsentOf(aggregate).length < (aggregate.outbox?.length ?? 0)
				? { state: aggregate }
				: undefined,
		);
	}

	/**
	 * Gives unsent events, whose ids the bus has for others, the ids after the aggregate's last one, and sends them. Where another write comes
	 * first they keep their ids, and the relay finds them again.
	 */
	private async renumber(id: string, taken: readonly CloudEvent[]): Promise<void> {
		const { collection, publishing } = this.options;
		const found = await collection.load(id);
		const { outbox = [], version = 0 } = found ?? {};
		const isTaken = (event: CloudEvent) => taken.some((other) => isSameEvent(event, other));
		const renumbered = outbox.filter(isTaken).map((event, index) => {
			const sequence = version + index + 1;
			return { ...event, id: eventId(publishing!.publisher, id, sequence), sequence };
		});
		if (!found || renumbered.length === 0) return;
		const unsent = outboxFields([...outbox.filter((event) => !isTaken(event)), ...renumbered]);
		const saved = await collection.save({ ...found, version: version + renumbered.length, ...unsent }, found);
		if (saved) void this.relay!.send(renumbered);
	}
}
