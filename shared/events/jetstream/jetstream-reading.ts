import { type TSchema, Type } from "@sinclair/typebox";
import type { Logger } from "moleculer";
import { DeliverPolicy, headers, type JsMsg, type MsgHdrs } from "nats";
import { type CloudEvent, EVENT_CONTENT_TYPE, EventSchemaOf } from "../event";
import type { JetStreamConnection } from "./jetstream-connection";
import { compile } from "../../calls/validation";
import { serviceOf } from "./jetstream-names";
import { withDeadline } from "../../timing/deadline";
import { isMissing } from "./jetstream-streams";

/** Reading fails where the next message does not arrive within this. */
const NEXT_DEADLINE_MS = 5_000;
const READ_CHUNK = 500;
/** The dead letter of an invalid message keeps this many of its characters. */
const RAW_LIMIT = 2_000;

const isEvent = compile(EventSchemaOf(Type.Unknown() as TSchema));

/** The headers of a published event, for subscribers outside of the shop. */
export function eventHeaders(): MsgHdrs {
	const all = headers();
	all.set("content-type", EVENT_CONTENT_TYPE);
	return all;
}

/** Parses a message as an event of this type. @throws Error with a reason that continues "Message 7 …" where it is not one */
export function eventIn(message: Pick<JsMsg, "string">, type: string): CloudEvent {
	let event: CloudEvent;
	try {
		event = JSON.parse(message.string()) as CloudEvent;
	} catch {
		throw new Error("is not JSON");
	}
	if (!isEvent(event)) throw new Error("is not an event of this shop in CloudEvents 1.0");
	if (event.type !== type) throw new Error(`says that it is a ${event.type}`);
	return event;
}

/** A stand-in event for the dead letter of an invalid message. */
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

/** Every message that the stream has now on these subjects, oldest first; `since`: that it took then or later, in milliseconds since 1970. @throws Error where NATS goes away meanwhile */
export async function* readThrough(
	connection: JetStreamConnection,
	stream: string,
	subjects: readonly string[],
	since?: number,
): AsyncIterable<JsMsg> {
	connection.check();
	const last = (await connection.jsm.streams.info(stream)).state.last_seq;
	const consumer = await connection.js.consumers.get(stream, {
		filterSubjects: [...subjects],
		...(since !== undefined && {
			deliver_policy: DeliverPolicy.StartTime,
			opt_start_time: new Date(since).toISOString(),
		}),
	});
	const late = () => new Error(`${connection.address} did not go on with ${stream}`);
	// Without a deadline the client would try without end to create the consumer.
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

/**
 * Every event of these types, oldest first, that the stream took at `since` or later. An event may come twice where it was published again after more than 20 minutes.
 * @throws Error where NATS goes away meanwhile
 */
export async function* historyOf(
	connection: JetStreamConnection,
	types: readonly string[],
	logger: Logger,
	since?: number,
): AsyncIterable<CloudEvent> {
	// Without a filter the consumer would read all types.
	if (types.length === 0) return;
	const { stream, subjectOf, typeOf } = connection.names;
	for await (const message of readThrough(connection, stream, types.map(subjectOf), since)) {
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

/** The event at this sequence number of the stream; undefined where there is none. @throws Error where NATS is away */
export async function eventAt({ jsm, names }: JetStreamConnection, seq: number): Promise<CloudEvent | undefined> {
	const message = await jsm.streams.getMessage(names.stream, { seq }).catch((error: unknown) => {
		if (isMissing(error)) return undefined;
		throw error;
	});
	return message && eventIn(message, names.typeOf(message.subject));
}

/** The valid event of these types that the stream took last. @throws Error where NATS is away */
export async function newestOf(
	connection: JetStreamConnection,
	types: readonly string[],
): Promise<CloudEvent | undefined> {
	connection.check();
	const { jsm, names } = connection;
	const last = await Promise.all(
		types.map((type) =>
			jsm.streams.getMessage(names.stream, { last_by_subj: names.subjectOf(type) }).catch((error: unknown) => {
				if (isMissing(error)) return undefined;
				throw error;
			}),
		),
	);
	const [newest] = last.flatMap((message) => message ?? []).sort((a, b) => b.seq - a.seq);
	return newest && eventIn(newest, names.typeOf(newest.subject));
}

/** The progress of a service's durable consumers in a stream. */
export interface ConsumerPosition {
	/** Messages that are not acknowledged. */
	pending: number;
	/** All messages up to this sequence number of the stream are acknowledged; Infinity where none is pending. */
	acknowledged: number;
	/** Whether a process waits for its next message. */
	isFetched: boolean;
}

/** The positions of this stream's services, by name. @throws Error where NATS is away */
export async function positionsIn(
	connection: JetStreamConnection,
	stream: string,
): Promise<Map<string, ConsumerPosition>> {
	connection.check();
	const positions = new Map<string, ConsumerPosition>();
	for await (const info of connection.jsm.consumers.list(stream)) {
		const { name, num_pending, num_ack_pending, num_waiting, ack_floor } = info;
		if (!info.config.durable_name) continue;
		const pending = num_pending + num_ack_pending;
		const acknowledged = pending === 0 ? Infinity : ack_floor.stream_seq;
		const others = positions.get(serviceOf(name));
		positions.set(serviceOf(name), {
			pending: pending + (others?.pending ?? 0),
			acknowledged: Math.min(acknowledged, others?.acknowledged ?? Infinity),
			isFetched: num_waiting > 0 || Boolean(others?.isFetched),
		});
	}
	return positions;
}
