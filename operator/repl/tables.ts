import type { PageOrder } from "../../services/customer/customer.schemas";
import type { Notification } from "../../services/notification/notification.schemas";
import type { Order } from "../../services/order/order.schemas";
import type { Payment } from "../../services/payment/payment.schemas";
import type { DeadLetter } from "../../shared/events/event-bus";
import type { CloudEvent } from "../../shared/events/event";
import type { Money } from "../../shared/domain/money";

type Cell = string | number | undefined;

/** Columns as wide as their widest cell; `empty` where there are no rows. */
export function table(heads: readonly string[], rows: ReadonlyArray<readonly Cell[]>, empty = "none"): string {
	if (rows.length === 0) return `  ${empty}`;
	const lines = [heads, ...rows].map((row) => row.map((cell) => String(cell ?? "")));
	const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
	return lines
		.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd())
		.join("\n");
}

export function amountOf({ amount, currency }: Money): string {
	return `${amount} ${currency}`;
}

/** What services answered of an order; text where one could not be asked. */
export interface OrderStory {
	order: Order;
	payments: Payment[] | string;
	inCart: boolean | string;
	messages: Notification[] | string;
	page: PageOrder | undefined | string;
	/** All events that name the order, oldest first. */
	events: CloudEvent[];
}

export function orderStory({ order, payments, inCart, messages, page, events }: OrderStory): string {
	const { id, customerId, status, items, total, version, cancelledBy, reason } = order;
	const cancelled = cancelledBy ? ` by ${cancelledBy}${reason ? ` (${reason})` : ""}` : "";
	return [
		`Order ${id} of ${customerId}: ${status}${cancelled}, ${amountOf(total)}, version ${version}`,
		`In the cart: ${typeof inCart === "string" ? inCart : inCart ? "yes" : "no"}`,
		`On my page: ${pageInWords(page)}`,
		"Items",
		table(
			["product", "name", "quantity", "price"],
			items.map((item) => [item.productId, item.name, item.quantity, amountOf(item.unitPrice)]),
		),
		"Stock",
		table(
			["at", "event", "product", "quantity"],
			events.filter(({ type }) => type.startsWith("stock.")).map(stockRow),
			"no answer yet",
		),
		"Payments",
		section(payments, ["payment", "status", "amount", "card", "code", "at"], (payment) => [
			payment.id,
			payment.status,
			amountOf(payment.amount),
			`${payment.card.brand} ${payment.card.last4}`,
			payment.code,
			payment.createdAt,
		]),
		"Messages",
		section(messages, ["about", "status", "text"], (message) => [message.type, message.status, message.text]),
		"Timeline",
		table(
			["at", "event", "id"],
			events.map((event) => [event.time, event.type, event.id]),
		),
	].join("\n");
}

export function deadLetterTable(letters: readonly DeadLetter[]): string {
	const rows = letters.map(({ consumer, event, tries, reason, at }) => [
		consumer,
		event.id,
		event.type,
		tries,
		at,
		reason,
	]);
	return table(["consumer", "event", "type", "tries", "given up", "reason"], rows, "There are no dead letters.");
}

export function deadLetterInFull({ consumer, event, tries, reason, at }: DeadLetter): string {
	return [`${consumer} gave up at ${at} after ${tries} tries: ${reason}`, JSON.stringify(event, null, 2)].join("\n");
}

function section<Item>(
	items: Item[] | string,
	heads: readonly string[],
	toRow: (item: Item) => readonly Cell[],
): string {
	return typeof items === "string" ? `  ${items}` : table(heads, items.map(toRow));
}

function pageInWords(page: OrderStory["page"]): string {
	if (typeof page !== "object") return page ?? "not yet";
	const refund = page.cancellation ? `, refund ${page.cancellation.refund.status}` : "";
	return `${page.status}${page.payment ? `, payment ${page.payment.status}` : ""}${refund}, version ${page.version}`;
}

function stockRow({ time, type, subject, data }: CloudEvent): Cell[] {
	return [time, type, subject, (data as { quantity?: number }).quantity];
}
