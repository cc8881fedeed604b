import type { Folded, OrderEvent, OrderView } from "./customer.rules";

/** A feed keeps this many latest entries; a client that missed more reloads the page. */
const ENTRIES_KEPT = 200;
/** The event id before the first entry of any feed. */
const BEGINNING = "0";

export interface FeedEntry {
	/** One more than that of the entry before; 1 for the first. */
	number: number;
	type: string;
	orderId: string;
	eventId: string;
	/** Time of the event in milliseconds since 1970. */
	at: number;
}

/** Events of a customer's orders, in the order in which my page began to show them. */
export interface FeedState {
	/** Random, so that an event id of another feed is recognized. */
	id: string;
	/** Number of the latest entry. */
	last: number;
	/** Oldest first. */
	entries: FeedEntry[];
	/** The latest `at` of the entries that were forgotten. An event after this time that has no entry was never published in the feed. */
	forgottenUntil?: number;
}

/**
 * Publishes an event in the feed of its customer, once the order's view holds it; `order.placed` also publishes all earlier events of the
 * view. Undefined where nothing is published, as for a repeated event, whose entry exists or was forgotten. A repeated event is published
 * where a process crashed after it wrote the view and before it wrote the feed.
 * `isNew`: the view did not hold the event before. `newFeedId`: the id of the feed if this is its first entry.
 */
export function publish(
	feed: FeedState | undefined,
	{ events }: OrderView,
	event: OrderEvent,
	isNew: boolean,
	newFeedId: string,
): Folded<FeedState> {
	const { id: feedId, last, entries, forgottenUntil }: FeedState = feed ?? { id: newFeedId, last: 0, entries: [] };
	const published = new Set(entries.map(({ eventId }) => eventId));
	const mayBeForgotten = (at: number) => !isNew && forgottenUntil !== undefined && at <= forgottenUntil;
	const added = events
		.filter(({ id }) => (event.type === "order.placed" || id === event.id) && !published.has(id))
		.map(({ id, type, time, data: { orderId } }) => ({ type, orderId, eventId: id, at: Date.parse(time) }))
		.filter(({ at }) => !mayBeForgotten(at))
		.map((entry, index) => ({ number: last + index + 1, ...entry }));
	if (added.length === 0) return undefined;
	const all = [...entries, ...added];
	const forgotten = all.slice(0, -ENTRIES_KEPT).map(({ at }) => at);
	const until = Math.max(forgottenUntil ?? -Infinity, ...forgotten);
	return {
		state: {
			id: feedId,
			last: last + added.length,
			entries: all.slice(-ENTRIES_KEPT),
			...(until > -Infinity && { forgottenUntil: until }),
		},
	};
}

/** The id of an entry as clients see it; without `number` that of the latest. "0" before there is a feed. */
export function entryId(feed: FeedState | undefined, number = feed?.last): string {
	return feed ? `${feed.id}-${number}` : BEGINNING;
}

/** The entries after an entry's id. Undefined where the id is not of this feed, or entries after it were forgotten. */
export function entriesAfter(feed: FeedState | undefined, id: string): FeedEntry[] | undefined {
	const number = id === BEGINNING ? 0 : numberOf(feed, id);
	const { last, entries } = feed ?? { last: 0, entries: [] };
	if (number === undefined || number > last || number < last - entries.length) return undefined;
	return entries.filter((entry) => entry.number > number);
}

function numberOf(feed: FeedState | undefined, id: string): number | undefined {
	const [, of, number] = /^(.+)-([0-9]{1,15})$/.exec(id) ?? [];
	return feed && of === feed.id ? Number(number) : undefined;
}
