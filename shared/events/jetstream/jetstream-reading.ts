import { type TSchema, Type } from "@sinclair/typebox";
import type { Logger } from "moleculer";
import { headers, type JsMsg, type MsgHdrs } from "nats";
import { type CloudEvent, EVENT_CONTENT_TYPE, EventSchemaOf } from "../event";
import type { JetStreamLink } from "./jetstream-connection";
import { compile } from "../../calls/validation";
import { withDeadline } from "../../timing/deadline";

/** The next message of a stream that has one comes within this. */
const NEXT_DEADLINE_MS = 5_000;
const READ_CHUNK = 500;
/** Of a message that is no event, so much is kept, in characters. */
const RAW_LIMIT = 2_000;

const isCatalogued = compile(EventSchemaOf(Type.Unknown() as TSchema));

/** They tell any program that listens what a message is. */
export function eventHeaders(): MsgHdrs {
	const all = headers();
	all.set("content-type", EVENT_CONTENT_TYPE);
	return all;
}

/** @throws Error that says in words why this is not an event of this type */
export function eventIn(message: Pick<JsMsg, "string">, type: string): CloudEvent {
	let event: CloudEvent;
	try {
		event = JSON.parse(message.string()) as CloudEvent;
	} catch {
		throw new Error("is not JSON");
	}
	if (!isCatalogued(event)) throw new Error("is not an event of this shop in CloudEvents 1.0");
	if (event.type !== type) throw new Error(`says that it is a ${event.type}`);
	return event;
}

/** What stands for a message that is no event, where one is to be shown. */
export function standInFor(message: JsMsg, type: string): CloudEvent {
	return {
		specversion: "1.0",
		id: message.headers?.get("Nats-Msg-Id") || `${message.info.stream}/${message.seq}`,
		source: "unknown",
		type,
		subject: "unknown",
		sequence: message.seq,
		time: new Date(message.info.timestampNanos / 1_000_000).toISOString(),
		datacontenttype: "application/json",
		data: message.string().slice(0, RAW_LIMIT),
	};
}

/** Every message on these subjects that the stream has now, oldest first. @throws Error where NATS goes away meanwhile */
export async function* readThrough(
	link: JetStreamLink,
	stream: string,
	subjects: readonly string[],
): AsyncIterable<JsMsg> {
	link.check();
	const last = (await link.jsm.streams.info(stream)).state.last_seq;
	const consumer = await link.js.consumers.get(stream, { filterSubjects: [...subjects] });
	const late = () => new Error(`${link.address} did not go on with ${stream}`);
	// The client would try for ever to make it.
	const { num_pending } = await withDeadline(consumer.info(true), NEXT_DEADLINE_MS, late);
	if (num_pending === 0) return void consumer.delete().catch(() => undefined);
	const messages = await consumer.consume({ max_messages: READ_CHUNK });
	const iterator = messages[Symbol.asyncIterator]();
	try {
		for (;;) {
			const { value: message, done } = await withDeadline(iterator.next(), NEXT_DEADLINE_MS, late);
			if (done || message.seq > last) return;
			yield message;
			if (message.info.pending === 0 || message.seq === last) return;
		}
	} finally {
		messages.stop();
		void consumer.delete().catch(() => undefined);
	}
}

/** Every event of these types; one that was sent again long after may come twice. @throws Error where NATS goes away meanwhile */
export async function* historyOf(
	link: JetStreamLink,
	types: readonly string[],
	logger: Logger,
): AsyncIterable<CloudEvent> {
	// Without subjects it would be all of them.
	if (types.length === 0) return;
	const { stream, subjectOf, typeOf } = link.names;
	for await (const message of readThrough(link, stream, types.map(subjectOf))) {
		let event: CloudEvent;
		try {
			event = eventIn(message, typeOf(message.subject));
		} catch (error) {
			logger.warn(`Message ${message.seq} of ${stream} ${(error as Error).message}, and is left out`);
			continue;
		}
		yield event;
	}
}

/** Where a durable consumer stands: what it has not acknowledged, and up to where it has all. */
export interface Place {
	pending: number;
	acknowledged: number;
}

/** Where the durable consumers of this stream stand, by name. @throws Error where NATS is away */
export async function placesIn(link: JetStreamLink, stream: string): Promise<Map<string, Place>> {
	link.check();
	const places = new Map<string, Place>();
	for await (const { config, name, num_pending, num_ack_pending, ack_floor } of link.jsm.consumers.list(stream)) {
		if (config.durable_name)
			places.set(name, { pending: num_pending + num_ack_pending, acknowledged: ack_floor.stream_seq });
	}
	return places;
}
