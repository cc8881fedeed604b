import type { Fact } from "./event";
import type { TriedFact } from "./retry-policy";

/** A fact that a consumer could not act on after all its tries. */
export interface DeadLetter {
	consumer: string;
	fact: Fact;
	tries: number;
	/** What the last try said; never a stack. */
	reason: string;
	/** RFC 3339. */
	at: string;
}

export interface Consumption {
	/** Fetches no more and waits for what is being handled. */
	stop(): Promise<void>;
}

/** How far a consumer is: facts that it has not acted on yet, and those it gave up. */
export interface Backlog {
	consumer: string;
	waiting: number;
	dead: number;
}

/** How far a consumer is in the log. */
export interface Progress {
	consumer: string;
	/** Up to here it has acted on every fact, or keeps it as a retry or dead letter. */
	position: number;
	/** The log's last place. */
	newest: number;
	retries: TriedFact[];
}

/** What a carrier has kept, for who looks at it from outside, also while the shop runs. */
export interface CarrierBooks {
	facts: Fact[];
	progress: Progress[];
	deadLetters: DeadLetter[];
}

/**
 * Brings facts from their tellers to each consuming service: at least once, in any order, until the service has succeeded.
 * The relay publishes, `delivery.ts` consumes; services know neither.
 */
export interface Carrier {
	/** For how long after it was published a fact may still be lost, and so is kept by its teller, in milliseconds; 0: never lost. */
	readonly mayLoseForMs: number;
	/** Whether facts can be published and heard now. */
	readonly connected: boolean;
	/** Gets ready to carry; waits, and says so, where what it needs is not there yet. */
	open(): Promise<void>;
	/**
	 * Resolves, once the facts are kept, with how many of them it did not have before; a fact that was published before is kept once.
	 * Rejects where it cannot keep them now: the facts may be kept all the same.
	 */
	publish(facts: readonly Fact[]): Promise<number>;
	/** Calls `act` each time the carrier was away and is back: what was published lately may be lost. */
	onReturn(act: () => void): void;
	/**
	 * Hands `handle` every fact of these types that `consumer` has not succeeded with, from the first ever told. A rejection
	 * is tried again with growing delay; after N tries the fact becomes a dead letter. Transient refusals do not use tries up.
	 */
	consume(consumer: string, types: readonly string[], handle: (fact: Fact) => Promise<void>): Consumption;
	/** Every fact of these types, oldest first. */
	history(types: readonly string[]): AsyncIterable<Fact>;
	backlog(): Promise<Backlog[]>;
	deadLetters(consumer?: string): Promise<DeadLetter[]>;
	/** Tries a dead letter again from the start. Resolves with false where there is none of that id. */
	replay(consumer: string, factId: string): Promise<boolean>;
	/** Forgets a dead letter. */
	drop(consumer: string, factId: string): Promise<boolean>;
	close(): Promise<void>;
}
