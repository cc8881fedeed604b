import type { Logger } from "moleculer";
import type { EventBus } from "../events/event-bus";
import { type Clock, toRfc3339 } from "../domain/clock";
import { type CloudEvent, type EventMap, eventId, type NewEvent } from "../events/event";
import { busy } from "../domain/refusals";
import { Relay, type SentEvents } from "./outbox-relay";
import type { Collection } from "../store/store";
import type { AggregateDocument, Decide, Saved } from "./aggregate";

/** Commands that may wait for one aggregate; one more is refused. */
const MAILBOX_LIMIT = 256;
/** Commands that share one write. */
const BATCH_LIMIT = 100;
/** A command that waited longer is refused: whoever sent it has left. */
const MAILBOX_DEADLINE_MS = 5_000;
/** How often a write is tried against other processes that write the same aggregate. */
const MAX_CONFLICTS = 10;
interface Command<State extends object, Catalog extends EventMap, Seen> {
	decide: Decide<State, Catalog, Seen>;
	requestId: string | undefined;
	about: string | undefined;
	since: number;
	resolve(aggregate: Saved<State> | undefined): void;
	reject(error: unknown): void;
}

export interface AggregatesOptions<State extends object, Seen = undefined> {
	/** The service that tells these events. */
	publisher: string;
	collection: Collection<Saved<State>>;
	/** Where events that were sent are kept for a while; for those who tell any. */
	sent?: Collection<SentEvents>;
	bus: EventBus;
	clock: Clock;
	logger: Logger;
	/**
	 * Reads what decisions need beside their aggregate: after each load of it, once for all commands that share the write.
	 * `about` are the ids that those commands named.
	 */
	look?(aggregate: Saved<State> | undefined, about: readonly string[]): Promise<Seen>;
}

/**
 * Aggregates of one kind: commands for one of them run one at a time through a bounded mailbox, and those that wait together
 * are written together. Each write saves state, version and unsent events in one document on condition that nobody wrote
 * before; the relay then publishes the events until the bus has them.
 */
export class Aggregates<State extends object, Catalog extends EventMap, Seen = undefined> {
	private readonly mailboxes = new Map<string, Command<State, Catalog, Seen>[]>();
	private readonly relay: Relay;

	constructor(private readonly options: AggregatesOptions<State, Seen>) {
		const { collection, sent, bus, clock, logger } = options;
		this.relay = new Relay({
			collection: collection as unknown as Collection<AggregateDocument>,
			sent,
			bus,
			clock,
			logger,
			tidy: async (id) => {
				await this.change(id, (aggregate) =>
					aggregate && this.relay.unsentOf(aggregate).length < (aggregate.outbox?.length ?? 0)
						? { state: aggregate }
						: undefined,
				);
			},
			adopt: (found) => this.adopt(found),
		});
	}

	load(id: string): Promise<Saved<State> | undefined> {
		return this.options.collection.load(id);
	}

	/**
	 * Runs one command. Resolves with the aggregate as saved. `about` is the id of what `look` is to read for it.
	 * @throws what `decide` throws; Refusal AGGREGATE_BUSY where the mailbox is full or others write too often; Refusal STORE_UNAVAILABLE
	 */
	change(
		id: string,
		decide: Decide<State, Catalog, Seen>,
		requestId?: string,
		about?: string,
	): Promise<Saved<State> | undefined> {
		return new Promise((resolve, reject) => {
			const command = { decide, requestId, about, since: this.options.clock.now(), resolve, reject };
			const mailbox = this.mailboxes.get(id);
			if (!mailbox) {
				this.mailboxes.set(id, [command]);
				void this.empty(id);
			} else if (mailbox.length >= MAILBOX_LIMIT) {
				reject(busy("AGGREGATE_BUSY", "Too many requests for the same thing are waiting."));
			} else mailbox.push(command);
		});
	}

	/** Begins to look for events of earlier runs and of processes that died. */
	start(): void {
		this.relay.start();
	}

	/** Waits for commands under way, and for what they tell to be sent. Events that are not sent by then are sent by whoever runs then. */
	async stop(): Promise<void> {
		while (this.mailboxes.size > 0) await new Promise(setImmediate);
		await this.relay.stop();
	}

	/** As a relay's options want it. */
	private async adopt({ _id, rev }: AggregateDocument): Promise<CloudEvent[]> {
		let adopted = false;
		const saved = await this.change(_id, (aggregate) => {
			adopted = aggregate?.rev === rev;
			return adopted ? { state: aggregate! } : undefined;
		});
		return adopted && saved ? this.relay.unsentOf(saved) : [];
	}

	private async empty(id: string): Promise<void> {
		const mailbox = this.mailboxes.get(id)!;
		// Commands of the same turn of the event loop share the first write.
		await Promise.resolve();
		while (mailbox.length > 0) {
			const batch = mailbox.splice(0, BATCH_LIMIT).filter((command) => this.isInTime(command));
			if (batch.length > 0) await this.run(id, batch).catch((error) => batch.forEach(({ reject }) => reject(error)));
		}
		this.mailboxes.delete(id);
	}

	private isInTime(command: Command<State, Catalog, Seen>): boolean {
		if (this.options.clock.now() - command.since < MAILBOX_DEADLINE_MS) return true;
		command.reject(busy("AGGREGATE_BUSY", "The request waited too long for its turn."));
		return false;
	}

	private async run(id: string, batch: ReadonlyArray<Command<State, Catalog, Seen>>): Promise<void> {
		for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
			const loaded = await this.options.collection.load(id);
			const seen = await this.look(loaded, batch);
			const { aggregate, events, settle } = this.decideAll(id, loaded, seen, batch);
			if (aggregate === loaded) return settle(loaded);
			const saved = await this.options.collection.save(this.withoutSent(aggregate!), loaded);
			if (!saved) {
				await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt));
				continue;
			}
			if (events.length > 0) void this.relay.send(events);
			return settle(saved);
		}
		throw busy("AGGREGATE_BUSY", "Others are changing the same thing.");
	}

	private async look(
		loaded: Saved<State> | undefined,
		batch: ReadonlyArray<Command<State, Catalog, Seen>>,
	): Promise<Seen> {
		const about = batch.flatMap((command) => command.about ?? []);
		// Without `look`, Seen is undefined.
		return (await this.options.look?.(loaded, about)) as Seen;
	}

	/** Lets each command decide on what the one before it left; `settle` answers them once that is saved. */
	private decideAll(
		id: string,
		loaded: Saved<State> | undefined,
		seen: Seen,
		batch: ReadonlyArray<Command<State, Catalog, Seen>>,
	) {
		let aggregate = loaded;
		const events: CloudEvent[] = [];
		const answers: Array<() => void> = [];
		for (const command of batch) {
			try {
				const change = command.decide(aggregate, seen);
				if (change) {
					const told = this.number(id, aggregate?.version ?? 0, change.events ?? [], command.requestId);
					aggregate = this.next(id, aggregate, change.state, told);
					events.push(...told);
				}
				const after = aggregate;
				// rev is that of the write which all of the batch share.
				answers.push(() => command.resolve(after && { ...after, rev: final?.rev ?? after.rev }));
			} catch (error) {
				answers.push(() => command.reject(error));
			}
		}
		let final: Saved<State> | undefined;
		const settle = (saved: Saved<State> | undefined) => {
			final = saved;
			for (const answer of answers) answer();
		};
		return { aggregate, events, settle };
	}

	private number(
		id: string,
		version: number,
		events: ReadonlyArray<NewEvent<Catalog>>,
		requestId?: string,
	): CloudEvent[] {
		const { publisher, clock } = this.options;
		return events.map(({ type, data }, index) => ({
			specversion: "1.0",
			id: eventId(publisher, id, version + index + 1),
			source: `/funshop/${publisher}`,
			type,
			subject: id,
			sequence: version + index + 1,
			time: toRfc3339(clock.now()),
			datacontenttype: "application/json",
			...(requestId === undefined ? {} : { requestid: requestId }),
			data,
		}));
	}

	private next(id: string, before: Saved<State> | undefined, state: State, told: readonly CloudEvent[]): Saved<State> {
		const outbox = [...(before?.outbox ?? []), ...told];
		return {
			...state,
			_id: id,
			rev: before?.rev ?? 0,
			version: (before?.version ?? 0) + told.length,
			...unsent(outbox),
		};
	}

	private withoutSent(aggregate: Saved<State>): Saved<State> {
		return { ...aggregate, ...unsent(this.relay.unsentOf(aggregate)) };
	}
}

function unsent(outbox: CloudEvent[]): Pick<AggregateDocument, "outbox" | "unsentSince"> {
	const [oldest] = outbox;
	return oldest ? { outbox, unsentSince: Date.parse(oldest.time) } : { outbox: undefined, unsentSince: undefined };
}
