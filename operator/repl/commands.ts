import type { ReplOptions, ServiceBroker } from "moleculer";
import { SERVICE_NAMES, type ServiceName } from "../../config";
import { EVENT_CATALOG } from "../../services/event-catalog";
import type { Cart } from "../../services/cart/cart.schemas";
import type { MyPage, Rebuilt } from "../../services/customer/customer.schemas";
import type { Notification } from "../../services/notification/notification.schemas";
import type { Order } from "../../services/order/order.schemas";
import type { Payment } from "../../services/payment/payment.schemas";
import { breakerStates } from "../../shared/calls/circuit-breaker";
import type { CloudEvent } from "../../shared/events/event";
import type { List } from "../../shared/store/paging";
import { errorType, isRefusal } from "../../shared/domain/refusals";
import { serviceFile } from "../../shop";
import { audit, formatReport } from "../audit/report";
import { amountOf, deadLetterInFull, deadLetterTable, orderStory, table } from "./tables";
import { shopOf } from "../../service-context";

/** What moleculer-repl hands over: the words after the command, by the names in it. Its typings say otherwise. */
type Words = Readonly<Record<string, unknown>>;
type Answer = (broker: ServiceBroker, words: Record<string, string | undefined>) => Promise<string>;

/** A command as moleculer-repl takes it. */
export interface ReplCommand {
	command: string;
	description: string;
	action(broker: ServiceBroker, words: Words): Promise<void>;
}

/** Pages of a list that are looked through. */
const PAGES = 50;
const START_WITHIN_MS = 5_000;

/** The simulated processor's. A card number that is typed here would stay in the REPL's history file, so only these are taken. */
const TEST_CARDS: Readonly<Record<string, string>> = {
	approved: "4242424242424242",
	declined: "4000000000000002",
	"no-funds": "4000000000009995",
	"processing-error": "4000000000000119",
};

/** What operators do with a shop, beside what Moleculer's own commands do with its broker. */
export const replCommands: ReplCommand[] = [
	command("order <orderId>", "The whole story of an order", async (broker, { orderId }) => {
		return orderStory(await askForStory(broker, orderId!));
	}),

	command(
		"pay <orderId> [card]",
		`Pay an order with a test card: ${Object.keys(TEST_CARDS).join(", ")}`,
		async (broker, words) => {
			const { orderId, card = "approved" } = words;
			const cardNo = Object.hasOwn(TEST_CARDS, card) ? TEST_CARDS[card] : card;
			if (!Object.values(TEST_CARDS).includes(cardNo!))
				throw new UsageError(`card is one of ${Object.keys(TEST_CARDS).join(", ")}`);
			return toldOf(await broker.call<Order, object>("order.pay", { orderId, cardNo }));
		},
	),

	command(
		"cancel <orderId> [reason]",
		"Cancel an order; what was paid is refunded",
		async (broker, { orderId, reason }) => {
			return toldOf(await broker.call<Order, object>("order.cancel", { orderId, ...(reason && { reason }) }));
		},
	),

	command("dead-letters [consumer]", "Events that a service gave up", async (broker, { consumer }) => {
		return deadLetterTable(await shopOf(broker).bus.deadLetters(consumer));
	}),

	command("dead-letter <what> <consumer> <eventId>", "show, replay or drop a dead letter", async (broker, words) => {
		const { what, consumer = "", eventId = "" } = words;
		const { bus } = shopOf(broker);
		const unknown = `${consumer} has no dead letter ${eventId}.`;
		switch (what) {
			case "show": {
				const letter = (await bus.deadLetters(consumer)).find(({ event }) => event.id === eventId);
				return letter ? deadLetterInFull(letter) : unknown;
			}
			case "replay":
				return (await bus.replay(consumer, eventId)) ? `${consumer} tries ${eventId} again.` : unknown;
			case "drop":
				return (await bus.drop(consumer, eventId)) ? `${eventId} is dropped for ${consumer}.` : unknown;
			default:
				throw new UsageError("what is one of show, replay, drop");
		}
	}),

	command("backlog", "How far each service is with the events", async (broker) => {
		const backlog = await shopOf(broker).bus.backlog();
		return table(
			["service", "waiting", "dead"],
			backlog.map(({ consumer, waiting, dead }) => [consumer, waiting, dead]),
		);
	}),

	command("rebuild-view", "Fold all events into my page again, while it is shown", async (broker) => {
		const { orders, events, changed, ms } = await broker.call<Rebuilt>("customer.rebuild");
		return `My page is rebuilt: ${orders} orders from ${events} events in ${ms} ms, ${changed} documents mended.`;
	}),

	command("breaker", "State of the circuits to actions that are guarded", async (broker) => {
		const rows = breakerStates(broker).map(({ endpoint, state, count, failures }) => [
			endpoint,
			state,
			count,
			failures,
		]);
		return table(["action", "state", "calls", "failures"], rows, "No call has gone through a breaker yet.");
	}),

	command("stop <service>", "Stop a service of this process", async (broker, words) => {
		const name = serviceName(words.service);
		const service = broker.getLocalService(name);
		if (!service) return `${name} does not run here.`;
		await broker.destroyService(service);
		return `${name} is stopped.`;
	}),

	command("start <service>", "Start a service in this process", async (broker, words) => {
		const name = serviceName(words.service);
		if (broker.getLocalService(name)) return `${name} runs already.`;
		broker.loadService(serviceFile(name));
		await broker.waitForServices(name, START_WITHIN_MS);
		return `${name} is started.`;
	}),

	command(
		"audit",
		"Compare all that is written down; looks again for up to 10 s while something differs",
		async (broker) => {
			const { config, dataDir, clock } = shopOf(broker);
			// A shop that keeps nothing has a folder of its own all the same.
			return formatReport(await audit({ ...config, dataDir, now: () => clock.now() }));
		},
	),
];

/** For the broker of a shop that an operator talks to. */
export const replOptions = { customCommands: replCommands, delimiter: "funshop $ " } as unknown as ReplOptions;

class UsageError extends Error {}

/** Prints the answer, or one line that says what is wrong. */
function command(syntax: string, description: string, answer: Answer): ReplCommand {
	const required = [...syntax.matchAll(/<(\w+)>/g)].map(([, name]) => name!);
	return {
		command: syntax,
		description,
		async action(broker, words) {
			const given = Object.fromEntries(
				Object.entries(words).flatMap(([name, word]) => (typeof word === "string" ? [[name, word]] : [])),
			);
			try {
				const missing = required.find((name) => !given[name]);
				if (missing) throw new UsageError(`${missing} is missing`);
				console.log(await answer(broker, given));
			} catch (error) {
				console.log(error instanceof UsageError ? `${error.message}; usage: ${syntax}` : inWords(error));
			}
		},
	};
}

function inWords(error: unknown): string {
	const { message } = error as Error;
	return isRefusal(error) ? `${errorType(error)}: ${message}` : `That failed: ${message}`;
}

function serviceName(word: string | undefined): ServiceName {
	const name = SERVICE_NAMES.find((known) => known === word);
	if (!name) throw new UsageError(`service is one of ${SERVICE_NAMES.join(", ")}`);
	return name;
}

function toldOf({ id, status, total }: Order): string {
	return `Order ${id} of ${amountOf(total)} is ${status}.`;
}

async function askForStory(broker: ServiceBroker, id: string) {
	const order = await broker.call<Order, object>("order.get", { id });
	const { customerId } = order;
	const ofOrder = ({ orderId }: { orderId: string }) => orderId === id;
	const payments = ask(() => all<Payment>((page) => broker.call("payment.list", { orderId: id, ...page })));
	const messages = ask(async () =>
		(await all<Notification>((page) => broker.call("notification.list", { customerId, ...page }))).filter(ofOrder),
	);
	const inCart = ask(async () => (await broker.call<Cart, object>("cart.get", { customerId })).items.some(ofOrder));
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
		events: await eventsOf(broker, id),
	};
}

/** What a service answers, or why it does not: the rest of the story can be told without it. */
async function ask<T>(question: () => Promise<T>): Promise<T | string> {
	try {
		return await question();
	} catch (error) {
		return `not known now (${inWords(error)})`;
	}
}

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

async function eventsOf(broker: ServiceBroker, id: string): Promise<CloudEvent[]> {
	const events: CloudEvent[] = [];
	for await (const event of shopOf(broker).bus.history(Object.keys(EVENT_CATALOG))) {
		if ((event.data as { orderId?: string } | undefined)?.orderId === id) events.push(event);
	}
	return events;
}
