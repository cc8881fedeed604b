import type { ServiceBroker } from "moleculer";
import { shopOf } from "../../service-context";
import { SERVICE_NAMES } from "../../config";
import { replCommands, replOptions } from "../../operator/repl/commands";
import { anEvent } from "../support/events/builders";
import { givingUpAtOnce } from "../support/events/giving-up";
import { eventually, startShop } from "../support/world";

describe("an operator at the REPL", () => {
	let broker: ServiceBroker;
	beforeEach(async () => {
		broker = await startShop({}, { replOptions });
	});
	afterEach(() => broker.stop());

	/** Runs a command, and returns its output; `words` are its arguments in the order of its syntax. */
	async function type(name: string, words: Record<string, string> = {}): Promise<string> {
		const command = replCommands.find(({ command }) => command.split(" ")[0] === name)!;
		const printed = jest.spyOn(console, "log").mockImplementation(() => {});
		try {
			await command.action(broker, { rawCommand: [name, ...Object.values(words)].join(" ") });
			return printed.mock.calls.map(([text]) => String(text)).join("\n");
		} finally {
			printed.mockRestore();
		}
	}

	async function place(): Promise<string> {
		const items = [{ productId: "green-tea", quantity: 1 }];
		return (await broker.call<{ id: string }, object>("order.place", { customerId: "alice", items })).id;
	}

	it("finds the shop's commands in the broker's REPL", () => {
		expect(broker.options.replOptions?.customCommands).toBe(replCommands);
		expect(broker.options.replOptions?.delimiter).toBe("funshop $ ");
	});

	it("pays and cancels orders, and sees the documents and events of one", async () => {
		const orderId = await place();
		expect(await type("pay", { orderId, card: "declined" })).toBe("CARD_DECLINED: The card was declined.");
		expect(await type("pay", { orderId })).toBe(`Order ${orderId} of 18000 KRW is completed.`);
		expect(await type("pay", { orderId })).toBe("ORDER_ALREADY_PAID: This order is paid already.");
		expect(await type("cancel", { orderId, reason: "too expensive now" })).toBe(
			`Order ${orderId} of 18000 KRW is cancelled.`,
		);
		const story = await eventually(async () => {
			const text = await type("order", { orderId });
			return text.includes("refund refunded") && text.includes("stock.released") && text;
		});
		expect(story).toContain(
			`Order ${orderId} of alice: cancelled by customer (too expensive now), 18000 KRW, version 3`,
		);
		expect(story).toContain("In the cart: no");
		for (const eventType of [
			"order.placed",
			"stock.reserved",
			"order.completed",
			"order.cancelled",
			"payment.refunded",
		]) {
			expect(story).toMatch(new RegExp(`Z  ${eventType.replace(".", "\\.")} `));
		}
		expect(story).toMatch(/declined +18000 KRW +visa 0002 +CARD_DECLINED/);
		expect(story).toMatch(/refunded +18000 KRW +visa 4242/);
		expect(story).not.toContain("4242424242424242");
	});

	it("can pay with test cards only", async () => {
		const orderId = await place();
		expect(await type("pay", { orderId, card: "5555555555554444" })).toMatch(/usage: pay <orderId> \[card\]$/);
		expect(await type("pay", { orderId, card: "toString" })).toMatch(/usage: /);
		expect(await type("pay", { orderId, card: "4242424242424242" })).toMatch(/is completed\.$/);
	});

	it("sees the backlog and the circuit breakers, rebuilds my page, and audits", async () => {
		expect(await type("breaker")).toContain("No call has gone through a breaker yet.");
		await type("pay", { orderId: await place() });
		expect(await type("backlog")).toMatch(/service +waiting +dead\n +\w+ +\d+ +0/);
		expect(await type("breaker")).toMatch(/payment\.charge +close +1 +0/);
		expect(await type("rebuild-view")).toMatch(
			/^My page is rebuilt: 1 orders from \d+ events in \d+ ms, \d+ documents mended\.$/,
		);
		expect(await type("audit")).toMatch(/orders {4}1: 1 completed[^]*No differences\./);
	});

	it("sees the usage of a command, never a stack", async () => {
		expect(await type("order")).toBe("orderId is missing; usage: order <orderId>");
		expect(await type("order", { orderId: "nobody's" })).toBe("ORDER_NOT_FOUND: There is no order of this id.");
		expect(await type("stop", { service: "$node" })).toMatch(/^service is one of product, .*; usage: stop <service>$/);
		expect(await type("start", { service: "../order" })).toMatch(/^service is one of /);
		expect(await type("start", { service: "order" })).toBe("SERVICE_RUNNING: order runs in this process already.");
		for (const { command } of replCommands) {
			const [name, ...words] = command.split(" ");
			const xs = Object.fromEntries(words.map((word) => [word, "x"]));
			expect(await type(name!, xs)).not.toMatch(/\n +at /);
			if (!command.endsWith("...]")) {
				expect(await type(name!, { ...xs, more: "x" })).toBe(`there are too many words; usage: ${command}`);
			}
		}
	});

	it("lists, shows, replays and drops dead letters", async () => {
		await broker.stop();
		broker = await startShop({}, givingUpAtOnce);
		const { bus } = shopOf(broker);
		expect(await type("dead-letters")).toContain("There are no dead letters.");
		const odd = anEvent("order.placed", "odd", 1, { orderId: "odd" });
		const eventId = odd.id;
		await bus.publish([odd]);
		const words = { service: "cart", eventId };
		const gaveUp = () => eventually(async () => (await bus.deadLetters.list("cart")).length === 1);

		await gaveUp();
		const row = /cart +order\/odd\/1 +order\.placed +1 +\S+Z +data\.customerId: is required/;
		expect(await type("dead-letters", { service: "cart" })).toMatch(row);
		expect(await type("dead-letters", { service: "payment" })).toContain("There are no dead letters.");
		expect(await type("dead-letter", { what: "show", ...words })).toContain('"subject": "odd"');
		expect(await type("dead-letter", { what: "replay", ...words })).toBe("cart tries order/odd/1 again.");
		await gaveUp();
		expect(await type("dead-letter", { what: "drop", ...words })).toBe("order/odd/1 is dropped for cart.");
		expect(await type("dead-letter", { what: "show", ...words })).toBe(
			"DEAD_LETTER_NOT_FOUND: cart has no dead letter order/odd/1.",
		);
		expect(await type("dead-letters", { service: "carts" })).toMatch(/^VALIDATION_FAILED: service/);
		expect(await type("dead-letter", { what: "eat", ...words })).toMatch(/^what is one of show, replay, drop; usage: /);
		await broker.stop();
		broker = await startShop();
	});

	it.each(SERVICE_NAMES)("stops %s and starts it again, and earlier and later orders are paid", async (service) => {
		const before = await place();
		expect(await type("stop", { service })).toBe(`${service} is stopped.`);
		expect(await type("stop", { service })).toBe(`SERVICE_STOPPED: ${service} does not run in this process.`);
		const taken = service === "order" ? before : await place();
		const meanwhile = await type("pay", { orderId: taken });
		if (service === "payment") expect(meanwhile).toMatch(/^PAYMENT_UNAVAILABLE/);
		else if (service === "order") expect(meanwhile).toBe("That failed: Service 'order.pay' is not available.");
		else expect(meanwhile).toMatch(/is completed\.$/);
		expect(await type("start", { service })).toBe(`${service} is started.`);
		for (const orderId of new Set([before, taken])) {
			expect(await type("pay", { orderId })).toMatch(/is completed\.$|^ORDER_ALREADY_PAID/);
		}
		expect(await type("audit")).toContain("No differences.");
	});
});
