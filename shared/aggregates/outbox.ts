import { toRfc3339 } from "../domain/clock";
import { type CloudEvent, eventId } from "../events/event";
import type { AggregateDocument } from "./aggregate";

/** The index of a collection whose aggregates publish events: the outbox relay finds documents with unsent events by it. */
export const PUBLISHING = { unsent: ["unsentSince"] } as const;

/**
 * Completes new events to CloudEvents, with id, sequence and time.
 * @param version the aggregate's version before these events
 * @param now milliseconds since 1970
 */
export function toCloudEvents(
	publisher: string,
	{ id, version, requestId, now }: { id: string; version: number; requestId: string | undefined; now: number },
	events: ReadonlyArray<{ type: string; data: unknown }>,
): CloudEvent[] {
	return events.map(({ type, data }, index) => ({
		specversion: "1.0",
		id: eventId(publisher, id, version + index + 1),
		source: `/funshop/${publisher}`,
		type,
		subject: id,
		sequence: version + index + 1,
		time: toRfc3339(now),
		datacontenttype: "application/json",
		...(requestId === undefined ? {} : { requestid: requestId }),
		data,
	}));
}

/** The outbox fields of a document with these unsent events. */
export function outboxFields(unsent: CloudEvent[]): Pick<AggregateDocument, "outbox" | "unsentSince"> {
	const [oldest] = unsent;
	return oldest
		? { outbox: unsent, unsentSince: Date.parse(oldest.time) }
		: { outbox: undefined, unsentSince: undefined };
}
