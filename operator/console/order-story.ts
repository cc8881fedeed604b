import type { ServiceBroker } from "moleculer";
import type { Cart } from "../../services/cart/cart.schemas";
import type { MyPage } from "../../services/customer/customer.schemas";
import { EVENT_CATALOG } from "../../services/event-catalog";
import type { Notification } from "../../services/notification/notification.schemas";
import type { LedgerLine, Story, StoryEvent } from "../../services/operator/story.schemas";
import type { Order } from "../../services/order/order.schemas";
import type { Payment } from "../../services/payment/payment.schemas";
import { toRfc3339 } from "../../shared/domain/clock";
import { type CloudEvent, eventId } from "../../shared/events/event";
import type { DeadLetters, EventHistory } from "../../shared/events/event-bus";
import type { Delivery } from "../../shared/reports/deliveries";
import type { List } from "../../shared/store/paging";
import { inWords } from "./in-words";
import type { Processes } from "./processes";
import { commandsIn, toStoryEvents } from "./story.rules";

/** Of a customer's lists, this many pages are looked through for the order. */
const PAGES = 50;
const PAGE = 100;
/** The log is read for this long at most. */
const READ_FOR_MS = 2_500;
/** Events of one order that are told at most. */
const EVENTS = 1_000;
/** A service that does not answer within this is named as missing. */
const ASK_WITHIN_MS = 2_000;
/** Clocks of two machines may differ by this. */
const CLOCKS_DIFFER_MS = 60_000;

interface Bus extends EventHistory {
	deadLetters: DeadLetters;
}
type Missing = Story["missing"];

/**
 * All that the shop knows about an order: asks every service, and reads the events about it.
 * @throws Refusal ORDER_NOT_FOUND; Error where the order service does not answer
 */
export async function orderStory(broker: ServiceBroker, bus: Bus, processes: Processes, id: string): Promise<Story> {
	const order = await broker.call<Order, object>("order.get", { id }, { timeout: ASK_WITHIN_MS });
	const { customerId } = order;
	const missing: Missing = [];
	/** A part of the story, or what stands for it where it cannot be had. */
	const ask = async <T>(part: string, otherwise: T, question: () => Promise<T>): Promise<T> => {
		try {
			return await question();
		} catch (error) {
			missing.push({ part, reason: inWords(error) });
			return otherwise;
		}
	};
	const call = <T>(action: string, params: object) =>
		broker.call<T, object>(action, params, { timeout: ASK_WITHIN_MS });
	const ofOrder = ({ orderId }: { orderId: string }) => orderId === id;

	const [payments, messages, isInCart, page, found] = await Promise.all([
		ask("payments", [], () => all((paging) => call<List<Payment>>("payment.list", { orderId: id, ...paging }))),
		ask("messages", [], async () => {
			const sent = await all((paging) => call<List<Notification>>("notification.list", { customerId, ...paging }));
			return sent.filter(ofOrder);
		}),
		ask("cart", false, async () =>
			(await all((paging) => call<List<Cart["items"][number]>>("cart.get", { customerId, ...paging }))).some(ofOrder),
		),
		ask("my page", null, async () => {
			const shown = await all(async (paging) => {
				const { orders: items, next } = await call<MyPage>("customer.mypage", { customerId, ...paging });
				return { items, next };
			});
			return shown.find((one) => one.id === id) ?? null;
		}),
		ask("events", [], () => eventsOf(bus, order, missing)),
	]);
	const eventIds = new Set(found.map((event) => event.id));
	const [ledger, deadLetters, handled] = await Promise.all([
		ask("ledger", [], async () => {
			const paymentIds = payments.map((payment) => payment.id).slice(0, PAGE);
			const acts = await call<LedgerLine[]>("payment.statement", { paymentIds });
			return acts.map(({ at, type, paymentId, amount, card }) => ({ at, type, paymentId, amount, card }));
		}),
		ask("dead letters", [], async () =>
			(await bus.deadLetters.list())
				.filter(({ event }) => eventIds.has(event.id))
				.map(({ consumer: service, event, reason, at }) => ({ service, eventId: event.id, reason, at })),
		),
		handlingsOf(processes, eventIds, missing),
	]);
	const { events, isCut } = toStoryEvents(found, handled);
	if (isCut) missing.push({ part: "events", reason: "the data of later events is left out, as the story is long" });
	return {
		order,
		page,
		isInCart,
		commands: commandsIn(events),
		payments,
		ledger,
		messages,
		events,
		deadLetters,
		missing,
	};
}

/** The items of up to {@link PAGES} pages of a list. */
async function all<Item>(ask: (page: { limit: number; cursor?: string }) => Promise<List<Item>>): Promise<Item[]> {
	const items: Item[] = [];
	let cursor: string | undefined;
	for (let page = 0; page < PAGES; page++) {
		const answer = await ask({ limit: PAGE, ...(cursor && { cursor }) });
		items.push(...answer.items);
		if (answer.next === null) break;
		cursor = answer.next;
	}
	return items;
}

/** The events about an order, oldest first; names in `missing` why some may not be there. */
async function eventsOf(bus: EventHistory, { id, createdAt }: Order, missing: Missing): Promise<CloudEvent[]> {
	const events = new Map<string, CloudEvent>();
	const until = performance.now() + READ_FOR_MS;
	const tell = (reason: string) => missing.push({ part: "events", reason });
	for await (const event of bus.history(Object.keys(EVENT_CATALOG), Date.parse(createdAt) - CLOCKS_DIFFER_MS)) {
		if (performance.now() > until) {
			tell(`later ones than ${event.time} were not read, as the log is long`);
			break;
		}
		if ((event.data as { orderId?: string } | undefined)?.orderId !== id) continue;
		if (events.size >= EVENTS) {
			tell(`there are more than ${EVENTS}`);
			break;
		}
		events.set(event.id, event);
	}
	if (!events.has(eventId("order", id, 1))) tell("the log no longer has the earlier ones");
	return [...events.values()];
}

async function handlingsOf(
	processes: Processes,
	eventIds: ReadonlySet<string>,
	missing: Missing,
): Promise<Map<string, StoryEvent["handled"]>> {
	const byEvent = new Map<string, StoryEvent["handled"]>();
	for (const { nodeId, answer } of await processes.ask<Delivery[]>("$process.deliveries", {
		eventIds: [...eventIds],
	})) {
		if (!answer) missing.push({ part: "handled", reason: `${nodeId} does not answer` });
		for (const { eventId: handledId, service, at, ms, ok } of answer ?? []) {
			const handlings = byEvent.get(handledId) ?? [];
			handlings.push({ service, nodeId, at: toRfc3339(at), ms: Math.round(ms * 10) / 10, ok });
			byEvent.set(handledId, handlings);
		}
	}
	return byEvent;
}
