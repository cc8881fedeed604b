import type { Logger, ServiceSchema } from "moleculer";
import type { Clock } from "../domain/clock";
import type { EventHistory, EventPublisher } from "../events/event-bus";
import type { CloudEvent, EventMap } from "../events/event";
import { dbMixin, type StoreAdapter } from "../store/moleculer-db-adapter";
import type { Collection, Indexes, Stored } from "../store/store";
import type { AggregateDocument, Saved } from "./aggregate";
import { Aggregates, type AggregatesOptions } from "./aggregates";
import { DUE_INDEX, DueWork, type DueWorkOptions } from "./due-work";
import { type KeyedRequest, KeyedRequests } from "./keyed-requests";
import { OlderStore } from "./older-store";
import { PUBLISHING } from "./outbox";
import { SENT_INDEXES, type SentEvents } from "./sent-events";

/** Background work that runs while its service does. */
export interface Background {
	start(): Promise<void> | void;
	/** Waits for work under way. */
	stop(): Promise<void>;
}

/** A service's collections and their indexes by name; aggregates that publish events have the indexes of {@link PUBLISHING}. */
export type Collections = Readonly<Record<string, Indexes>>;

export interface ServiceDataOptions {
	/** The service's name; the first part of its events' ids. */
	service: string;
	openStore(collections: Collections): StoreAdapter;
	collections: Collections;
	bus: EventPublisher & Pick<EventHistory, "newest">;
	clock: Clock;
	logger: Logger;
	/** Called once for each event that was saved. */
	onSaved?(event: CloudEvent): void;
}

/** The commands that wait for a service's aggregates, and its events that are not published yet. */
export interface DataLoad {
	service: string;
	/** Commands that wait. */
	waiting: number;
	/** Aggregates that commands wait for or run on. */
	aggregates: number;
	/** When its oldest event was saved that is not published yet, in milliseconds since 1970; undefined where none is. */
	unsentSince?: number;
}

/**
 * The documents of one service, and the work on them in the background: the outbox relays of its aggregates, and its due work. Both run
 * from the start of the service that has {@link mixin} to its stop.
 */
export class ServiceData {
	private readonly store: StoreAdapter;
	private readonly background: Background[] = [];
	private readonly aggregates: Array<Pick<Aggregates<object>, "mailboxLoad" | "unsentSince">> = [];

	constructor(private readonly options: ServiceDataOptions) {
		const { openStore, collections } = options;
		const publishes = Object.values(collections).some((indexes) => hasIndexes(PUBLISHING, indexes));
		// Stays empty where the store appends events itself.
		this.store = openStore(publishes ? { ...collections, sent: SENT_INDEXES } : collections);
	}

	collection<D extends Stored>(name: string): Collection<D> {
		return this.store.collection(name);
	}

	/**
	 * Aggregates whose changes publish events; `events` has their types as keys.
	 * @throws Error where the collection does not declare the indexes of {@link PUBLISHING}
	 */
	publishing<State extends object, Events extends EventMap, Seen = undefined>(
		name: string,
		events: Readonly<Record<keyof Events & string, unknown>>,
		look?: AggregatesOptions<State, Seen>["look"],
	): Aggregates<State, Events, Seen> {
		const { service: publisher, collections, bus, clock, logger, onSaved } = this.options;
		if (!hasIndexes(PUBLISHING, collections[name])) {
			throw new Error(`the collection "${name}" of ${publisher} publishes events: give it the indexes of PUBLISHING`);
		}
		const collection = this.store.collection<Saved<State>>(name);
		const outbox = { sent: this.store.collection<SentEvents>("sent"), bus, logger };
		const publishing = { publisher, outbox: this.store.appendsEvents ? undefined : outbox, onSaved };
		const documents = collection as unknown as Collection<AggregateDocument>;
		this.run(new OlderStore({ publisher, types: Object.keys(events), collection: documents, bus, logger }));
		return this.keep(new Aggregates<State, Events, Seen>({ collection, clock, look, publishing }));
	}

	/** Aggregates that publish nothing. */
	silent<State extends object>(name: string): Aggregates<State> {
		return this.keep(new Aggregates<State>({ collection: this.store.collection(name), clock: this.options.clock }));
	}

	/** Work on documents whose time has come. */
	dueWork<D extends Stored>(
		name: string,
		work: Pick<DueWorkOptions<D>, "index" | "atOnce" | "claim" | "work">,
	): DueWork<D> {
		const { service, collections, clock, logger } = this.options;
		const { index } = work;
		if (!hasIndexes(index === undefined ? DUE_INDEX : { [index]: [] }, collections[name])) {
			throw new Error(
				`the collection "${name}" of ${service} has due work: give it the index of ${index ?? "DUE_INDEX"}`,
			);
		}
		return this.run(new DueWork<D>({ collection: this.store.collection(name), clock, logger, ...work }));
	}

	/** Answers to requests with an Idempotency-Key, which are forgotten when their time is over. */
	keyedRequests(name: string, newId: () => string): KeyedRequests {
		const requests = new KeyedRequests(this.collection<KeyedRequest>(name), this.options.clock, newId);
		this.dueWork<KeyedRequest>(name, { work: (request) => requests.forget(request) });
		return requests;
	}

	private keep<Kept extends Background & Pick<Aggregates<object>, "mailboxLoad" | "unsentSince">>(kept: Kept): Kept {
		this.aggregates.push(kept);
		return this.run(kept);
	}

	/** @throws Refusal STORE_UNAVAILABLE */
	async load(): Promise<DataLoad> {
		const loads = this.aggregates.map(({ mailboxLoad }) => mailboxLoad);
		const since = await Promise.all(this.aggregates.map((kept) => kept.unsentSince()));
		const unsent = since.filter((at) => at !== undefined);
		return {
			service: this.options.service,
			waiting: loads.reduce((sum, { waiting }) => sum + waiting, 0),
			aggregates: loads.reduce((sum, { aggregates }) => sum + aggregates, 0),
			...(unsent.length > 0 && { unsentSince: Math.min(...unsent) }),
		};
	}

	/** Registers background work: it starts after all that was registered before it, and stops before them. */
	run<B extends Background>(background: B): B {
		this.background.push(background);
		return background;
	}

	/** For the service's `mixins`: connects the store, then starts the work in the background. */
	get mixin(): Partial<ServiceSchema> {
		const { background } = this;
		return {
			...dbMixin(this.store),
			async started() {
				for (const each of background) await each.start();
			},
			async stopped() {
				for (const each of [...background].reverse()) await each.stop();
			},
		};
	}
}

function hasIndexes(wanted: Indexes, indexes: Indexes | undefined): boolean {
	return Object.keys(wanted).every((index) => indexes && index in indexes);
}
