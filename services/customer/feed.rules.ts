import type { Folded, OrderEvent, OrderView } from "./customer.rules";

/** A feed keeps this many latest entries; a client that missed more reloads the page. */
const ENTRIES_KEPT = 200;
/** A feed is kept for a day after it was read last; one without an entry, whose loss costs its client little, for an hour. */
const KEPT_FOR_MS = 24 * 3_600_000;
const EMPTY_KEPT_FOR_MS = 3_600_000;
/** It is kept for longer by this factor, so that not each read writes. */
const KEPT_LONGER = 1.25;

export interface FeedEntry {
	/** One more than that of the entry before; 1 for the first. */
	number: number;
	type: string;
	orderId: string;
	eventId: string;
	/** Time of the event in milliseconds since 1970. */
	at: number;
}

/** Events of a customer's orders, in the order in which my page began to show them. It begins when the customer's live page is first opened. */
export interface FeedState {
	/** Random, so that an event id of another feed is recognized. */
	id: string;
	/** Number of the latest entry. */
	last: number;
	/** Oldest first. */
	entries: FeedEntry[];
	/** The latest `at` of the entries that were forgotten. An event after this time that has no entry was never published in the feed. */
	forgottenUntil?: number;
	/** When it is removed if nobody reads it until then, in milliseconds since 1970. */
	dueAt: number;
}

/** Begins a feed with this id where there is none, and puts its end off where it is read. Undefined where neither is needed. `now` in milliseconds since 1970. */
export function keep(feed: FeedState | undefined, newFeedId: string, now: number): Folded<FeedState> {
	if (!feed) return { state: { id: newFeedId, last: 0, entries: [], dueAt: endOf(0, now) } };
	const keptFor = feed.last === 0 ? EMPTY_KEPT_FOR_MS : KEPT_FOR_MS;
	return feed.dueAt < now + keptFor ? { state: { ...feed, dueAt: endOf(feed.last, now) } } : undefined;
}

function endOf(last: number, now: number): number {
	return now + KEPT_LONGER * (last === 0 ? EMPTY_KEPT_FOR_MS : KEPT_FOR_MS);
}

/**
 * Publishes an event in the feed of its customer, once the order's view holds it; `order.placed` also publishes all earlier events of the
 * view. Undefined where nothing is published: where nobody reads a feed of this customer, and for a repeated event, whose entry exists or was forgotten.
 * A repeated event is published where a process crashed after it wrote the view and before it wrote the feed, and where the feed is younger.
 * `isNew`: the view did not hold the event before. `now` in milliseconds since 1970.
 */
export function publish(
	feed: FeedState | undefined,
	{ events }: OrderView,
	event: OrderEvent,
	isNew: boolean,
	now: number,
): Folded<FeedState> {
	if (!feed) return undefined;
	const { last, entries, forgottenUntil } = feed;
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
			id: feed.id,
			last: last + added.length,
			entries: all.slice(-ENTRIES_KEPT),
			...(until > -Infinity && { forgottenUntil: until }),
			dueAt: last === 0 ? endOf(all.length, now) : feed.dueAt,
		},
	};
}

/** The id of an entry as clients see it; without `number` that of the latest. */
export function entryId(feed: FeedState, number = feed.last): string {
	return `${feed.id}-${number}`;
}

/** The entries after an entry's id. Undefined where the id is not of this feed, or entries after it were forgotten. */
export function entriesAfter(feed: FeedState, id: string): FeedEntry[] | undefined {
	const number = numberOf(feed, id);
	const { last, entries } = feed;
	if (number === undefined || number > last || number < last - entries.length) return undefined;
	return entries.filter((entry) => entry.number > number);
}

function numberOf(feed: FeedState, id: string): number | undefined {
	const [, of, number] = /^(.+)-([0-9]{1,15})$/.exec(id) ?? [];
	return of === feed.id ? Number(number) : undefined;
}
