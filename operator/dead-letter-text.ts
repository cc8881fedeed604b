import type { DeadLetterInFull, DeadLetterSummary } from "./console/dead-letter-desk";
import { table } from "./repl/tables";

/** A table of dead letters. */
export function formatDeadLetters(letters: readonly DeadLetterSummary[]): string {
	const rows = letters.map(({ service, eventId, type, tries, at, reason }) => [
		service,
		eventId,
		type,
		tries,
		at,
		reason,
	]);
	return table(["service", "event", "type", "tries", "given up", "reason"], rows, "There are no dead letters.");
}

/** A dead letter with its event. */
export function formatDeadLetter({ service, event, tries, reason, at }: DeadLetterInFull): string {
	return [`${service} gave up at ${at} after ${tries} tries: ${reason}`, JSON.stringify(event, null, 2)].join("\n");
}
