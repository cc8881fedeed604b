import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventBus } from "../../shared/events/event-bus";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { OrderEvents } from "../../services/order/order.events";
import { type Paying, settle } from "../../services/order/order.process";
import { closeAttempt, type OrderState, place, startPayment } from "../../services/order/order.rules";
import { silentLogger, TestClock } from "../support/world";
import type { Saved } from "../../shared/aggregates/aggregate";

const TIMEOUT_MS = 3_000;
const card = { brand: "visa", last4: "4242" };

describe("an order that is due to be settled", () => {
	const clock = new TestClock();
	const bus = { mayLoseForMs: 0, publish: async () => 0, onReturn: () => undefined } as unknown as EventBus;
	const path = mkdtempSync(join(tmpdir(), "funshop-settling-"));
	const store = new LmdbStore({ path, collections: { orders: {} }, durable: false });
	const collection = store.collection<Saved<OrderState>>("orders");
	const orders = new Aggregates<OrderState, OrderEvents>({
		publisher: "order",
		collection,
		bus,
		clock,
		logger: silentLogger,
	});
	const paying = { orders, clock } as unknown as Paying;
	const asked: string[] = [];
	const ask = async ({ paymentId }: { paymentId: string }) => {
		asked.push(paymentId);
		return { status: "voided" as const };
	};
	const pay = (paymentId: string) =>
		orders.change("o1", (order) => startPayment(order, { paymentId, card, now: clock.now(), timeoutMs: TIMEOUT_MS }));

	beforeAll(() => store.connect());
	afterAll(async () => {
		await store.disconnect();
		rmSync(path, { recursive: true });
	});
	beforeEach(async () => {
		for await (const order of collection.all()) await collection.remove(order);
		asked.length = 0;
		const placing = { orderId: "o1", customerId: "alice", items: [], currency: "KRW", expiresAfterMs: 3_600_000 };
		await orders.change("o1", (order) => place(order, { ...placing, now: clock.now() }));
		await pay("pay1");
		clock.advance(TIMEOUT_MS + 10_000);
	});

	it("is asked about by one of the processes that found it", async () => {
		const found = (await orders.load("o1"))!;
		await Promise.all([settle(paying, found, ask), settle(paying, found, ask), settle(paying, found, ask)]);
		expect(asked).toEqual(["pay1"]);
		expect(await orders.load("o1")).toMatchObject({ status: "placed" });
	});

	it("is left alone by a process that stood still until the customer was paying anew", async () => {
		const found = (await orders.load("o1"))!;
		await orders.change("o1", (order) => closeAttempt(order, "pay1", clock.now()));
		await pay("pay2");
		await settle(paying, found, ask);
		expect(asked).toEqual([]);
		expect(await orders.load("o1")).toMatchObject({ status: "paying", attempt: { paymentId: "pay2" } });
	});
});
