import type { CloudEvent, EventMap, NewEvent } from "../events/event";
import type { Stored } from "../store/store";

/** The fields that an aggregate's document holds beside its own state. */
export interface AggregateDocument extends Stored {
	/** Sequence of the aggregate's last event; 0 before the first. */
	version: number;
	/** Saved events that the event bus may not have yet. */
	outbox?: CloudEvent[];
	/** Time of the oldest event in the outbox, in milliseconds since 1970; absent while the outbox is empty. */
	unsentSince?: number;
}

export type Saved<State extends object> = State & AggregateDocument;

/** The outcome of a rule: the next state, and the events that are saved and published with it. */
export interface Change<State extends object, Events extends EventMap> {
	state: State;
	events?: ReadonlyArray<NewEvent<Events>>;
}

/**
 * Decides on an aggregate: a pure function, called again when another write came first. It returns undefined to change nothing.
 * `seen` is the answer of {@link AggregatesOptions.look}; `now` is the time of the decision in milliseconds since 1970, which its events bear.
 * @throws Refusal, which reaches the caller; nothing is saved for this command then
 */
export type Decide<State extends object, Events extends EventMap, Seen = undefined> = (
	aggregate: Saved<State> | undefined,
	seen: Seen,
	now: number,
) => Change<State, Events> | undefined;
