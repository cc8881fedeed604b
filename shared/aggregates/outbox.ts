import { toRfc3339 } from "../domain/clock";
import { busy } from "../domain/refusals";
import { type CloudEvent, eventId, isSameEvent } from "../events/event";
import type { Stored } from "../store/store";
import type { AggregateDocument } from "./aggregate";

/** Unsent events of one aggregate: their number, and their size as JSON in bytes. The document must stay far below MongoDB's 16 MB. */
const OUTBOX_LIMIT = { events: 500, bytes: 1_000_000 };

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

/** The room that an aggregate's outbox has for further events. */
export class OutboxRoom {
	private readonly events: CloudEvent[];
	private bytes: number | undefined;

	constructor(unsent: readonly CloudEvent[]) {
		this.events = [...unsent];
	}

	/** Takes the room of these events. An empty outbox takes any. @throws Refusal AGGREGATE_BUSY where there is too little */
	take(added: readonly CloudEvent[]): void {
		if (added.length === 0) return;
		const bytes = (this.bytes ??= sizeOf(this.events)) + sizeOf(added);
		const isFull = this.events.length + added.length > OUTBOX_LIMIT.events || bytes > OUTBOX_LIMIT.bytes;
		if (isFull && this.events.length > 0)
			throw busy("AGGREGATE_BUSY", "Too many changes of the same thing wait to be published.");
		this.events.push(...added);
		this.bytes = bytes;
	}
}

function sizeOf(events: readonly CloudEvent[]): number {
	return Buffer.byteLength(JSON.stringify(events));
}

/** The outbox fields of a document with these unsent events. */
export function outboxFields(unsent: CloudEvent[]): Pick<AggregateDocument, "outbox" | "unsentSince"> {
	const [oldest] = unsent;
	return oldest
		? { outbox: unsent, unsentSince: Date.parse(oldest.time) }
		: { outbox: undefined, unsentSince: undefined };
}

/**
 * Takes the events out of a document's outbox that goes on without one: `unsent` are those that the event log does not have. An event whose id the log
 * has for another one gets the next free one, as it does when it is published.
 */
export function emptyOutbox<D extends Stored>(
	document: D,
	logged: (id: string) => CloudEvent | undefined,
): { document: D; unsent: CloudEvent[] } {
	const { outbox, unsentSince: _, ...rest } = document as D & Partial<AggregateDocument>;
	if (!outbox) return { document, unsent: [] };
	let { version = 0 } = rest;
	const unsent = outbox.flatMap((event) => {
		const other = logged(event.id);
		if (!other) return [event];
		if (isSameEvent(other, event)) return [];
		const [publisher = ""] = event.id.split("/");
		do version++;
		while (logged(eventId(publisher, event.subject, version)));
		return [{ ...event, id: eventId(publisher, event.subject, version), sequence: version }];
	});
	return { document: { ...rest, version } as unknown as D, unsent };
}
