import { EVENT_CATALOG } from "../../services/event-catalog";
import type { AggregateDocument } from "../../shared/aggregates/aggregate";
import type { Due } from "../../shared/aggregates/due-work";
import { type CloudEvent, eventId, isSameEvent } from "../../shared/events/event";
import { eventValidator } from "../../shared/events/event-validation";
import { type AuditSnapshot, type Difference, groupBy, type PublishedEvents } from "./difference";

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
}

/** By service that publishes events, the documents that its events are about. */
export const PUBLISHERS: Readonly<Record<string, (snapshot: AuditSnapshot) => Document[]>> = {
	order: ({ orders }) => orders,
	payment: ({ attempts }) => attempts,
	product: ({ products }) => products,
	cart: ({ cartEntries }) => cartEntries,
	notification: ({ messages }) => messages,
};

/** I5 and I6: the events of each aggregate are complete, in a legal order, and lead to the status that is stored. */
export function compareEvents(snapshot: AuditSnapshot): { published: PublishedEvents; differences: Difference[] } {
	const { log, differences } = checkShapes(snapshot.events);
	const bySubject = groupBy(log, ({ source, subject }) => `${publisherOf(source)} ${subject}`);
	const whole = new Map<AggregateDocument, CloudEvent[]>();

	for (const [publisher, documentsOf] of Object.entries(PUBLISHERS)) {
		for (const document of documentsOf(snapshot)) {
			const subject = `${publisher} ${document._id}`;
			const sent = bySubject.get(subject) ?? [];
			bySubject.delete(subject);
			const broken = checkSequence(sent, document);
			if (broken) differences.push({ invariant: "I5", subject, says: broken });
			else whole.set(document, storyOf(sent, document));

			const beyond = sent.find(({ sequence }) => sequence > document.version);
			const ahead = beyond && `is at version ${document.version}, but ${beyond.id} is published`;
			if (ahead) differences.push({ invariant: "I5", subject, says: ahead });
			const illegal = checkLife(LIVES[publisher], whole.get(document) ?? [], document);
			if (illegal && !broken) differences.push({ invariant: "I6", subject, says: illegal });
		}
	}
	for (const [subject, [event]] of bySubject) {
		differences.push({ invariant: "I5", subject, says: `has published ${event!.id}, but is not stored` });
	}
	return { published: { log, of: (document) => whole.get(document) }, differences };
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
	return fitting.includes(status) ? undefined : `is ${status}, but its last event is ${last || "none"}`;
}

function publisherOf(source: string): string {
	return source.slice("/funshop/".length);
}
