import type { ListDeadLetters, NameDeadLetter, ReplayRange } from "../../services/operator/operator.schemas";
import { notFound } from "../../shared/domain/refusals";
import type { CloudEvent } from "../../shared/events/event";
import type { DeadLetter, DeadLetters } from "../../shared/events/event-bus";
import { type List, readCursor, writeCursor } from "../../shared/store/paging";

const DEFAULT_LIMIT = 20;
/** A bus lists this many at most. */
const LISTED = 1_000;

export interface DeadLetterSummary {
	service: string;
	eventId: string;
	type: string;
	subject: string;
	tries: number;
	reason: string;
	at: string;
}

export interface DeadLetterInFull extends DeadLetterSummary {
	event: CloudEvent;
}

/** The dead letters of the shop: listed, shown, replayed and dropped. The console, the REPL and `npm run dead-letters` share it. */
export class DeadLetterDesk {
	constructor(private readonly letters: () => DeadLetters) {}

	/** Newest first; the first 1,000 of the bus. @throws Refusal INVALID_CURSOR */
	async list({ service, limit = DEFAULT_LIMIT, cursor }: ListDeadLetters): Promise<List<DeadLetterSummary>> {
		const list = ["dead-letters", service ?? ""];
		const after = readCursor(list, cursor)?.map(String);
		const sorted = (await this.letters().list(service)).sort((a, b) => compare(positionOf(b), positionOf(a)));
		const rest = after ? sorted.filter((letter) => compare(positionOf(letter), after) < 0) : sorted;
		const last = rest.length > limit ? rest[limit - 1]! : undefined;
		const next = last ? writeCursor(list, positionOf(last)) : null;
		return { items: rest.slice(0, limit).map(toSummary), next };
	}

	/** @throws Refusal DEAD_LETTER_NOT_FOUND */
	async show({ service, eventId }: NameDeadLetter): Promise<DeadLetterInFull> {
		const letter = await this.letters().find(service, eventId);
		if (!letter) throw unknownLetter(service, eventId);
		return { ...toSummary(letter), event: letter.event };
	}

	/** Resolves with the outcome in words, as {@link drop} and {@link replayRange}. @throws Refusal DEAD_LETTER_NOT_FOUND */
	async replay({ service, eventId }: NameDeadLetter): Promise<string> {
		if (!(await this.letters().replay(service, eventId))) throw unknownLetter(service, eventId);
		return `${service} tries ${eventId} again.`;
	}

	/** @throws Refusal DEAD_LETTER_NOT_FOUND */
	async drop({ service, eventId }: NameDeadLetter): Promise<string> {
		if (!(await this.letters().drop(service, eventId))) throw unknownLetter(service, eventId);
		return `${eventId} is dropped for ${service}.`;
	}

	/** Replays all dead letters that match, of the first 1,000. */
	async replayRange({ service, type, from, until }: ReplayRange): Promise<string> {
		const [begin, end] = [from, until].map((time) => (time === undefined ? undefined : Date.parse(time)));
		const letters = await this.letters().list(service);
		const matching = letters.filter(({ event, at }) => {
			const time = Date.parse(at);
			return (type === undefined || event.type === type) && time >= (begin ?? -Infinity) && time < (end ?? Infinity);
		});
		let replayed = 0;
		// One that another operator has replayed meanwhile does not count.
		for (const { consumer, event } of matching) if (await this.letters().replay(consumer, event.id)) replayed++;
		const isMore = letters.length >= LISTED;
		return `${replayed} dead letters are tried again${isMore ? "; there may be more" : ""}.`;
	}
}

function toSummary({ consumer: service, event, tries, reason, at }: DeadLetter): DeadLetterSummary {
	return { service, eventId: event.id, type: event.type, subject: event.subject, tries, reason, at };
}

function positionOf({ at, consumer, event }: DeadLetter): string[] {
	return [at, consumer, event.id];
}

function compare(a: readonly string[], b: readonly string[]): number {
	const index = a.findIndex((part, place) => part !== b[place]);
	return index < 0 ? 0 : a[index]! < b[index]! ? -1 : 1;
}

function unknownLetter(service: string, eventId: string) {
	return notFound("DEAD_LETTER_NOT_FOUND", `${service} has no dead letter ${eventId}.`);
}
