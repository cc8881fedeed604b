import type { Folded, OrderFact, OrderView } from "./customer.rules";

/** Of a customer's feed this many events are kept, the latest; who knows none of them loads the page anew. */
const EVENTS_KEPT = 200;

export interface FeedEvent {
	/** One more than that of the event before it. */
	number: number;
	type: string;
	orderId: string;
	factId: string;
	/** When the fact was told, in milliseconds since 1970. */
	at: number;
}

/** What a customer's orders told, in the order in which it became visible. */
export interface FeedState {
	/** The latest event's number; 0 before the first. */
	last: number;
	/** Oldest first. */
	events: FeedEvent[];
	/** The latest `at` of events that are not kept any more. A later fact without an event was never in the feed. */
	forgottenUntil?: number;
}

/**
 * Tells a fact in the feed of its customer once `order` has it; the placing makes visible what was known of the order before. Nothing is told twice:
 * a fact that is heard again has its event, or one that is forgotten, or, where whoever folded it died before it was told, none yet.
 * `isNew`: the fact said something new.
 */
export function tell(
	{ last, events, forgottenUntil }: FeedState = { last: 0, events: [] },
	{ facts }: OrderView,
	fact: OrderFact,
	isNew: boolean,
): Folded<FeedState> {
	const told = new Set(events.map(({ factId }) => factId));
	const mayBeForgotten = (at: number) => !isNew && forgottenUntil !== undefined && at <= forgottenUntil;
	const untold = facts
		.filter(({ id }) => (fact.type === "order.placed" || id === fact.id) && !told.has(id))
		.map(({ id, type, time, data: { orderId } }) => ({ type, orderId, factId: id, at: Date.parse(time) }))
		.filter(({ at }) => !mayBeForgotten(at))
		.map((event, index) => ({ number: last + index + 1, ...event }));
	if (untold.length === 0) return undefined;
	const all = [...events, ...untold];
	const forgotten = all.slice(0, -EVENTS_KEPT).map(({ at }) => at);
	const until = Math.max(forgottenUntil ?? -Infinity, ...forgotten);
	return {
		state: {
			last: last + untold.length,
			events: all.slice(-EVENTS_KEPT),
			...(until > -Infinity && { forgottenUntil: until }),
		},
	};
}

/** The events after a number, or undefined where it is not known, or some that came after it are forgotten. */
export function eventsAfter({ last, events }: FeedState, number: number): FeedEvent[] | undefined {
	if (number > last || number < last - events.length) return undefined;
	return events.filter((event) => event.number > number);
}
