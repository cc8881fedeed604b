import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { shopOf } from "../../service-context";
import type { Payment } from "../../services/payment/payment.schemas";
import { anEvent } from "../support/events/builders";
import { amount, cancelled, card, CARD, PaymentShop } from "../support/shop/payments";
import { eventually, TestClock } from "../support/world";

const shop = new PaymentShop();
const { start, charge, paying, payment, becomes, faults, journal, moved, published } = shop;
afterEach(() => shop.stop());

describe("a charge", () => {
	it("is captured once, saved and published", async () => {
		await start();
		expect(await charge("pay1")).toEqual({ status: "approved" });
		expect(await payment("pay1")).toEqual({
			id: "pay1",
			orderId: "o1",
			amount,
			status: "approved",
			card,
			createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
		});
		expect(await journal()).toEqual([
			{ seq: 1, at: expect.any(String), type: "captured", paymentId: "pay1", orderId: "o1", amount, card },
		]);
		expect(await charge("pay1")).toEqual({ status: "approved" });
		expect(await moved()).toEqual(["captured pay1"]);
		expect(await eventually(async () => (await published()).length > 0 && published())).toEqual([
			"payment.approved pay1",
		]);
	});

	it("sent a hundred times at once under one id is captured once", async () => {
		await start({ PAYMENT_SIM_LATENCY_MS: "5" });
		const answers = await Promise.all(Array.from({ length: 100 }, () => charge("pay1", {}, 4_000)));
		expect(answers).toEqual(Array(100).fill({ status: "approved" }));
		expect(await moved()).toEqual(["captured pay1"]);
	});

	it.each([
		["4000000000000002", "CARD_DECLINED"],
		["4000000000009995", "INSUFFICIENT_FUNDS"],
		["4000000000000119", "CARD_PROCESSING_ERROR"],
	])("of a card that the processor refuses is declined and never captured (%s)", async (cardNo, code) => {
		await start();
		expect(await charge("pay1", { cardNo })).toEqual({ status: "declined", code });
		expect(await charge("pay1", { cardNo })).toEqual({ status: "declined", code });
		expect(await payment("pay1")).toMatchObject({ status: "declined", code });
		expect(await moved()).toEqual(["declined pay1"]);
	});

	it("under the id of another order or amount is refused", async () => {
		await start();
		await charge("pay1");
		const taken = { code: 409, type: "PAYMENT_ID_TAKEN" };
		await expect(charge("pay1", { orderId: "o2" })).rejects.toMatchObject(taken);
		await expect(charge("pay1", { amount: { ...amount, amount: 1 } })).rejects.toMatchObject(taken);
		expect(await moved()).toEqual(["captured pay1"]);
	});

	it("whose caller left while it waited in the queue is not run", async () => {
		await start({ PAYMENT_CONCURRENCY: "1", PAYMENT_SIM_LATENCY_MS: "300" });
		const calls = [
			charge("pay1", {}, 3_000),
			charge("pay2", {}, 200),
			charge("pay3", {}, 200),
			charge("pay4", { orderId: "o4" }, 3_000),
		];
		const results = await Promise.allSettled(calls);
		expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
		// pay4 was last in the queue, so the turns of pay2 and pay3 are over.
		for (const id of ["pay2", "pay3"]) {
			await expect(payment(id)).rejects.toMatchObject({ code: 404, type: "PAYMENT_NOT_FOUND" });
		}
		expect(await moved()).toEqual(["captured pay1", "captured pay4"]);
	});

	it("is refused at once when it would wait in the queue beyond its deadline, and else captured", async () => {
		await start({ PAYMENT_CONCURRENCY: "2", PAYMENT_QUEUE: "100", PAYMENT_SIM_LATENCY_MS: "300" });
		await charge("first", { orderId: "first" });
		const ids = Array.from({ length: 60 }, (_, index) => `pay${index}`);
		const results = await Promise.allSettled(ids.map((id) => charge(id, { orderId: id }, 3_000)));
		const captured = ids.filter((_, index) => results[index]!.status === "fulfilled");
		for (const result of results)
			if (result.status === "rejected") expect(result.reason).toMatchObject({ code: 429, type: "QUEUE_FULL" });
		// In 3 s there would be time for 20, two at once.
		expect(captured.length).toBeGreaterThanOrEqual(4);
		expect(captured.length).toBeLessThanOrEqual(18);
		expect((await moved()).sort()).toEqual(["first", ...captured].map((id) => `captured ${id}`).sort());
	});

	it("is refused at once when the queue is full", async () => {
		await start({ PAYMENT_CONCURRENCY: "1", PAYMENT_QUEUE: "1", PAYMENT_SIM_LATENCY_MS: "50" });
		const results = await Promise.allSettled(["1", "2", "3"].map((id) => charge(`pay${id}`, { orderId: `o${id}` })));
		expect(results[2]).toMatchObject({ reason: { code: 429, type: "QUEUE_FULL" } });
		expect(await moved()).toEqual(["captured pay1", "captured pay2"]);
	});
});

describe("S22: a second attempt to pay an order", () => {
	/** Removes what a shop of an earlier version, or one that was killed in between, does not have. */
	async function forgetClaim(orderId = "o1"): Promise<void> {
		const store = shopOf(shop.broker).openStore("payment", { claims: {} });
		await store.connect();
		const claims = store.collection("claims");
		expect(await claims.remove((await claims.load(orderId))!)).toBe(true);
		await store.disconnect();
	}

	it("captures nothing while another has captured, and names that one", async () => {
		await start();
		await charge("pay1");
		expect(await charge("pay2")).toEqual({ status: "voided", paidBy: { paymentId: "pay1", card } });
		expect(await payment("pay2")).toMatchObject({ status: "voided" });
		expect(await moved()).toEqual(["captured pay1", "voided pay2"]);
	});

	it("captures nothing while the outcome of another is unknown", async () => {
		await start({ PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		await expect(charge("pay1")).rejects.toMatchObject({ type: "PAYMENT_OUTCOME_UNKNOWN" });
		expect(await charge("pay2")).toEqual({ status: "voided" });
		await becomes("pay1", "approved");
		expect(await moved()).toEqual(["captured pay1", "voided pay2"]);
	});

	it("is captured once the other is declined, voided or refunded", async () => {
		await start();
		expect(await charge("pay1", { cardNo: "4000000000000002" })).toMatchObject({ status: "declined" });
		await paying("pay2");
		await becomes("pay2", "voided");
		expect(await charge("pay3")).toEqual({ status: "approved" });
		await shopOf(shop.broker).bus.publish([cancelled("pay3")]);
		await becomes("pay3", "refunded");
		expect(await charge("pay4")).toEqual({ status: "approved" });
	});

	it("and twenty more at once are captured once in all", async () => {
		await start({ PAYMENT_CONCURRENCY: "50", PAYMENT_SIM_LATENCY_MS: "5" });
		const ids = Array.from({ length: 20 }, (_, index) => `pay${index}`);
		const answers = await Promise.all(ids.map((id) => charge(id, {}, 4_000)));
		expect(answers.filter(({ status }) => status === "approved")).toHaveLength(1);
		expect((await moved()).filter((act) => act.startsWith("captured"))).toHaveLength(1);
	});

	it.each(["captured and", "has not answered and"])(
		"captures nothing where the other %s was stored without a claim",
		async (first) => {
			await start(first === "captured and" ? {} : { PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
			await charge("pay1").catch(() => undefined);
			await forgetClaim();
			expect(await charge("pay2")).toMatchObject({ status: "voided" });
			await becomes("pay1", "approved");
			expect((await moved()).filter((act) => act.startsWith("captured"))).toEqual(["captured pay1"]);
		},
	);

	it("has its capture refunded by itself where the order is completed by another one", async () => {
		await start();
		await charge("pay1");
		await forgetClaim();
		await charge("pay2", { orderId: "o2" });
		const data = { orderId: "o1", customerId: "alice", paymentId: "another", total: amount };
		await shopOf(shop.broker).bus.publish([anEvent("order.completed", "o1", 9, data)]);
		await becomes("pay1", "refunded");
		const paid = { orderId: "o2", customerId: "alice", paymentId: "pay2", total: amount };
		await shopOf(shop.broker).bus.publish([anEvent("order.completed", "o2", 2, paid)]);
		await eventually(async () => (await shopOf(shop.broker).bus.backlog()).every(({ waiting }) => waiting === 0));
		expect(await payment("pay2")).toMatchObject({ status: "approved" });
	});
});

describe("payments of an order", () => {
	it("are listed newest first, in pages", async () => {
		const clock = new TestClock();
		await start({}, { clock });
		for (const id of ["pay1", "pay2", "pay3"]) {
			await charge(id, { cardNo: id === "pay3" ? CARD : "4000000000000002" });
			clock.advance(1_000);
		}
		const list = (params: object) =>
			shop.broker.call<{ items: Payment[]; next: string | null }, object>("payment.list", { orderId: "o1", ...params });
		const first = await list({ limit: 2 });
		expect(first.items.map(({ id }) => id)).toEqual(["pay3", "pay2"]);
		expect((await list({ limit: 2, cursor: first.next })).items.map(({ id }) => id)).toEqual(["pay1"]);
		expect(await list({ orderId: "o2" })).toEqual({ items: [], next: null });
	});
});

describe("a card number", () => {
	it("is in no error, answer or file", async () => {
		shop.folder = mkdtempSync(join(tmpdir(), "payment-"));
		await start({
			DATA_DIR: shop.folder,
			PAYMENT_QUEUE: "1",
			PAYMENT_CONCURRENCY: "1",
			PAYMENT_SIM_LOSE_ANSWER_RATE: "0.5",
		});
		// The compression of the store knows "4242".
		const [number, mistyped] = ["4929939187355598", "4929939187355597"];
		const details = { cardNo: number, expiry: "12/77", cvc: "987" };
		const calls: unknown[] = await Promise.allSettled([
			charge("pay1", details),
			charge("pay1", details),
			charge("pay2", details),
			charge("pay3", { ...details, cardNo: mistyped }),
			charge("pay4", { ...details, amount: 1 }),
			charge("pay4", { ...details, cardNumber: number }),
		]);
		faults().failRate = 1;
		calls.push(
			...(await Promise.allSettled([charge("pay5", details), shopOf(shop.broker).bus.publish([cancelled("pay1")])])),
		);
		const seen = inspect(calls, { depth: 8, showHidden: false });
		for (const secret of [number, mistyped, "12/77", "987"]) expect(seen).not.toContain(secret);
		for (const entry of readdirSync(shop.folder!, { recursive: true, withFileTypes: true })) {
			if (!entry.isFile()) continue;
			const bytes = readFileSync(join(entry.parentPath, entry.name));
			for (const secret of [number, mistyped, "12/77"]) expect(bytes.includes(secret)).toBe(false);
		}
	});
});
