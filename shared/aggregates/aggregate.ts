import type { CloudEvent, EventMap, NewEvent } from "../events/event";
import type { Stored } from "../store/store";

/** What an aggregate's document holds beside its own state. */
export interface AggregateDocument extends Stored {
	/** Sequence of the aggregate's last event; 0 before the first. */
	version: number;
	/** Events that are saved but not known to be kept by the bus. */
	outbox?: CloudEvent[];
	/** Time of the oldest such event in milliseconds since 1970; absent when there is none. */
	unsentSince?: number;
}

export type Saved<State extends object> = State & AggregateDocument;

/** What a rule decided: the state as it is to be, and what is told about it. */
export interface Change<State extends object, Catalog extends EventMap> {
	state: State;
	events?: ReadonlyArray<NewEvent<Catalog>>;
}

/**
 * A decision on an aggregate: pure, and called again when another write came first. Undefined: nothing to do. `seen` is what
 * {@link AggregatesOptions.look} resolved with.
 * @throws Refusal, which reaches the caller; nothing is saved for it then
 */
export type Decide<State extends object, Catalog extends EventMap, Seen = undefined> = (
	aggregate: Saved<State> | undefined,
	seen: Seen,
) => Change<State, Catalog> | undefined;
