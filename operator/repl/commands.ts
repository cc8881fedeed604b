import type { ReplOptions } from "moleculer";
import { SERVICE_NAMES, type ServiceName } from "../../config";
import { shopOf } from "../../service-context";
import type { Rebuilt } from "../../services/customer/customer.schemas";
import type { Order } from "../../services/order/order.schemas";
import { breakerStates } from "../../shared/calls/circuit-breaker";
import { serviceFile } from "../../shop";
import { audit, formatReport } from "../audit/report";
import { DEAD_LETTER_ACTIONS, listDeadLetters, noDeadLetter } from "../dead-letter-actions";
import { UsageError } from "../command-line";
import { addSampleCatalogue } from "../sample-catalogue";
import { command, type ReplCommand } from "./define-command";
import { orderStory } from "./order-story";
import { amountOf, table } from "./tables";

const START_WITHIN_MS = 5_000;

/** Test cards of the simulated payment processor. Other cards are refused, because the REPL writes its input to a history file. */
const TEST_CARDS: Readonly<Record<string, string>> = {
	approved: "4242424242424242",
	declined: "4000000000000002",
	"no-funds": "4000000000009995",
	"processing-error": "4000000000000119",
};

/** The commands that the shop adds to Moleculer's own. */
export const replCommands: ReplCommand[] = [
	command(
		"place <productId> [quantity] [customerId]",
		"Order a product, one for alice unless said otherwise",
		async (broker, { productId, quantity = "1", customerId = "alice" }) => {
			const items = [{ productId, quantity: Number(quantity) }];
			return statusOf(await broker.call<Order, object>("order.place", { customerId, items }));
		},
	),

	command("order <orderId>", "Show all that the services know about an order", (broker, { orderId }) =>
		orderStory(broker, orderId!),
	),

	command(
		"pay <orderId> [card]",
		`Pay an order with a test card: ${Object.keys(TEST_CARDS).join(", ")}`,
		async (broker, words) => {
			const { orderId, card = "approved" } = words;
			const cardNo = Object.hasOwn(TEST_CARDS, card) ? TEST_CARDS[card] : card;
			if (!Object.values(TEST_CARDS).includes(cardNo!))
				throw new UsageError(`card is one of ${Object.keys(TEST_CARDS).join(", ")}`);
			return statusOf(await broker.call<Order, object>("order.pay", { orderId, cardNo }));
		},
	),

	command(
		"cancel <orderId> [reason...]",
		"Cancel an order, and refund what was paid",
		async (broker, { orderId, reason }) => {
			return statusOf(await broker.call<Order, object>("order.cancel", { orderId, ...(reason && { reason }) }));
		},
	),

	command("dead-letters [consumer]", "List the events that services gave up", (broker, { consumer }) =>
		listDeadLetters(shopOf(broker).bus.deadLetters, consumer),
	),

	command("dead-letter <what> <consumer> <eventId>", "Show, replay or drop a dead letter", async (broker, words) => {
		const { what = "", consumer = "", eventId = "" } = words;
		const act = DEAD_LETTER_ACTIONS.get(what);
		if (!act) throw new UsageError(`what is one of ${[...DEAD_LETTER_ACTIONS.keys()].join(", ")}`);
		return (await act(shopOf(broker).bus.deadLetters, consumer, eventId)) ?? noDeadLetter(consumer, eventId);
	}),

	command("backlog", "Show how many events wait for each service", async (broker) => {
		const backlog = await shopOf(broker).bus.backlog();
		return table(
			["service", "waiting", "dead"],
			backlog.map(({ consumer, waiting, dead }) => [consumer, waiting, dead]),
		);
	}),

	command("add-samples", "Add the sample catalogue, unless there are other products", addSampleCatalogue),

	command("rebuild-view", "Rebuild my page from all events, while it is served", async (broker) => {
		const { orders, events, changed, ms } = await broker.call<Rebuilt>("customer.rebuild");
		return `My page is rebuilt: ${orders} orders from ${events} events in ${ms} ms, ${changed} documents mended.`;
	}),

	command("breaker", "Show the circuit breaker of each guarded action", async (broker) => {
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
		"Compare the data of all services; repeats for up to 10 s while something differs",
		async (broker) => {
			const { config, dataDir, clock } = shopOf(broker);
			// The folder of the configuration is ":memory:" where the shop uses a temporary one.
			return formatReport(await audit({ ...config, dataDir, now: () => clock.now(), isRunning: true }));
		},
	),
];

/** Broker options of a shop with a REPL. */
export const replOptions = { customCommands: replCommands, delimiter: "funshop $ " } as unknown as ReplOptions;

function serviceName(word: string | undefined): ServiceName {
	const name = SERVICE_NAMES.find((known) => known === word);
	if (!name) throw new UsageError(`service is one of ${SERVICE_NAMES.join(", ")}`);
	return name;
}

function statusOf({ id, status, total }: Order): string {
	return `Order ${id} of ${amountOf(total)} is ${status}.`;
}
