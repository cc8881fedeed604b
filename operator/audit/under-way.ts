import { messageId } from "../../services/notification/notification.rules";
import type { CloudEvent } from "../../shared/events/event";
import type { AuditSnapshot, Difference } from "./difference";
import { PUBLISHERS, unsentBeside } from "./events";

/** The orders, products and messages, by id, that the waiting work of a service is about. */
interface Work {
	about: Set<string>;
	/** Whether the work may be about any of them. */
	isAny: boolean;
}

/**
 * The differences that a start of services ends: work that waits for a service that does not run, and what awaits such work about the same
 * order, product or message. What no waiting work is about is wrong, also while other work waits.
 */
export function findUnderWay(
	snapshot: AuditSnapshot,
	differences: readonly Difference[],
	running: ReadonlySet<string>,
): Difference[] {
	const work = findWork(snapshot);
	return differences.filter(({ awaits = [], about }) =>
		awaits.some((service) => {
			if (running.has(service)) return false;
			const waiting = work.get(service);
			return about === undefined || waiting?.isAny || waiting?.about.has(about);
		}),
	);
}

/** By service, the events that it has not published or not handled. */
function findWork(snapshot: AuditSnapshot): ReadonlyMap<string, Work> {
	const { events, consumers } = snapshot;
	const all = new Map<string, Work>();
	const workOf = (service: string) => {
		const work = all.get(service) ?? { about: new Set(), isAny: false };
		all.set(service, work);
		return work;
	};
	const eventOf = new Map(events.map((event) => [event.id, event]));
	for (const { consumer, position, newest, retries, isReplaying = false } of consumers) {
		// Positions may have gaps, so these are the events after the position, and perhaps some before it.
		const unhandled = events.slice(Math.max(0, events.length - (newest - position)));
		const retried = retries.flatMap(({ eventId }) => eventOf.get(eventId) ?? []);
		const work = workOf(consumer);
		work.isAny = isReplaying;
		for (const event of [...unhandled, ...retried]) for (const id of idsOf(event)) work.about.add(id);
	}
	const unsentOf = unsentBeside(events);
	for (const [service, documentsOf] of Object.entries(PUBLISHERS)) {
		const { about } = workOf(service);
		for (const document of documentsOf(snapshot))
			for (const event of unsentOf(document)) for (const id of idsOf(event)) about.add(id);
	}
	return all;
}

/** The order, product and message that an event is about. */
function idsOf({ id, subject, data }: CloudEvent): string[] {
	const { orderId } = data as { orderId?: string };
	return [subject, messageId(id), ...(orderId === undefined ? [] : [orderId])];
}
