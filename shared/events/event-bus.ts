import type { CloudEvent } from "./event";
import type { PendingRetry } from "./retry-policy";

/** The position at which a bus has stored an event. */
export interface Mark {
	eventId: string;
	position: number;
}

export interface Published {
	/** The number of events that the bus did not have yet. */
	added: number;
	/** The positions of the events, in their order; empty where the bus loses none. */
	marks: Mark[];
	/** The events that were refused, because the bus has others under their ids: their publisher's store is older than the bus. */
	taken: CloudEvent[];
}

/** Publishes events. The outbox relay uses it; rules and services do not know it. */
export interface EventPublisher {
	/** The bus may lose an event for this many milliseconds after publishing, so its publisher keeps it; 0: the bus loses none. */
	readonly mayLoseForMs: number;
	/** Whether events can be published and delivered now. */
	readonly connected: boolean;
	/**
	 * Stores events; an event that was published before is not stored again.
	 * @throws Error where the bus cannot store all of them now; it may have stored some
	 */
	publish(events: readonly CloudEvent[]): Promise<Published>;
	/** The number of events since the start that the bus refused, because it had others under their ids. */
	readonly idConflicts: number;
	/** Whether the bus still has each of these events where it has stored it. @throws Error where the bus is away */
	holds(marks: readonly Mark[]): Promise<boolean>;
	/** Calls `act` each time the bus is back after it was away: it may have lost events of the last {@link mayLoseForMs}. */
	onReturn(act: () => void): void;
}

/** Delivers events to services: at least once, in any order. */
export interface EventSubscriber {
	/**
	 * Calls `handle` with every event of these types that `consumer` has not handled yet, from the first that the bus has.
	 * Where `handle` rejects, the event is retried after a growing delay, and becomes a dead letter after the last retry; transient
	 * refusals count for the delay only.
	 */
	subscribe(consumer: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription;
}

export interface Subscription {
	/** Fetches no more events, and waits for those that are being handled. */
	stop(): Promise<void>;
}

/** Reads events again, handled or not. A bus may have removed the oldest ones because of their age. */
export interface EventHistory {
	/** The event of these types that was published last; undefined where the bus has none. @throws Error where the bus is away */
	newest(types: readonly string[]): Promise<CloudEvent | undefined>;
	/**
	 * Every event of these types that the bus has, oldest first. `since`: only those that were published at this time or later, in milliseconds since
	 * 1970; it may be a little before. @throws Error where the bus goes away meanwhile
	 */
	history(types: readonly string[], since?: number): AsyncIterable<CloudEvent>;
}

/** Events that consumers gave up, for an operator to replay or drop. */
export interface DeadLetters {
	/** At most 1,000 dead letters, of one consumer or of all. */
	list(consumer?: string): Promise<DeadLetter[]>;
	find(consumer: string, eventId: string): Promise<DeadLetter | undefined>;
	/** Delivers the event again, with all its retries. Resolves with false where there is no such dead letter. */
	replay(consumer: string, eventId: string): Promise<boolean>;
	/** Removes a dead letter. Resolves with false where there is none. */
	drop(consumer: string, eventId: string): Promise<boolean>;
}

/** An event that a consumer could not handle within its number of tries. */
export interface DeadLetter {
	consumer: string;
	event: CloudEvent;
	tries: number;
	/** The message of the last error; never a stack. */
	reason: string;
	/** When it was given up: RFC 3339. */
	at: string;
}

/** The number of events that a consumer has not handled yet, and of those that it gave up. */
export interface Backlog {
	consumer: string;
	waiting: number;
	dead: number;
}

/** The whole event bus, which a process opens and closes. Its users depend only on the interface that they need. */
export interface EventBus extends EventPublisher, EventSubscriber, EventHistory {
	readonly deadLetters: DeadLetters;
	/** Opens the bus; waits while its server is away, and logs that. @throws StartError where waiting does not help */
	open(): Promise<void>;
	backlog(): Promise<Backlog[]>;
	/** How long events wait for a subscriber in this process that has many waiting, in milliseconds; 0 where none has. */
	readonly lagMs: number;
	/** Stops all subscriptions. */
	close(): Promise<void>;
}

/** A consumer's position in the log, and its retries. */
export interface Progress {
	consumer: string;
	/** The consumer has handled every event up to here, or has a retry or dead letter of it. */
	position: number;
	/** The last position of the log. */
	newest: number;
	retries: PendingRetry[];
	/** Whether events of earlier dead letters wait to be handled again, beside the log. */
	isReplaying?: boolean;
	/** Whether a process handles the consumer's events now; its work goes on only then. */
	isRunning: boolean;
}

/** All events, progress and dead letters of a bus; another process can read it while the shop runs. */
export interface BusSnapshot {
	events: CloudEvent[];
	/** Events up to this time may have been removed because of their age, in milliseconds since 1970; absent where none was. */
	trimmedUntil?: number;
	progress: Progress[];
	deadLetters: DeadLetter[];
}
