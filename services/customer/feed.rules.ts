import type { Folded, OrderEvent, OrderView } from "./customer.rules";

/** Of a customer's feed this many events are kept, the latest; who knows none of them loads the page anew. */
const ENTRIES_KEPT = 200;

export interface FeedEntry {
	/** One more than that of the event before it. */
	number: number;
	type: string;
	orderId: string;
	eventId: string;
	/** When the event was told, in milliseconds since 1970. */
	at: number;
}

/** What a customer's orders told, in the order in which it became visible. */
export interface FeedState {
	/** The latest event's number; 0 before the first. */
	last: number;
	/** Oldest first. */
	entries: FeedEntry[];
	/** The latest `at` of events that are not kept any more. A later event without an event was never in the feed. */
	forgottenUntil?: number;
}

/**
 * Tells an event in the feed of its customer once `order` has it; the placing makes visible what was known of the order before. Nothing is told twice:
 * an event that is heard again has its event, or one that is forgotten, or, where whoever folded it died before it was told, none yet.
 * `isNew`: the event said something new.
 */
export function tell(
	{ last, entries, forgottenUntil }: FeedState = { last: 0, entries: [] },
	{ events }: OrderView,
	event: OrderEvent,
	isNew: boolean,
): Folded<FeedState> {
	const told = new Set(entries.map(({ eventId }) => eventId));
	const mayBeForgotten = (at: number) => !isNew && forgottenUntil !== undefined && at <= forgottenUntil;
	const untold = events
		.filter(({ id }) => (event.type === "order.placed" || id === event.id) && !told.has(id))
		.map(({ id, type, time, data: { orderId } }) => ({ type, orderId, eventId: id, at: Date.parse(time) }))
		.filter(({ at }) => !mayBeForgotten(at))
		.map((entry, index) => ({ number: last + index + 1, ...entry }));
	if (untold.length === 0) return undefined;
	const all = [...entries, ...untold];
	const forgotten = all.slice(0, -ENTRIES_KEPT).map(({ at }) => at);
	const until = Math.max(forgottenUntil ?? -Infinity, ...forgotten);
	return {
		state: {
			last: last + untold.length,
			entries: all.slice(-ENTRIES_KEPT),
			...(until > -Infinity && { forgottenUntil: until }),
		},
	};
}

/** The events after a number, or undefined where it is not known, or some that came after it are forgotten. */
export function eventsAfter({ last, entries }: FeedState, number: number): FeedEntry[] | undefined {
	if (number > last || number < last - entries.length) return undefined;
	return entries.filter((entry) => entry.number > number);
}
