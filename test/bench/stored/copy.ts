// Copies of stored documents and events under other ids: each copy of a whole shop is as consistent as the shop is.
import { messageId } from "../../../services/notification/notification.rules";

/** The first part of the ids of customers whose orders are copied. */
export const TEMPLATE_CUSTOMER = "template";

/** The ids that a copy has of its own: those that the shop gave, those of messages, and those of customers. */
const ID = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|msg_[\w-]{22}|template-[0-9]+)/;
/** Odd, so that copies' numbers times this modulo 2^32 are all different, and spread. */
const SPREAD = 2_654_435_761;

/** A document or an event, taken apart once so that copying is cheap. */
export class Template<Document extends object> {
	/** Text and ids in turn. */
	private readonly parts: string[];

	constructor(readonly original: Document) {
		this.parts = JSON.stringify(original).split(ID);
	}

	copy(renaming: Renaming): Document {
		const text = this.parts.map((part, index) => (index % 2 === 1 ? renaming.idOf(part) : part)).join("");
		return JSON.parse(text) as Document;
	}
}

/** The ids of one copy. */
export class Renaming {
	private readonly known = new Map<string, string>();

	/**
	 * @param number of the copy, from 1
	 * @param eventOf by a message's id, the id of the event that it is about, from which the message's id follows
	 */
	constructor(
		private readonly number: number,
		private readonly eventOf: ReadonlyMap<string, string>,
	) {}

	/** The copy's id for a part of the original that {@link ID} matches. */
	idOf(original: string): string {
		let id = this.known.get(original);
		if (id === undefined) this.known.set(original, (id = this.rename(original)));
		return id;
	}

	private rename(original: string): string {
		if (original.startsWith(TEMPLATE_CUSTOMER)) return customerOf(this.number, original);
		const eventId = this.eventOf.get(original);
		if (eventId !== undefined) return messageId(this.textOf(eventId));
		// The other digits stay, by which ids of one copy differ.
		const first = (Number.parseInt(original.slice(0, 8), 16) ^ Math.imul(this.number, SPREAD)) >>> 0;
		return first.toString(16).padStart(8, "0") + original.slice(8);
	}

	private textOf(text: string): string {
		return text
			.split(ID)
			.map((part, index) => (index % 2 === 1 ? this.idOf(part) : part))
			.join("");
	}
}

/** The customer of a copy, from 1, who stands for a customer of the original. */
export function customerOf(copy: number, original: string): string {
	return `stored-${copy}-${original}`;
}
