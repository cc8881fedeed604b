import type { CloudEvent } from "./event";
import type { TriedEvent } from "./retry-policy";

/** An event that a consumer could not act on after all its tries. */
export interface DeadLetter {
	consumer: string;
	event: CloudEvent;
	tries: number;
	/** What the last try said; never a stack. */
	reason: string;
	/** RFC 3339. */
	at: string;
}

export interface Subscription {
	/** Fetches no more and waits for what is being handled. */
	stop(): Promise<void>;
}

/** How far a consumer is: events that it has not acted on yet, and those it gave up. */
export interface Backlog {
	consumer: string;
	waiting: number;
	dead: number;
}

/** How far a consumer is in the log. */
export interface Progress {
	consumer: string;
	/** Up to here it has acted on every event, or keeps it as a retry or dead letter. */
	position: number;
	/** The log's last place. */
	newest: number;
	retries: TriedEvent[];
}

/** What a bus has kept, for who looks at it from outside, also while the shop runs. */
export interface BusSnapshot {
	events: CloudEvent[];
	progress: Progress[];
	deadLetters: DeadLetter[];
}

/**
 * Brings events from their publishers to each consuming service: at least once, in any order, until the service has succeeded.
 * The relay publishes, `delivery.ts` consumes; services know neither.
 */
export interface EventBus {
	/** For how long after it was published an event may still be lost, and so is kept by its publisher, in milliseconds; 0: never lost. */
	readonly mayLoseForMs: number;
	/** Whether events can be published and heard now. */
	readonly connected: boolean;
	/** Gets ready to carry; waits, and says so, where what it needs is not there yet. */
	open(): Promise<void>;
	/**
	 * Resolves, once the events are kept, with how many of them it did not have before; an event that was published before is kept once.
	 * Rejects where it cannot keep them now: the events may be kept all the same.
	 */
	publish(events: readonly CloudEvent[]): Promise<number>;
	/** Calls `act` each time the bus was away and is back: what was published lately may be lost. */
	onReturn(act: () => void): void;
	/**
	 * Hands `handle` every event of these types that `consumer` has not succeeded with, from the first ever told. A rejection
	 * is tried again with growing delay; after N tries the event becomes a dead letter. Transient refusals do not use tries up.
	 */
	subscribe(consumer: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription;
	/** Every event of these types, oldest first. */
	history(types: readonly string[]): AsyncIterable<CloudEvent>;
	backlog(): Promise<Backlog[]>;
	deadLetters(consumer?: string): Promise<DeadLetter[]>;
	/** Tries a dead letter again from the start. Resolves with false where there is none of that id. */
	replay(consumer: string, eventId: string): Promise<boolean>;
	/** Forgets a dead letter. */
	drop(consumer: string, eventId: string): Promise<boolean>;
	close(): Promise<void>;
}
