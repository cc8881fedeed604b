import { EVENT_CATALOG } from "../../services/event-catalog";
import type { AggregateDocument } from "../../shared/aggregates/aggregate";
import type { Due } from "../../shared/aggregates/due-work";
import { type CloudEvent, eventId, isSameEvent } from "../../shared/events/event";
import { eventValidator } from "../../shared/events/event-validation";
import { type AuditSnapshot, type Difference, groupBy, type PublishedEvents, type Story } from "./difference";
import { mayBeTrimmed } from "./trimmed";

type Life = Readonly<Record<string, readonly string[]>>;

/** The events that may follow an event of the same aggregate; "" stands for no event yet. */
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

/** The statuses that a document may have while this is its last event. */
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

const isValid = eventValidator(EVENT_CATALOG);

interface Document extends AggregateDocument, Due {
	status?: string;
	/** When a payment is to be refunded, in milliseconds since 1970. */
	refundAt?: number;
	/** No event of the document is older, in milliseconds since 1970. */
	createdAt?: number;
	/** The time of an order's last event, in milliseconds since 1970. */
	updatedAt?: number;
}

/** By service that publishes events, the documents that its events are about. */
export const PUBLISHERS: Readonly<Record<string, (snapshot: AuditSnapshot) => Document[]>> = {
	order: ({ orders }) => orders,
	payment: ({ attempts }) => attempts,
	product: ({ products }) => products,
	cart: ({ cartEntries }) => cartEntries.map((entry) => ({ ...entry, createdAt: entry.order?.placedAt })),
	notification: ({ messages }) => messages,
};

/**
 * I5 and I6: the events of each aggregate are complete, in a legal order, and lead to the status that is stored. Where the log has removed old events,
 * those that it must still have are compared.
 */
export function compareEvents(snapshot: AuditSnapshot): { published: PublishedEvents; differences: Difference[] } {
	const { log, differences } = checkShapes(snapshot.events);
	const bySubject = groupBy(log, ({ source, subject }) => `${publisherOf(source)} ${subject}`);
	const stories = new Map<AggregateDocument, Story>();

	for (const [publisher, documentsOf] of Object.entries(PUBLISHERS)) {
		for (const document of documentsOf(snapshot)) {
			const subject = `${publisher} ${document._id}`;
			const sent = bySubject.get(subject) ?? [];
			bySubject.delete(subject);
			const broken = checkSequence(sent, document, snapshot);
			if (broken) differences.push({ invariant: "I5", subject, says: broken });
			else stories.set(document, storyOf(sent, document));

			const beyond = sent.find(({ sequence }) => sequence > document.version);
			const ahead = beyond && `is at version ${document.version}, but ${beyond.id} is published`;
			if (ahead) differences.push({ invariant: "I5", subject, says: ahead });
			const illegal = broken ? undefined : checkLife(LIVES[publisher], stories.get(document)!, document);
			if (illegal) differences.push({ invariant: "I6", subject, says: illegal });
		}
	}
	for (const [subject, [event]] of bySubject) {
		differences.push({ invariant: "I5", subject, says: `has published ${event!.id}, but is not stored` });
	}
	return { published: { log, of: (document) => stories.get(document) }, differences };
}

/** The saved events of a document that are not among the `published` ones, or only as another event under their id. */
export function unsentBeside(published: readonly CloudEvent[]): (document: AggregateDocument) => CloudEvent[] {
	const kept = new Map(published.map((event) => [event.id, event]));
	return ({ outbox = [] }) =>
		outbox.filter((event) => {
			const sent = kept.get(event.id);
			return !sent || !isSameEvent(sent, event);
		});
}

function checkShapes(events: readonly CloudEvent[]): { log: CloudEvent[]; differences: Difference[] } {
	const differences: Difference[] = [];
	const log = events.filter((event) => {
		const publisher = publisherOf(event.source);
		const problem = !isValid(event)
			? `does not match the schema of ${event.type}`
			: event.id !== eventId(publisher, event.subject, event.sequence)
				? `is number ${event.sequence} of ${publisher} ${event.subject}, which has another id`
				: undefined;
		if (problem) differences.push({ invariant: "I5", subject: `event ${event.id}`, says: problem });
		return !problem;
	});
	return { log, differences };
}

function checkSequence(
	sent: readonly CloudEvent[],
	document: Document,
	snapshot: Pick<AuditSnapshot, "trimmedUntil">,
): string | undefined {
	const { version, outbox = [] } = document;
	const missing = firstMissing([...outbox, ...sent], document, snapshot);
	if (missing !== undefined) return `is at version ${version}, but its event ${missing} is missing in the log`;
	const sequences = sent.map(({ sequence }) => sequence);
	const twice = sequences.find((sequence, index) => sequences.indexOf(sequence) < index);
	if (twice !== undefined) return `has its event ${twice} in the log twice`;
	return undefined;
}

/** The sequence of the first event that is missing although it is too young to have been removed. An event is not older than those before it. */
function firstMissing(
	saved: readonly CloudEvent[],
	{ version, createdAt = -Infinity, updatedAt = -Infinity }: Document,
	snapshot: Pick<AuditSnapshot, "trimmedUntil">,
): number | undefined {
	const times = new Map(saved.map(({ sequence, time }) => [sequence, Date.parse(time)]));
	let oldest = createdAt;
	for (let sequence = 1; sequence <= version; sequence++) {
		oldest = Math.max(oldest, times.get(sequence) ?? (sequence === version ? updatedAt : -Infinity));
		if (!times.has(sequence) && !mayBeTrimmed(oldest, snapshot)) return sequence;
	}
	return undefined;
}

/** The events after the last gap. */
function storyOf(sent: readonly CloudEvent[], { version, outbox = [] }: AggregateDocument): Story {
	const unsent = outbox.filter(({ id }) => !sent.some((event) => event.id === id));
	const latestFirst = [...sent, ...unsent]
		.filter(({ sequence }) => sequence <= version)
		.sort((a, b) => b.sequence - a.sequence);
	const gap = latestFirst.findIndex(({ sequence }, index) => sequence !== version - index);
	const events = latestFirst.slice(0, gap === -1 ? undefined : gap).reverse();
	return { events, isWhole: events.length === version };
}

function checkLife(life: Life | undefined, { events, isWhole }: Story, { status = "" }: Document): string | undefined {
	if (!life) return undefined;
	let last = isWhole ? "" : undefined;
	for (const { type, sequence } of events) {
		if (last !== undefined && !life[last]?.includes(type))
			return `went on with ${type} (event ${sequence}) after ${last || "nothing"}`;
		last = type;
	}
	if (last === undefined) return undefined;
	const fitting = STATUS_AFTER[last] ?? ["pending"];
	return fitting.includes(status) ? undefined : `is ${status}, but its last event is ${last || "none"}`;
}

function publisherOf(source: string): string {
	return source.slice("/funshop/".length);
}
