import { STORING_SERVICES } from "../config";
import type { DeadLetter, DeadLetters } from "../shared/events/event-bus";
import { table } from "./repl/tables";

/** Resolves with the answer to the operator; with undefined where there is no such dead letter. */
type Action = (letters: DeadLetters, consumer: string, eventId: string) => Promise<string | undefined>;

/** The actions of an operator on one dead letter, by name. */
export const DEAD_LETTER_ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
	[
		"show",
		async (letters, consumer, eventId) => {
			const letter = await letters.find(consumer, eventId);
			return letter && inFull(letter);
		},
	],
	[
		"replay",
		async (letters, consumer, eventId) =>
			(await letters.replay(consumer, eventId)) ? `${consumer} tries ${eventId} again.` : undefined,
	],
	[
		"drop",
		async (letters, consumer, eventId) =>
			(await letters.drop(consumer, eventId)) ? `${eventId} is dropped for ${consumer}.` : undefined,
	],
]);

/** The answer where there is no such dead letter; it names the consumers there are to one who misspells theirs. */
export function noDeadLetter(consumer: string, eventId: string): string {
	return isConsumer(consumer) ? `${consumer} has no dead letter ${eventId}.` : noConsumer(consumer);
}

function isConsumer(name: string): boolean {
	return STORING_SERVICES.some((service) => service === name);
}

function noConsumer(name: string): string {
	return `There is no consumer ${name}; there are ${STORING_SERVICES.join(", ")}.`;
}

/** A table of the dead letters of one consumer, or of all. */
export async function listDeadLetters(letters: DeadLetters, consumer?: string): Promise<string> {
	if (consumer !== undefined && !isConsumer(consumer)) return noConsumer(consumer);
	const rows = (await letters.list(consumer)).map((letter) => {
		const { event, tries, reason, at } = letter;
		return [letter.consumer, event.id, event.type, tries, at, reason];
	});
	return table(["consumer", "event", "type", "tries", "given up", "reason"], rows, "There are no dead letters.");
}

function inFull({ consumer, event, tries, reason, at }: DeadLetter): string {
	return [`${consumer} gave up at ${at} after ${tries} tries: ${reason}`, JSON.stringify(event, null, 2)].join("\n");
}
