import type { CartEntry } from "../../services/cart/cart.rules";
import type { OrderView, ProductView } from "../../services/customer/customer.rules";
import type { MessageState } from "../../services/notification/notification.rules";
import type { ProductCopy } from "../../services/order/order.product-copy";
import type { OrderState } from "../../services/order/order.rules";
import type { Attempt } from "../../services/payment/payment.rules";
import type { JournalEntry } from "../../services/payment/processor.simulated";
import type { ProductState } from "../../services/product/product.rules";
import type { Reservation } from "../../services/product/stock.rules";
import type { AggregateDocument, Saved } from "../../shared/aggregates/aggregate";
import type { CloudEvent } from "../../shared/events/event";
import type { DeadLetter, Progress } from "../../shared/events/event-bus";

/** Everything that a shop had stored at one moment: its documents, its events and the payment processor's journal. */
export interface AuditSnapshot {
	orders: Saved<OrderState>[];
	/** The order service's copy of products. */
	knownProducts: Saved<ProductCopy>[];
	attempts: Saved<Attempt>[];
	/** The payment processor's journal of captures, declines, voids and refunds. */
	journal: JournalEntry[];
	products: Saved<ProductState>[];
	reservations: Reservation[];
	cartEntries: Saved<CartEntry>[];
	/** The orders of all my pages. */
	pageOrders: Saved<OrderView>[];
	/** The products of all my pages. */
	pageProducts: Saved<ProductView>[];
	messages: Saved<MessageState>[];
	/** The event log, oldest event first. */
	events: CloudEvent[];
	/** Events up to this time may have been removed because of their age, in milliseconds since 1970; undefined where none was. */
	trimmedUntil?: number;
	/** The position of each consumer in the event log, and its retries. */
	consumers: Progress[];
	deadLetters: DeadLetter[];
	/** When the snapshot was taken, in milliseconds since 1970. */
	now: number;
}

/** The published events that are valid, and those of each aggregate. */
export interface PublishedEvents {
	log: CloudEvent[];
	/**
	 * The events of an aggregate up to the version that was read; undefined where one is missing or in the log twice. Events
	 * that are saved and not yet published count too, so a document and its events agree at any moment, also while the shop runs.
	 */
	of(document: AggregateDocument): Story | undefined;
}

/** The events of an aggregate. */
export interface Story {
	/** By sequence, without a gap. */
	events: CloudEvent[];
	/** False where earlier ones were removed because of their age. */
	isWhole: boolean;
}

/** Two places of a snapshot that contradict each other. */
export interface Difference {
	/** I1 money, I2 captured once, I3 stock, I5 published, I6 legal, I7 live. */
	invariant: "I1" | "I2" | "I3" | "I5" | "I6" | "I7";
	/** The document or event, such as "order 42"; `says` continues the sentence. */
	subject: string;
	says: string;
	/** The services whose work ends this difference, where that may just not be done yet. */
	awaits?: readonly string[];
	/** The id of the order, product or message that this work is about; undefined where the difference is the waiting work itself. */
	about?: string;
}

/** Groups items by a key; each group keeps the order of its items. */
export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const group = groups.get(keyOf(item));
		if (group) group.push(item);
		else groups.set(keyOf(item), [item]);
	}
	return groups;
}
