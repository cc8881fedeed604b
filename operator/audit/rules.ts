import { compareCurrencies } from "./currency";
import type { AuditSnapshot, Difference } from "./difference";
import { compareEvents, PUBLISHERS, unsentBeside } from "./events";
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

/** I7: no due work, event, retry or dead letter waits without being worked on. */
function findStalled(snapshot: AuditSnapshot): Difference[] {
	const { now, consumers, deadLetters } = snapshot;
	const unsentOf = unsentBeside(snapshot.events);
	const stalled: Difference[] = [];
	const add = (subject: string, says: string, awaits?: string) =>
		stalled.push({ invariant: "I7", subject, says, ...(awaits && { awaits: [awaits] }) });

	for (const [name, documentsOf] of Object.entries(PUBLISHERS)) {
		for (const document of documentsOf(snapshot)) {
			const { _id, refundAt, dueAt = refundAt } = document;
			if (dueAt !== undefined && dueAt < now - OVERDUE_AFTER_MS) {
				add(`${name} ${_id}`, `was due at ${new Date(dueAt).toISOString()}, and no process has done it`, name);
			}
			const unsent = unsentOf(document);
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
