import { compareCurrencies } from "./currency";
import { isSameEvent } from "../../shared/events/event";
import type { AuditSnapshot, Difference } from "./difference";
import { compareEvents, PUBLISHERS } from "./events";
import { compareMoney } from "./money";
import { compareStock } from "./stock";
import { compareViews } from "./views";

/** A running shop does due work within 10 s; overdue work is a difference. */
const OVERDUE_AFTER_MS = 10_000;

/** Finds every contradiction in what a shop has stored; there is none in a shop that is correct and idle. */
export function findDifferences(snapshot: AuditSnapshot): Difference[] {
	const { published, differences } = compareEvents(snapshot);
	return [
		...compareMoney(snapshot),
		...compareCurrencies(snapshot),
		...compareStock(snapshot, published),
		...differences,
		...compareViews(snapshot, published.log),
		...findStalled(snapshot),
	];
}

/**
 * The differences that a start of services ends: work waits (I7) for services that do not run, and what awaits those may differ until then.
 */
export function findUnderWay(differences: readonly Difference[], running: ReadonlySet<string>): Difference[] {
	const waiting = differences.filter(({ awaits }) => awaits !== undefined && !running.has(awaits));
	return waiting.some(({ invariant }) => invariant === "I7") ? waiting : [];
}

/** I7: no due work, event, retry or dead letter waits without being worked on. */
function findStalled(snapshot: AuditSnapshot): Difference[] {
	const { now, consumers, deadLetters } = snapshot;
	const kept = new Map(snapshot.events.map((event) => [event.id, event]));
	const stalled: Difference[] = [];
	const add = (subject: string, says: string, awaits?: string) =>
		stalled.push({ invariant: "I7", subject, says, ...(awaits && { awaits }) });

	for (const [name, documentsOf] of Object.entries(PUBLISHERS)) {
		for (const { _id, refundAt, dueAt = refundAt, outbox = [] } of documentsOf(snapshot)) {
			if (dueAt !== undefined && dueAt < now - OVERDUE_AFTER_MS) {
				add(`${name} ${_id}`, `was due at ${new Date(dueAt).toISOString()}, and no process has done it`, name);
			}
			const unsent = outbox.filter((event) => {
				const published = kept.get(event.id);
				return !published || !isSameEvent(published, event);
			});
			if (unsent.length > 0)
				add(`${name} ${_id}`, `has events that are not published: ${unsent.map(({ id }) => id).join(", ")}`, name);
		}
	}
	// The text contains no counts that change, because the audit compares texts when it looks again.
	for (const { consumer, position, newest, retries } of consumers) {
		const subject = `service ${consumer}`;
		if (position < newest)
			add(subject, `stands at position ${position} of the log, and there are events after it`, consumer);
		for (const { eventId, reason } of retries) add(subject, `has not handled ${eventId} yet: ${reason}`, consumer);
	}
	for (const { consumer, event, tries, reason } of deadLetters) {
		add(`service ${consumer}`, `gave up ${event.type} ${event.id} after ${tries} tries: ${reason}`);
	}
	return stalled;
}
