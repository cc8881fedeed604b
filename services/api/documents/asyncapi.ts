import { type TSchema, Type } from "@sinclair/typebox";
import { EVENT_CONTENT_TYPE } from "../../../shared/events/event";
import { namesOf } from "../../../shared/events/jetstream/jetstream-names";

/** Publishers that are not named like the first word of their event types. */
const PUBLISHERS: Readonly<Record<string, string>> = { stock: "product" };

const REPEATS =
	"Events are delivered at least once and in any order: compare `id`, and `sequence` within a `subject`. Fields may be added.";

/** The AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0) of these events, as a cluster publishes them. */
export function asyncApiOf(events: Readonly<Record<string, TSchema>>, namespace: string) {
	const types = Object.keys(events);
	const { stream, subjectOf } = namesOf(namespace);
	return {
		asyncapi: "3.0.0",
		info: {
			title: "Funshop",
			version: "1",
			description: `The events that the shop publishes: CloudEvents 1.0, stored in the JetStream stream ${stream}. ${REPEATS} In one process without NATS, events do not leave the process. Money is in minor units, times are RFC 3339 in UTC.`,
		},
		defaultContentType: EVENT_CONTENT_TYPE,
		servers: {
			nats: {
				host: "{host}",
				protocol: "nats",
				description: `NATS with JetStream. A subscriber creates a consumer of its own on the stream ${stream}; the names of services are taken.`,
				variables: { host: { default: "127.0.0.1:4222", description: "A server of TRANSPORTER" } },
			},
		},
		channels: Object.fromEntries(
			types.map((type) => [
				type,
				{
					address: subjectOf(type),
					description: `Subject of the stream ${stream}`,
					servers: [{ $ref: "#/servers/nats" }],
					messages: { [type]: { $ref: `#/components/messages/${type}` } },
				},
			]),
		),
		operations: Object.fromEntries(
			types.map((type) => [
				`publish.${type}`,
				{ action: "send", channel: { $ref: `#/channels/${type}` }, summary: `${publisherOf(type)} publishes ${type}` },
			]),
		),
		components: {
			messages: Object.fromEntries(Object.entries(events).map(([type, data]) => [type, messageOf(type, data)])),
		},
	};
}

function messageOf(type: string, data: TSchema) {
	return {
		name: type,
		contentType: EVENT_CONTENT_TYPE,
		headers: Type.Object({
			"Nats-Msg-Id": Type.String({ description: "The event's id; NATS stores an event once" }),
			"content-type": Type.Literal(EVENT_CONTENT_TYPE),
		}),
		payload: Type.Object({
			specversion: Type.Literal("1.0"),
			id: Type.String({ description: "The same each time this event is delivered" }),
			source: Type.Literal(`/funshop/${publisherOf(type)}`),
			type: Type.Literal(type),
			subject: Type.String({ description: "The id of the aggregate that the event is about" }),
			sequence: Type.Integer({
				minimum: 1,
				description: "Numbers the events of a subject from 1 without a gap, in the order in which they happened",
			}),
			time: Type.String({ format: "date-time" }),
			datacontenttype: Type.Literal("application/json"),
			requestid: Type.Optional(Type.String({ description: "The id of the request that led to the event" })),
			data,
		}),
	};
}

function publisherOf(type: string): string {
	const noun = type.split(".")[0]!;
	return PUBLISHERS[noun] ?? noun;
}
