import type { ServiceBroker } from "moleculer";
import { shopOf } from "../../service-context";
import type { Cart } from "../../services/cart/cart.schemas";
import type { MyPage, PageOrder } from "../../services/customer/customer.schemas";
import { EVENT_CATALOG } from "../../services/event-catalog";
import type { Notification } from "../../services/notification/notification.schemas";
import type { Order } from "../../services/order/order.schemas";
import type { Payment } from "../../services/payment/payment.schemas";
import { type CloudEvent, eventId } from "../../shared/events/event";
import type { EventHistory } from "../../shared/events/event-bus";
import type { List } from "../../shared/store/paging";
import { errorInWords } from "./define-command";
import { amountOf, type Cell, table } from "./tables";

const PAGES = 50;

/** The answers of all services about an order; a string is the reason why a service did not answer. */
interface OrderStory {
	order: Order;
	payments: Payment[] | string;
	inCart: boolean | string;
	messages: Notification[] | string;
	page: PageOrder | undefined | string;
	/** All events about the order, oldest first. */
	events: CloudEvent[];
}

/**
 * All that the shop stores about an order, as text: asks every service, and reads the events about it.
 * @throws Refusal ORDER_NOT_FOUND; Error where the order service does not answer
 */
export async function orderStory(broker: ServiceBroker, orderId: string): Promise<string> {
	return formatStory(await askForStory(broker, orderId));
}

async function askForStory(broker: ServiceBroker, id: string): Promise<OrderStory> {
	const order = await broker.call<Order, object>("order.get", { id });
	const { customerId } = order;
	const ofOrder = ({ orderId }: { orderId: string }) => orderId === id;
	const payments = ask(() => all<Payment>((page) => broker.call("payment.list", { orderId: id, ...page })));
	const messages = ask(async () =>
		(await all<Notification>((page) => broker.call("notification.list", { customerId, ...page }))).filter(ofOrder),
	);
	const inCart = ask(async () =>
		(await all<Cart["items"][number]>((page) => broker.call("cart.get", { customerId, ...page }))).some(ofOrder),
	);
	const page = ask(async () => {
		const orders = await all(async (paging) => {
			const { orders: items, next } = await broker.call<MyPage, object>("customer.mypage", { customerId, ...paging });
			return { items, next };
		});
		return orders.find((shown) => shown.id === id);
	});
	return {
		order,
		payments: await payments,
		messages: await messages,
		inCart: await inCart,
		page: await page,
		events: await eventsOf(shopOf(broker).bus, id),
	};
}

/** A service's answer, or the reason why there is none; the rest of the story does not need it. */
async function ask<T>(question: () => Promise<T>): Promise<T | string> {
	try {
		return await question();
	} catch (error) {
		return `not known now (${errorInWords(error)})`;
	}
}

/** The items of up to {@link PAGES} pages of a list. */
async function all<Item>(ask: (page: { limit: number; cursor?: string }) => Promise<List<Item>>): Promise<Item[]> {
	const items: Item[] = [];
	let cursor: string | undefined;
	for (let page = 0; page < PAGES; page++) {
		const answer = await ask({ limit: 100, ...(cursor && { cursor }) });
		items.push(...answer.items);
		if (answer.next === null) break;
		cursor = answer.next;
	}
	return items;
}

async function eventsOf(bus: EventHistory, id: string): Promise<CloudEvent[]> {
	const events: CloudEvent[] = [];
	for await (const event of bus.history(Object.keys(EVENT_CATALOG))) {
		if ((event.data as { orderId?: string } | undefined)?.orderId === id) events.push(event);
	}
	return events;
}

function formatStory({ order, payments, inCart, messages, page, events }: OrderStory): string {
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
			"no events",
		),
		...(events.some((event) => event.id === eventId("order", id, 1))
			? []
			: ["  The event log no longer has earlier events of this order."]),
	].join("\n");
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
