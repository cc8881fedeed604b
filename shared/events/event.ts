import { type Static, type TSchema, Type } from "@sinclair/typebox";

/**
 * A fact as it travels: CloudEvents 1.0, structured JSON (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 * `subject` is the aggregate's id, `sequence` numbers that aggregate's facts from 1 without a gap, and `id` is derived from
 * both, so that a repeat is recognisable for ever.
 */
export interface Fact<Type extends string = string, Data = unknown> {
	specversion: "1.0";
	id: string;
	source: string;
	type: Type;
	subject: string;
	sequence: number;
	/** RFC 3339. */
	time: string;
	datacontenttype: "application/json";
	/** The id of the request that led to this fact. */
	requestid?: string;
	data: Data;
}

/** What a fact is as it travels. */
export const FACT_CONTENT_TYPE = "application/cloudevents+json";

/** A teller's facts: event name to the shape of its data. */
export type FactCatalog = Record<string, unknown>;

/** A fact that a rule decided on; name, time, number and id are given when it is saved. */
export type NewFact<Catalog extends FactCatalog> = {
	[Name in keyof Catalog & string]: { type: Name; data: Catalog[Name] };
}[keyof Catalog & string];

export function factId(teller: string, subject: string, sequence: number): string {
	return `${teller}/${subject}/${sequence}`;
}

// Shapes that several tellers' facts share.
export const MoneyShape = Type.Object({
	amount: Type.Integer(),
	currency: Type.String({ pattern: "^[A-Z]{3}$" }),
});

export const CardShape = Type.Object({
	brand: Type.String(),
	last4: Type.String({ pattern: "^[0-9]{4}$" }),
});
/** All that the shop keeps of a card. */
export type Card = Static<typeof CardShape>;

/**
 * The `params` of an event handler: a fact whose data has this shape. Fields that it does not name are let through, as a newer
 * teller may say more.
 */
export function FactOf<Data extends TSchema>(data: Data) {
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
