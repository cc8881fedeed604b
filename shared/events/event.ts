import { isDeepStrictEqual } from "node:util";
import { type TSchema, Type } from "@sinclair/typebox";

/**
 * An event as it is published: CloudEvents 1.0, structured JSON (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 * `subject` is the aggregate's id, `sequence` numbers that aggregate's events from 1 without a gap, and `id` is derived from
 * both, so that a repeated event has the same id.
 */
export interface CloudEvent<Type extends string = string, Data = unknown> {
	specversion: "1.0";
	id: string;
	source: string;
	type: Type;
	subject: string;
	sequence: number;
	/** RFC 3339. */
	time: string;
	datacontenttype: "application/json";
	/** The id of the request that led to this event. */
	requestid?: string;
	data: Data;
}

/** The media type of a published event. */
export const EVENT_CONTENT_TYPE = "application/cloudevents+json";

/** A publisher's events: the type of the data by event type. */
export type EventMap = Record<string, unknown>;

/** An event that a rule decided on; its id, number and time are added when it is saved. */
export type NewEvent<Catalog extends EventMap> = {
	[Name in keyof Catalog & string]: { type: Name; data: Catalog[Name] };
}[keyof Catalog & string];

/** A published event of any type of a map: a union over its types. */
export type EventOf<Events> = { [Name in keyof Events & string]: CloudEvent<Name, Events[Name]> }[keyof Events &
	string];

/** The key by which events take turns: their customer; of events that name none, their order, else their subject. */
export function turnOf({ subject, data }: CloudEvent): string {
	const { customerId, orderId } = (data ?? {}) as { customerId?: unknown; orderId?: unknown };
	return String(customerId ?? orderId ?? subject);
}

/**
 * The key of events that are handled one after the other: those of one subject and order. Events of a product that all customers order have many
 * orders, and would wait for each other.
 */
export function queueOf({ subject, data }: CloudEvent): string {
	const { orderId } = (data ?? {}) as { orderId?: unknown };
	return orderId === undefined ? subject : `${subject} ${String(orderId)}`;
}

export function eventId(publisher: string, subject: string, sequence: number): string {
	return `${publisher}/${subject}/${sequence}`;
}

/**
 * Whether two events of one id say the same. Their times and requests may differ, as where a process decides once more what it had decided
 * before its store was restored from an older copy.
 */
export function isSameEvent(a: CloudEvent, b: CloudEvent): boolean {
	return a.id === b.id && a.type === b.type && isDeepStrictEqual(asJson(a.data), asJson(b.data));
}

function asJson(value: unknown): unknown {
	return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/**
 * The `params` schema of an event handler: an event with data of this schema. Unknown fields are allowed, because a newer publisher may
 * add some.
 */
export function EventSchemaOf<Data extends TSchema>(data: Data) {
	return Type.Object({
		specversion: Type.Literal("1.0"),
		id: Type.String(),
		type: Type.String(),
		subject: Type.String(),
		sequence: Type.Integer({ minimum: 1 }),
		time: Type.String({ format: "date-time" }),
		data,
	});
}
