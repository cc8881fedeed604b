import type { CartEntry } from "../../services/cart/cart.rules";
import type { OrderView, ProductView } from "../../services/customer/customer.rules";
import type { MessageState } from "../../services/notification/notification.rules";
import type { ProductCopy } from "../../services/order/order.product-copy";
import type { OrderState } from "../../services/order/order.rules";
import type { Attempt } from "../../services/payment/payment.rules";
import type { JournalEntry } from "../../services/payment/processor.simulated";
import type { ProductState } from "../../services/product/product.rules";
import type { Reservation } from "../../services/product/stock.rules";
import type { DeadLetter, Progress } from "../../shared/events/event-bus";
import type { Due } from "../../shared/aggregates/due-work";
import type { CloudEvent } from "../../shared/events/event";
import { compareEvents } from "./events";
import { compareMoney } from "./money";
import { compareStock } from "./stock";
import { compareViews } from "./views";
import type { AggregateDocument, Saved } from "../../shared/aggregates/aggregate";

/** What is due is done within this; more, and nobody does it. */
const OVERDUE_AFTER_MS = 10_000;

/** All that the shop has written down anywhere, as it was found. */
export interface Books {
	orders: Saved<OrderState>[];
	/** What order knows of products. */
	knownProducts: Saved<ProductCopy>[];
	attempts: Saved<Attempt>[];
	/** What the card processor really did. */
	journal: JournalEntry[];
	products: Saved<ProductState>[];
	reservations: Reservation[];
	cartEntries: Saved<CartEntry>[];
	/** My page, of orders and of products. */
	pageOrders: Saved<OrderView>[];
	pageProducts: Saved<ProductView>[];
	messages: Saved<MessageState>[];
	/** The log, oldest first. */
	events: CloudEvent[];
	/** How far each service is with it. */
	consumers: Progress[];
	deadLetters: DeadLetter[];
	/** When this was read, in milliseconds since 1970. */
	now: number;
}

export interface Difference {
	/** I1 money, I2 once, I3 stock, I5 told, I6 legal, I7 live. */
	invariant: "I1" | "I2" | "I3" | "I5" | "I6" | "I7";
	/** What it is about, such as "order 42"; `says` goes on from there. */
	subject: string;
	says: string;
}

/** Every place where what the shop has written down contradicts itself, or the card processor; none in a shop that is well and at rest. */
export function findDifferences(books: Books): Difference[] {
	const { told, differences } = compareEvents(books);
	return [
		...compareMoney(books),
		...compareStock(books, told),
		...differences,
		...compareViews(books, told.log),
		...findStanding(books),
	];
}

/** I7: nothing waits that should be under way. */
function findStanding(books: Books): Difference[] {
	const { now, orders, attempts, products, cartEntries, messages, consumers, deadLetters } = books;
	const kept = new Set(books.events.map(({ id }) => id));
	const stored: Array<[name: string, documents: Array<AggregateDocument & Due>]> = [
		["order", orders],
		["payment", attempts],
		["product", products],
		["cart", cartEntries],
		["notification", messages],
	];
	const standing: Difference[] = [];
	const add = (subject: string, says: string) => standing.push({ invariant: "I7", subject, says });

	for (const [name, documents] of stored) {
		for (const { _id, dueAt, outbox = [] } of documents) {
			if (dueAt !== undefined && dueAt < now - OVERDUE_AFTER_MS) {
				add(`${name} ${_id}`, `was due at ${new Date(dueAt).toISOString()}, and nobody has done anything about it`);
			}
			const unsent = outbox.filter(({ id }) => !kept.has(id));
			if (unsent.length > 0)
				add(`${name} ${_id}`, `has events that are not sent: ${unsent.map(({ id }) => id).join(", ")}`);
		}
	}
	// No counts that move: a difference is known by its words when it is looked for again.
	for (const { consumer, position, newest, retries } of consumers) {
		if (position < newest)
			add(`service ${consumer}`, `stands at place ${position} of the log, and there are events behind it`);
		for (const { eventId, reason } of retries) add(`service ${consumer}`, `could not act on ${eventId} yet: ${reason}`);
	}
	for (const { consumer, event, tries, reason } of deadLetters) {
		add(`service ${consumer}`, `gave up ${event.type} ${event.id} after ${tries} tries: ${reason}`);
	}
	return standing;
}
