import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import type { OrderState } from "../../services/order/order.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import type { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { shopOf } from "../../service-context";
import { anEvent } from "../support/events/builders";
import { Documented } from "../support/http/documented";
import { type Answer, baseUrl, clientOf } from "../support/http/http";
import { givingUpAtOnce } from "../support/events/giving-up";
import { eventually, startShop } from "../support/world";

const CARD = "4242424242424242";
const DECLINED = "4000000000000002";

describe("an operator of a shop in one process", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-operator-"));
	let broker: ServiceBroker;
	let client: ReturnType<typeof clientOf>;
	let documented: Documented | undefined;

	const api = "/operator/api";
	const look = async () => (await client.get(`${api}/state`)).body;
	const trail = async () => (await client.get(`${api}/trail?limit=100`)).body.items as any[];
	const doIt = (path: string, body: object = {}) => client.post(api + path, body);

	async function start(): Promise<void> {
		broker = await startShop({ DATA_DIR: dataDir, PAYMENT_TIMEOUT_MS: "200" }, givingUpAtOnce);
		client = checked(clientOf(baseUrl(broker)));
		documented ??= new Documented((await client.get(`${api}/openapi.json`)).body);
	}
	/** A client that checks each answer of the console's API against its document. */
	function checked(client: ReturnType<typeof clientOf>): ReturnType<typeof clientOf> {
		const check = <Body>(method: string, url: string, answer: Answer<Body>) => {
			const [path] = url.split("?");
			if (path!.startsWith(api)) documented?.expect(method, documented.templateOf(path!), answer);
			return answer;
		};
		return {
			get: async (path, headers) => check("get", path, await client.get(path, headers)),
			post: async (path, body, headers) => check("post", path, await client.post(path, body, headers)),
			patch: async (path, body, headers) => check("patch", path, await client.patch(path, body, headers)),
		};
	}
	async function place(customerId = "alice"): Promise<string> {
		const items = [{ productId: "green-tea", quantity: 1 }];
		return (await client.post("/orders", { customerId, items })).body.id;
	}
	const pay = (id: string, cardNo = CARD) => client.post(`/orders/${id}/payment`, { cardNo });
	/** Publishes an event that cart cannot handle; it gives the event up. Returns the event's id. */
	async function poison(subject: string): Promise<string> {
		const event = anEvent("order.placed", subject, 1, { orderId: subject });
		await shopOf(broker).bus.publish([event]);
		await eventually(async () => (await client.get(`${api}/dead-letters?service=cart`)).body.items.length > 0);
		return event.id;
	}

	beforeAll(start);
	afterAll(async () => {
		await broker.stop();
		rmSync(dataDir, { recursive: true });
	});

	it("sees at one look what was sold, declined and cancelled in the last minute, and each service ready in its process", async () => {
		const before = (await look()).lastMinute;
		const [paid, refused] = [await place(), await place()];
		expect((await pay(paid)).status).toBe(200);
		expect((await pay(refused, DECLINED)).status).toBe(402);
		await client.post(`/orders/${refused}/cancellation`, {});
		const state = await eventually(async () => {
			const now = await look();
			return now.lastMinute.cancelled > before.cancelled && now;
		});
		const sold = (what: string) => state.lastMinute[what] - before[what];
		expect(["ordered", "paid", "declined", "cancelled", "refused"].map(sold)).toEqual([2, 1, 1, 1, 1]);
		const [process] = state.processes;
		expect(state.processes).toHaveLength(1);
		expect(process).toMatchObject({ status: "here", report: { readiness: { ready: true }, network: "none" } });
		expect(process.services).toEqual(expect.arrayContaining(["api", "order", "payment", "operator"]));
		expect(state.missing).toEqual([]);
		expect(state.money).toMatchObject({ unknown: { count: 0 }, refunds: { count: 0 } });
		const { slots } = (await client.get(`${api}/selling`)).body;
		expect(slots.reduce((sum: number, { paid: each }: any) => sum + each, 0)).toBeGreaterThanOrEqual(1);
	});

	it("finds an order by its id and by its customer, and reads its whole story", async () => {
		const id = await place("bob");
		const { headers } = await pay(id);
		const found = await client.get(`${api}/orders?customerId=bob`);
		expect(found.body.items.map((order: any) => order.id)).toEqual([id]);
		expect((await client.get(`${api}/orders?id=${id}`)).body.items).toHaveLength(1);
		expect((await client.get(`${api}/orders?id=none`)).body.items).toEqual([]);
		expect((await client.get(`${api}/orders`)).status).toBe(422);

		const story = await eventually(async () => {
			const { body } = await client.get(`${api}/orders/${id}/story`);
			return body.messages.length === 2 && body.page?.status === "completed" && body;
		});
		expect(story.order).toMatchObject({ id, status: "completed" });
		expect(story.commands.map(({ command }: any) => command)).toEqual(["place", "pay"]);
		expect(story.commands[1].requestId).toBe(headers.get("x-request-id"));
		expect(story.payments).toMatchObject([{ status: "approved", card: { brand: "visa", last4: "4242" } }]);
		expect(story.ledger).toMatchObject([{ type: "captured", paymentId: story.payments[0].id }]);
		const types = story.events.map(({ type }: any) => type);
		expect(types).toEqual(expect.arrayContaining(["order.placed", "payment.approved", "order.completed"]));
		const placed = story.events.find(({ type }: any) => type === "order.placed");
		const handlers = placed.handled.map(({ service }: any) => service);
		expect(handlers).toEqual(expect.arrayContaining(["cart", "customer", "notification", "product"]));
		expect(story.missing).toEqual([]);
		expect(JSON.stringify(story)).not.toContain(CARD);
		expect(await client.get(`${api}/orders/none/story`)).toMatchObject({
			status: 404,
			body: { code: "ORDER_NOT_FOUND" },
		});
	});

	it("reads, replays and drops dead letters, one and a range", async () => {
		const eventId = await poison("odd");
		const named = { service: "cart", eventId };
		const query = `service=cart&eventId=${encodeURIComponent(eventId)}`;
		const shown = await client.get(`${api}/dead-letter?${query}`);
		expect(shown.body).toMatchObject({ ...named, type: "order.placed", event: { subject: "odd" } });
		expect(shown.body.reason).toMatch(/customerId/);
		const deadOf = async () => (await look()).subscribers.find(({ service }: any) => service === "cart").dead;
		await eventually(async () => (await deadOf()) === 1);

		expect(await doIt("/dead-letters/replay", named)).toMatchObject({ status: 200, body: { status: "done" } });
		await eventually(async () => (await client.get(`${api}/dead-letter?${query}`)).body.at > shown.body.at);
		const range = await doIt("/dead-letters/replay-range", { service: "cart", type: "order.placed" });
		expect(range.body).toMatchObject({ status: "done", outcome: expect.stringMatching(/1/) });
		await eventually(async () => (await client.get(`${api}/dead-letter?${query}`)).status === 200);
		expect((await doIt("/dead-letters/drop", named)).body.status).toBe("done");
		expect(await doIt("/dead-letters/drop", named)).toMatchObject({
			status: 404,
			body: { code: "DEAD_LETTER_NOT_FOUND" },
		});
		// The failed doing is in the trail too.
		expect((await trail())[0]).toMatchObject({ action: "operator.dropDeadLetter", status: "failed", by: "loopback" });
	});

	it("slows the simulated processor down for a time, sees a payment of unknown outcome, and ends the fault", async () => {
		expect((await doIt("/faults", { hangRate: 1, forS: 60 })).body.status).toBe("done");
		expect((await client.get(`${api}/faults`)).body).toMatchObject({
			isSimulated: true,
			processes: [{ faults: { hangRate: 1 }, settings: { hangRate: 0 }, until: expect.any(String) }],
		});
		const id = await place();
		expect(await pay(id)).toMatchObject({ status: 503, body: { code: "PAYMENT_OUTCOME_UNKNOWN" } });
		const state = await eventually(async () => {
			const now = await look();
			return now.money.unknown.count > 0 && now;
		});
		expect(state.money.unknown.oldest).toMatchObject([{ orderId: id, since: expect.any(String) }]);
		expect((await doIt("/faults/reset")).body.status).toBe("done");
		await eventually(async () => (await client.get(`/orders/${id}`)).body.status === "placed", 15_000);
		await eventually(async () => (await look()).money.unknown.count === 0);
		expect(await doIt("/faults", { failRate: 2 })).toMatchObject({
			status: 422,
			body: { errors: [{ field: "failRate" }] },
		});
	}, 30_000);

	it("adds a product and changes its stock, which the trail names, without a card number that was typed by mistake", async () => {
		const product = { name: `Cup ${CARD}`, price: { amount: 100, currency: "KRW" }, stock: 3 };
		const added = await client.post(`${api}/products`, product, { "X-Operator": "kim" });
		expect(added).toMatchObject({ status: 201, body: { stock: 3 } });
		const { id } = added.body;
		expect((await client.patch(`${api}/products/${id}`, { stockDelta: 2 })).body.stock).toBe(5);
		const [changed, made] = await trail();
		expect(changed).toMatchObject({ action: "operator.changeProduct", params: { id, stockDelta: 2 }, status: "done" });
		expect(made).toMatchObject({ action: "operator.addProduct", by: "loopback", name: "kim", status: "done" });
		expect(JSON.stringify(await trail())).not.toContain(CARD);
		expect((await client.get(`${api}/trail?limit=0`)).status).toBe(422);
		const first = (await client.get(`${api}/trail?limit=1`)).body;
		const second = (await client.get(`${api}/trail?limit=1&cursor=${first.next}`)).body;
		expect([first.items[0].id, second.items[0].id]).toEqual([changed.id, made.id]);
	});

	it("runs one audit at a time, and reads what differs", async () => {
		const started = await doIt("/audits", { waitS: 2 });
		expect(started.body).toMatchObject({ action: "operator.runAudit" });
		const ended = (id: string) =>
			eventually(async () => {
				const { body } = await client.get(`${api}/audits/${id}`);
				return body.status !== "running" && body;
			}, 20_000);
		// The log still has the event that no service can handle.
		const { report } = await ended(started.body.id);
		expect(report.differences.filter(({ says }: any) => !/order\.placed/.test(says))).toEqual([]);

		const paid = await place("carol");
		await pay(paid);
		const { adapter } = broker.getLocalService("order") as unknown as { adapter: StoreAdapter };
		const orders = adapter.collection<Saved<OrderState>>("orders");
		const order = (await orders.load(paid))!;
		await orders.save({ ...order, total: { amount: 1, currency: "KRW" } }, order);
		const both = await Promise.all([doIt("/audits", { waitS: 2 }), doIt("/audits", { waitS: 2 })]);
		expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
		const { id } = both.find(({ status }) => status === 200)!.body;
		const audit = await ended(id);
		expect(audit.report.differences).toContainEqual(expect.objectContaining({ subject: `order ${paid}` }));
		expect((await look()).money.audit).toMatchObject({ id, status: "done" });
		expect((await client.get(`${api}/audits`)).body.items.length).toBeGreaterThanOrEqual(2);
		await orders.save({ ...(await orders.load(paid))!, total: order.total }, (await orders.load(paid))!);
	}, 60_000);

	it("stops a service and starts it again; what it does while it is away is said", async () => {
		const [{ nodeId }] = (await look()).processes;
		expect((await doIt("/services/stop", { nodeId, service: "cart" })).body.status).toBe("done");
		await eventually(async () => (await look()).missing.includes("cart"));
		expect((await doIt("/services/stop", { nodeId, service: "cart" })).body.code).toBe("SERVICE_STOPPED");
		expect((await doIt("/services/stop", { nodeId, service: "operator" })).status).toBe(422);
		expect((await doIt("/services/start", { nodeId, service: "cart" })).body.status).toBe("done");
		await eventually(async () => (await look()).missing.length === 0);
	});

	it("still has the trail after a restart, and knows which doing was cut off", async () => {
		const before = await trail();
		await broker.stop();
		await start();
		expect((await trail()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
	});

	it.each([
		["GET", "/orders?id=", "id"],
		["GET", "/orders?customerId=a b", "customerId"],
		["GET", "/dead-letters?service=nobody", "service"],
		["POST", "/audits", "waitS"],
		["POST", "/services/stop", "nodeId"],
	])("is told which field is wrong: %s %s", async (method, path, field) => {
		const answer = method === "GET" ? await client.get(api + path) : await doIt(path, { waitS: -1 });
		expect(answer.status).toBe(422);
		expect(answer.body.errors.map((error: any) => error.field)).toContain(field);
	});
});
