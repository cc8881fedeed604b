import { type TSchema, Type } from "@sinclair/typebox";

/**
 * An event as it travels: CloudEvents 1.0, structured JSON (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 * `subject` is the aggregate's id, `sequence` numbers that aggregate's events from 1 without a gap, and `id` is derived from
 * both, so that a repeat is recognisable for ever.
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

/** What an event is as it travels. */
export const EVENT_CONTENT_TYPE = "application/cloudevents+json";

/** A publisher's events: event name to the shape of its data. */
export type EventMap = Record<string, unknown>;

/** An event that a rule decided on; name, time, number and id are given when it is saved. */
export type NewEvent<Catalog extends EventMap> = {
	[Name in keyof Catalog & string]: { type: Name; data: Catalog[Name] };
}[keyof Catalog & string];

/** Any event of a map, as it travels: a union over its types. */
export type EventOf<Events> = { [Name in keyof Events & string]: CloudEvent<Name, Events[Name]> }[keyof Events &
	string];

export function eventId(publisher: string, subject: string, sequence: number): string {
	return `${publisher}/${subject}/${sequence}`;
}

/**
 * The `params` of an event handler: an event whose data has this shape. Fields that it does not name are let through, as a newer
 * publisher may say more.
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
