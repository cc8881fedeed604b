import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServiceBroker } from "moleculer";
import type { MessageState } from "../../services/notification/notification.rules";
import type { Notification } from "../../services/notification/notification.schemas";
import type { Saved } from "../../shared/aggregates/aggregate";
import type { CloudEvent } from "../../shared/events/event";
import type { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import type { List } from "../../shared/store/paging";
import { anEvent, secondsIn } from "../support/events/builders";
import { eventually, startShop, TestClock } from "../support/world";
import { shopOf } from "../../service-context";

const SECRET = "correct-horse-battery-staple";
const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const card = { brand: "visa", last4: "4242" };
const ids = { orderId: "o1", customerId: "alice" };

function event(type: string, subject: string, sequence: number, data: object, second = 0): CloudEvent {
	return anEvent(type, subject, sequence, data, { time: secondsIn(second), requestid: "r1" });
}
const attempt = { ...ids, paymentId: "pay1", amount: total, card };
const placed = event("order.placed", "o1", 1, { ...ids, items, total }, 1);
const notable = [
	placed,
	event("order.completed", "o1", 2, { ...ids, paymentId: "pay1", total }, 2),
	event(
		"order.cancelled",
		"o1",
		3,
		{ ...ids, items, total, cancelledBy: "customer", payment: { paymentId: "pay1", card } },
		3,
	),
	event("payment.refunded", "pay1", 2, attempt, 4),
];
const silent = [
	event("payment.approved", "pay1", 1, attempt),
	event("order.paying", "o1", 4, { ...ids, paymentId: "pay1" }),
];

/** A receiver of webhooks on a free port of this machine, which answers with `status`. */
class Receiver {
	readonly received: Array<{ headers: IncomingHttpHeaders; body: string; path?: string }> = [];
	status = 204;
	private readonly server: Server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk: Buffer) => (body += chunk.toString()));
		request.on("end", () => {
			this.received.push({ headers: request.headers, body, path: request.url });
			response.writeHead(this.status, { Location: "/elsewhere" }).end();
		});
	});

	async open(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}

describe("notifications", () => {
	let broker: ServiceBroker | undefined;
	let receiver: Receiver;
	let clock: TestClock;

	const list = (params: object = {}) =>
		broker!.call<List<Notification>, object>("notification.list", { customerId: "alice", ...params });
	const statuses = async () => (await list()).items.map(({ status }) => status);

	async function start(env: Record<string, string> = {}): Promise<void> {
		broker = await startShop({ SERVICES: "notification", ...env }, { clock });
	}
	async function startWithWebhook(secret = SECRET): Promise<void> {
		await start({ NOTIFY_WEBHOOK_URL: await receiver.open(), NOTIFY_WEBHOOK_SECRET: secret });
	}
	async function allSent(count: number): Promise<void> {
		await eventually(async () => (await statuses()).filter((status) => status === "sent").length === count, 15_000);
	}
	async function publish(events: CloudEvent[]): Promise<void> {
		const { bus } = shopOf(broker!);
		await bus.publish(events);
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
	}
	async function published(): Promise<CloudEvent[]> {
		const events: CloudEvent[] = [];
		for await (const one of shopOf(broker!).bus.history(["notification.sent"])) events.push(one);
		return events;
	}

	beforeEach(() => {
		receiver = new Receiver();
		clock = new TestClock();
	});
	afterEach(async () => {
		await broker?.stop();
		broker = undefined;
		receiver.close();
		jest.restoreAllMocks();
	});

	it("are one for each event that customers get a message about, newest first, and are published as sent", async () => {
		await start();
		await publish([...notable, ...silent]);
		await allSent(4);
		const { items: messages, next } = await list();
		expect(next).toBeNull();
		expect(messages.map(({ type }) => type)).toEqual(notable.map(({ type }) => type).reverse());
		const { id, text, ...last } = messages[0]!;
		const rest = { customerId: "alice", orderId: "o1", type: "payment.refunded", status: "sent" };
		expect(last).toEqual({ ...rest, createdAt: "2026-01-01T00:00:04.000Z" });
		expect(text).toContain("₩300");
		const events = await eventually(async () => {
			const found = await published();
			return found.length === 4 && found;
		});
		expect(events.find(({ subject }) => subject === id)).toMatchObject({
			requestid: "r1",
			data: { notificationId: id, ...ids, about: "payment.refunded" },
		});
	});

	it("are one for each event, however often it is delivered", async () => {
		await startWithWebhook();
		for (let times = 0; times < 3; times++) for (const one of [...notable].reverse()) await broker!.emit(one.type, one);
		await allSent(4);
		for (const one of notable) await broker!.emit(one.type, one);
		expect((await list()).items).toHaveLength(4);
		expect(receiver.received).toHaveLength(4);
	});

	it.each([
		["twice with a webhook: with the claim of their first try, and when they are sent", true, ["pending 1", "sent 1"]],
		["once without one", false, ["sent 0"]],
	])("are written %s", async (_, webhook, expected) => {
		await (webhook ? startWithWebhook() : start());
		const { adapter } = broker!.getLocalService("notification") as unknown as { adapter: StoreAdapter };
		const save = jest.spyOn(adapter.collection<Saved<MessageState>>("messages"), "save");
		await publish([placed]);
		await allSent(1);
		await eventually(async () => (await published()).length === 1);
		expect(save.mock.calls.map(([{ status, tries }]) => `${status} ${tries}`)).toEqual(expected);
	});

	it("that wait for a webhook are sent, although there is none any more", async () => {
		await start();
		const { adapter } = broker!.getLocalService("notification") as unknown as { adapter: StoreAdapter };
		await publish([placed]);
		const messages = adapter.collection<Saved<MessageState>>("messages");
		const [{ id }] = (await list()).items as [Notification];
		const sent = (await messages.load(id))!;
		await messages.save({ ...sent, status: "pending", dueAt: clock.now() }, sent);
		await allSent(1);
	});

	it("are paged, and empty for an unknown customer", async () => {
		await start();
		await publish(notable);
		const first = await list({ limit: 3 });
		const second = await list({ limit: 3, cursor: first.next });
		expect([...first.items, ...second.items].map(({ type }) => type)).toEqual(
			notable.map(({ type }) => type).reverse(),
		);
		expect(second.next).toBeNull();
		expect(await list({ customerId: "bob" })).toEqual({ items: [], next: null });
	});

	it("go to the log, a line each, where no webhook is configured", async () => {
		const log = jest.spyOn(console, "log").mockImplementation();
		await start({ LOGLEVEL: "info" });
		await publish([placed]);
		await allSent(1);
		const lines = log.mock.calls.map((words) => words.join(" ")).filter((line) => line.includes("To alice: "));
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain("order o1 of ₩300");
	});

	describe("by webhook", () => {
		it("are signed as Standard Webhooks says, over the body as sent", async () => {
			await startWithWebhook();
			await publish([placed]);
			const { headers, body } = await eventually(() => receiver.received[0]);
			const [message] = (await list()).items;
			expect(headers["webhook-id"]).toBe(message!.id);
			expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1_000)).toBeLessThan(10);
			const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
			expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", SECRET).update(signed).digest("base64")}`);
			expect(headers["content-type"]).toBe("application/json");
			expect(JSON.parse(body)).toMatchObject({
				type: "order.placed",
				data: { ...ids, id: message!.id, text: message!.text },
			});
		});

		it("are signed with the decoded key where the secret begins with whsec_", async () => {
			await startWithWebhook(`whsec_${Buffer.from(SECRET).toString("base64")}`);
			await publish([placed]);
			const { headers, body } = await eventually(() => receiver.received[0]);
			const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
			expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", SECRET).update(signed).digest("base64")}`);
		});

		it("wait while the receiver is down, without dead letters, and are sent when it is back", async () => {
			receiver.status = 500;
			await startWithWebhook();
			await publish(notable);
			expect(await shopOf(broker!).bus.deadLetters.list()).toEqual([]);
			await eventually(() => receiver.received.length === 4);
			expect(new Set(await statuses())).toEqual(new Set(["pending"]));
			receiver.status = 200;
			await eventually(async () => {
				clock.advance(1_000);
				return (await statuses()).every((status) => status === "sent");
			});
			const idsSent = receiver.received.map(({ headers }) => headers["webhook-id"]);
			expect(new Set(idsSent).size).toBe(4);
			expect((await published()).length).toBeLessThanOrEqual(4);
		});

		it("are given up after 20 tries", async () => {
			receiver.status = 503;
			await startWithWebhook();
			await publish([placed]);
			await eventually(async () => {
				clock.advance(60_000);
				return (await statuses())[0] === "failed";
			}, 15_000);
			expect(receiver.received).toHaveLength(20);
			clock.advance(3_600_000);
			await publish(silent);
			expect([receiver.received.length, await published()]).toEqual([20, []]);
		});

		it("do not follow a redirect", async () => {
			receiver.status = 307;
			await startWithWebhook();
			await publish([placed]);
			await eventually(() => receiver.received.length > 0);
			await eventually(async () => {
				clock.advance(1_000);
				return receiver.received.length > 1;
			});
			expect(receiver.received.map(({ path }) => path)).toEqual(receiver.received.map(() => "/hook"));
			expect(await statuses()).toEqual(["pending"]);
		});

		it("leave neither the secret nor the address in logs, lists or events", async () => {
			const written: string[] = [];
			for (const level of ["info", "warn", "error", "log", "debug"] as const) {
				jest.spyOn(console, level).mockImplementation((...words: unknown[]) => void written.push(words.join(" ")));
			}
			const url = await receiver.open();
			receiver.close();
			await start({ LOGLEVEL: "debug", NOTIFY_WEBHOOK_URL: `${url}?token=hidden`, NOTIFY_WEBHOOK_SECRET: SECRET });
			await publish([placed]);
			await eventually(() => written.some((line) => line.includes("ECONNREFUSED")));
			const all = [...written, JSON.stringify(await list()), JSON.stringify(await published())].join("\n");
			expect(all).not.toContain(SECRET);
			expect(all).not.toContain("hidden");
		});
	});
});
