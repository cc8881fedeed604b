import type { Story, StoryEvent } from "../../services/operator/story.schemas";
import { amountOf, type Cell, table } from "./tables";

/** An order's story as text. */
export function formatStory(story: Story): string {
	const { order, payments, ledger, messages, events, deadLetters, missing } = story;
	const { id, customerId, status, items, total, version, cancelledBy, reason } = order;
	const cancelled = cancelledBy ? ` by ${cancelledBy}${reason ? ` (${reason})` : ""}` : "";
	return [
		`Order ${id} of ${customerId}: ${status}${cancelled}, ${amountOf(total)}, version ${version}`,
		`In the cart: ${story.isInCart ? "yes" : "no"}`,
		`On my page: ${pageInWords(story.page)}`,
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
		table(
			["payment", "status", "amount", "card", "code", "at"],
			payments.map(({ id: payment, amount, card, code, createdAt, ...rest }) => [
				payment,
				rest.status,
				amountOf(amount),
				`${card.brand} ${card.last4}`,
				code,
				createdAt,
			]),
		),
		"The processor's ledger",
		table(
			["at", "act", "payment", "amount"],
			ledger.map(({ at, type, paymentId, amount }) => [at, type, paymentId, amountOf(amount)]),
		),
		"Messages",
		table(
			["about", "status", "text"],
			messages.map((message) => [message.type, message.status, message.text]),
		),
		"Timeline",
		table(
			["at", "event", "id", "request", "handled by"],
			events.map((event) => [event.at, event.type, event.id, event.requestId, handledInWords(event)]),
			"no events",
		),
		...deadLetters.map(({ service, eventId, reason: why }) => `  ${service} gave up ${eventId}: ${why}`),
		...missing.map(({ part, reason: why }) => `  Not whole: ${part} (${why})`),
	].join("\n");
}

function pageInWords(page: Story["page"]): string {
	if (!page) return "not yet";
	const refund = page.cancellation ? `, refund ${page.cancellation.refund.status}` : "";
	return `${page.status}${page.payment ? `, payment ${page.payment.status}` : ""}${refund}, version ${page.version}`;
}

function stockRow({ at, type, subject, data }: StoryEvent): Cell[] {
	return [at, type, subject, (data as { quantity?: number } | undefined)?.quantity];
}

function handledInWords({ handled }: StoryEvent): string {
	return handled.map(({ service, ok }) => (ok ? service : `${service} (failed)`)).join(", ");
}
