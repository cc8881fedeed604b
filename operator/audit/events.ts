import { EVENT_CATALOG } from "../../services/event-catalog";
import { type CloudEvent, eventId } from "../../shared/events/event";
import type { Books, Difference } from "./rules";
import { eventValidator } from "../../shared/events/event-validation";
import type { AggregateDocument } from "../../shared/aggregates/aggregate";

type Publisher = "order" | "payment" | "product" | "cart" | "notification";
type Life = Readonly<Record<string, readonly string[]>>;

/** What may be told after what; "" is before the first. */
const LIVES: Readonly<Record<string, Life>> = {
	order: {
		"": ["order.placed"],
		"order.placed": ["order.paying", "order.completed", "order.cancelled"],
		"order.paying": ["order.completed", "order.reopened", "order.cancelled"],
		"order.reopened": ["order.paying", "order.completed", "order.cancelled"],
		"order.completed": ["order.cancelled"],
	},
	payment: {
		"": ["payment.delayed", "payment.approved", "payment.declined", "payment.voided"],
		"payment.delayed": ["payment.approved", "payment.declined", "payment.voided"],
		"payment.approved": ["payment.refunded"],
	},
};

/** The status that a document may have while this is the last event told of it. */
const STATUS_AFTER: Readonly<Record<string, readonly string[]>> = {
	"order.placed": ["placed", "paying"],
	"order.paying": ["paying"],
	"order.reopened": ["placed", "paying"],
	"order.completed": ["completed"],
	"order.cancelled": ["cancelled"],
	"payment.delayed": ["pending"],
	"payment.approved": ["approved"],
	"payment.declined": ["declined"],
	"payment.voided": ["voided"],
	"payment.refunded": ["refunded"],
};

const isWhole = eventValidator(EVENT_CATALOG);

interface Document extends AggregateDocument {
	status?: string;
}

/** The events that are what they say, and those of each aggregate. */
export interface Told {
	log: CloudEvent[];
	/**
	 * An aggregate's events up to the version that was read, by sequence; undefined where they are not whole. Those not sent yet
	 * count, as they are saved: so a document and its events agree at any moment, also while the shop runs.
	 */
	of(document: AggregateDocument): CloudEvent[] | undefined;
}

/** I5 and I6: what was told of each aggregate is whole, legal, and leads to what is stored. */
export function compareEvents(books: Books): { told: Told; differences: Difference[] } {
	const { log, differences } = checkShapes(books.events);
	const aggregates: Record<Publisher, Document[]> = {
		order: books.orders,
		payment: books.attempts,
		product: books.products,
		cart: books.cartEntries,
		notification: books.messages,
	};
	const bySubject = groupBy(log, ({ source, subject }) => `${publisherOf(source)} ${subject}`);
	const whole = new Map<AggregateDocument, CloudEvent[]>();

	for (const [publisher, documents] of Object.entries(aggregates)) {
		for (const document of documents) {
			const subject = `${publisher} ${document._id}`;
			const sent = bySubject.get(subject) ?? [];
			bySubject.delete(subject);
			const broken = checkSequence(sent, document);
			if (broken) differences.push({ invariant: "I5", subject, says: broken });
			else whole.set(document, storyOf(sent, document));

			const beyond = sent.find(({ sequence }) => sequence > document.version);
			const ahead = beyond && `is at version ${document.version}, but ${beyond.id} is told of it`;
			if (ahead) differences.push({ invariant: "I5", subject, says: ahead });
			const illegal = checkLife(LIVES[publisher], whole.get(document) ?? [], document);
			if (illegal && !broken) differences.push({ invariant: "I6", subject, says: illegal });
		}
	}
	for (const [subject, [event]] of bySubject) {
		differences.push({ invariant: "I5", subject, says: `is told of (${event!.id}), but not stored` });
	}
	return { told: { log, of: (document) => whole.get(document) }, differences };
}

function checkShapes(events: readonly CloudEvent[]): { log: CloudEvent[]; differences: Difference[] } {
	const differences: Difference[] = [];
	const log = events.filter((event) => {
		const publisher = publisherOf(event.source);
		const problem = !isWhole(event)
			? `is not what a ${event.type} is`
			: event.id !== eventId(publisher, event.subject, event.sequence)
				? `is number ${event.sequence} of ${publisher} ${event.subject}, which has another id`
				: undefined;
		if (problem) differences.push({ invariant: "I5", subject: `event ${event.id}`, says: problem });
		return !problem;
	});
	return { log, differences };
}

function checkSequence(sent: readonly CloudEvent[], { version, outbox = [] }: AggregateDocument): string | undefined {
	const sequences = sent.map(({ sequence }) => sequence);
	const saved = new Set([...sequences, ...outbox.map(({ sequence }) => sequence)]);
	const missing = Array.from({ length: version }, (_, index) => index + 1).find((sequence) => !saved.has(sequence));
	if (missing !== undefined) return `is at version ${version}, but its event ${missing} is missing in the log`;
	const twice = sequences.find((sequence, index) => sequences.indexOf(sequence) < index);
	if (twice !== undefined) return `has its event ${twice} in the log twice`;
	return undefined;
}

function storyOf(sent: readonly CloudEvent[], { version, outbox = [] }: AggregateDocument): CloudEvent[] {
	const unsent = outbox.filter(({ id }) => !sent.some((event) => event.id === id));
	return [...sent, ...unsent].filter(({ sequence }) => sequence <= version).sort((a, b) => a.sequence - b.sequence);
}

function checkLife(
	life: Life | undefined,
	story: readonly CloudEvent[],
	{ status = "" }: Document,
): string | undefined {
	if (!life) return undefined;
	let last = "";
	for (const { type, sequence } of story) {
		if (!life[last]?.includes(type)) return `went on with ${type} (event ${sequence}) after ${last || "nothing"}`;
		last = type;
	}
	const fitting = STATUS_AFTER[last] ?? ["pending"];
	return fitting.includes(status) ? undefined : `is ${status}, but the last event told of it is ${last || "none"}`;
}

function publisherOf(source: string): string {
	return source.slice("/funshop/".length);
}

/** Items that have a key in common, each group in the order in which they come. */
export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const group = groups.get(keyOf(item));
		if (group) group.push(item);
		else groups.set(keyOf(item), [item]);
	}
	return groups;
}
