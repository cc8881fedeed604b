import { setTimeout as sleep } from "node:timers/promises";
import type { ReplOptions, ServiceBroker } from "moleculer";
import { SERVICE_NAMES, type ServiceName } from "../../config";
import { shopOf } from "../../service-context";
import type { AuditRun, TrailEntry } from "../../services/operator/operator.schemas";
import type { Story } from "../../services/operator/story.schemas";
import type { Order } from "../../services/order/order.schemas";
import { breakerStates } from "../../shared/calls/circuit-breaker";
import type { List } from "../../shared/store/paging";
import { formatReport } from "../audit/report";
import { terminalUser, UsageError } from "../command-line";
import type { DeadLetterInFull, DeadLetterSummary } from "../console/dead-letter-desk";
import { formatDeadLetter, formatDeadLetters } from "../dead-letter-text";
import { command, type ReplCommand } from "./define-command";
import { formatStory } from "./story-text";
import { amountOf, table } from "./tables";

const LOOK_AGAIN_AFTER_MS = 100;

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

	command("order <orderId>", "Show all that the services know about an order", async (broker, { orderId }) =>
		formatStory(await ask<Story>(broker, "orderStory", { id: orderId })),
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

	command("dead-letters [service]", "List the events that services gave up", async (broker, words) =>
		formatDeadLetters((await ask<List<DeadLetterSummary>>(broker, "listDeadLetters", { ...words, limit: 100 })).items),
	),

	command("dead-letter <what> <service> <eventId>", "Show, replay or drop a dead letter", async (broker, words) => {
		const { what = "", ...letter } = words;
		switch (what) {
			case "show":
				return formatDeadLetter(await ask<DeadLetterInFull>(broker, "showDeadLetter", letter));
			case "replay":
			case "drop":
				return (await ask<TrailEntry>(broker, `${what}DeadLetter`, letter)).outcome!;
			default:
				throw new UsageError("what is one of show, replay, drop");
		}
	}),

	command("backlog", "Show how many events wait for each service", async (broker) => {
		const backlog = await shopOf(broker).bus.backlog();
		return table(
			["service", "waiting", "dead"],
			backlog.map(({ consumer, waiting, dead }) => [consumer, waiting, dead]),
		);
	}),

	command("add-samples", "Add the sample catalogue, unless there are other products", async (broker) => {
		return (await ask<TrailEntry>(broker, "addSamples")).outcome!;
	}),

	command("rebuild-view", "Rebuild my page from all events, while it is served", async (broker) => {
		return (await whenDone(broker, await ask<TrailEntry>(broker, "rebuildView"))).outcome!;
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
		const service = serviceName(words.service);
		await broker.call("$process.stopService", { service }, { nodeID: broker.nodeID });
		return `${service} is stopped.`;
	}),

	command("start <service>", "Start a service in this process", async (broker, words) => {
		const service = serviceName(words.service);
		await broker.call("$process.startService", { service }, { nodeID: broker.nodeID });
		return `${service} is started.`;
	}),

	command(
		"audit",
		"Compare the data of all services; repeats for up to 10 s while something differs",
		async (broker) => {
			const { id } = await whenDone(broker, await ask<TrailEntry>(broker, "runAudit"));
			const { report, looks, error = "it was interrupted" } = await ask<AuditRun>(broker, "getAudit", { id });
			return report ? formatReport({ ...report, looks }) : `The audit failed: ${error}`;
		},
	),
];

/** Broker options of a shop with a REPL. */
export const replOptions = { customCommands: replCommands, delimiter: "funshop $ " } as unknown as ReplOptions;

/** Asks the service of operators, which other processes may run. */
function ask<Answer>(broker: ServiceBroker, action: string, params: object = {}): Promise<Answer> {
	return broker.call<Answer, object>(`operator.${action}`, params, { meta: { operator: terminalUser("repl") } });
}

/** Resolves with the entry of a doing when it has its outcome. */
async function whenDone(broker: ServiceBroker, { id }: TrailEntry): Promise<TrailEntry> {
	for (;;) {
		const entry = await ask<TrailEntry>(broker, "trailEntry", { id });
		if (entry.status !== "running") return entry;
		await sleep(LOOK_AGAIN_AFTER_MS);
	}
}

function serviceName(word: string | undefined): ServiceName {
	const name = SERVICE_NAMES.find((known) => known === word);
	if (!name) throw new UsageError(`service is one of ${SERVICE_NAMES.join(", ")}`);
	return name;
}

function statusOf({ id, status, total }: Order): string {
	return `Order ${id} of ${amountOf(total)} is ${status}.`;
}
