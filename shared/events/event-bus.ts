import type { CloudEvent } from "./event";
import type { PendingRetry } from "./retry-policy";

/** Publishes events. The outbox relay uses it; rules and services do not know it. */
export interface EventPublisher {
	/** For how many milliseconds after it was published an event may still be lost, so that its publisher keeps it; 0: never lost. */
	readonly mayLoseForMs: number;
	/** Whether events can be published and delivered now. */
	readonly connected: boolean;
	/**
	 * Stores events and resolves with how many of them are new; an event that was published before is stored once.
	 * @throws Error where the bus cannot store all of them now; some may be stored all the same
	 */
	publish(events: readonly CloudEvent[]): Promise<number>;
	/** Calls `act` each time the bus was away and is back: events that were published lately may be lost. */
	onReturn(act: () => void): void;
}

/** Delivers events to services: at least once, in any order. */
export interface EventSubscriber {
	/**
	 * Calls `handle` with every event of these types that `consumer` has not handled yet, from the first that was ever published.
	 * Where `handle` rejects, the event is retried after a growing delay, and becomes a dead letter after the last retry; transient
	 * refusals count for the delay only.
	 */
	subscribe(consumer: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription;
}

export interface Subscription {
	/** Fetches no more events, and waits for those that are being handled. */
	stop(): Promise<void>;
}

/** Reads events again, whoever has handled them. */
export interface EventHistory {
	/** Every event of these types, oldest first. @throws Error where the bus goes away meanwhile */
	history(types: readonly string[]): AsyncIterable<CloudEvent>;
}

/** Events that consumers gave up; an operator looks after them. */
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

/** How many events a consumer has not handled yet, and how many it gave up. */
export interface Backlog {
	consumer: string;
	waiting: number;
	dead: number;
}

/** A bus as the process opens and closes it. Users of it name only the interface that they need. */
export interface EventBus extends EventPublisher, EventSubscriber, EventHistory {
	readonly deadLetters: DeadLetters;
	/** Gets the bus ready; waits, and logs it, while its server is not there yet. @throws StartError where waiting is in vain */
	open(): Promise<void>;
	backlog(): Promise<Backlog[]>;
	/** Stops all subscriptions. */
	close(): Promise<void>;
}

/** How far a consumer is in the log. */
export interface Progress {
	consumer: string;
	/** It has handled every event up to here, or has a retry or dead letter of it. */
	position: number;
	/** The last position of the log. */
	newest: number;
	retries: PendingRetry[];
}

/** Everything that a bus has stored; can be read from another process while the shop runs. */
export interface BusSnapshot {
	events: CloudEvent[];
	progress: Progress[];
	deadLetters: DeadLetter[];
}
