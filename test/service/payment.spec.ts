import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { ServiceBroker } from "moleculer";
import type { CloudEvent } from "../../shared/events/event";
import { type ShopParts } from "../../shop";
import type { Charged, Payment } from "../../services/payment/payment.schemas";
import { anEvent } from "../support/events/builders";
import { partsApart } from "../support/shop/apart";
import { readJournal } from "../support/shop/journal";
import { eventually, startShop, TestClock } from "../support/world";
import { shopOf } from "../../service-context";

const CARD = "4242424242424242";
const amount = { amount: 300, currency: "KRW" };
const card = { brand: "visa", last4: "4242" };
/** Long enough that a busy machine is not taken for a processor that does not answer. */
const TIMEOUT_MS = 800;

let broker: ServiceBroker;
let folder: string | undefined;

/** A shop of payment alone; `env` as a user would set it. */
async function start(env: Record<string, string> = {}, parts: ShopParts = {}): Promise<void> {
	broker = await startShop({ SERVICES: "payment", PAYMENT_TIMEOUT_MS: String(TIMEOUT_MS), ...env }, parts);
}
afterEach(async () => {
	await broker.stop();
	if (folder) rmSync(folder, { recursive: true, force: true });
	folder = undefined;
});

const charge = (paymentId: string, other: object = {}, timeout = TIMEOUT_MS) =>
	broker.call<Charged, object>(
		"payment.charge",
		{ paymentId, orderId: "o1", customerId: "alice", amount, cardNo: CARD, ...other },
		{ timeout },
	);
/** Order publishes that it does not know the outcome of this payment. */
const paying = (paymentId: string, sequence = 2) =>
	shopOf(broker).bus.publish([
		anEvent("order.paying", "o1", sequence, { orderId: "o1", customerId: "alice", paymentId, total: amount, card }),
	]);
const payment = (id: string) => broker.call<Payment, object>("payment.get", { id });
const becomes = (id: string, status: Payment["status"]) =>
	eventually(async () => (await payment(id).catch(() => undefined))?.status === status, 8_000);
const faults = () => shopOf(broker).config.simulated;

const journal = () => readJournal(broker, folder);
const moved = async () => (await journal()).map(({ type, paymentId }) => `${type} ${paymentId}`);

async function published(): Promise<string[]> {
	const types = ["approved", "declined", "delayed", "voided", "refunded"].map((status) => `payment.${status}`);
	const events: string[] = [];
	for await (const { type, subject } of shopOf(broker).bus.history(types)) events.push(`${type} ${subject}`);
	return events;
}

function cancelled(paymentId: string | undefined, orderId = "o1"): CloudEvent {
	const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
	const payment = paymentId && { paymentId, card };
	const data = { orderId, customerId: "alice", items, total: amount, cancelledBy: "customer", payment };
	return anEvent("order.cancelled", orderId, 9, data);
}

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
		const store = shopOf(broker).openStore("payment", { claims: {} });
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
		await shopOf(broker).bus.publish([cancelled("pay3")]);
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
		await shopOf(broker).bus.publish([anEvent("order.completed", "o1", 9, data)]);
		await becomes("pay1", "refunded");
		const paid = { orderId: "o2", customerId: "alice", paymentId: "pay2", total: amount };
		await shopOf(broker).bus.publish([anEvent("order.completed", "o2", 2, paid)]);
		await eventually(async () => (await shopOf(broker).bus.backlog()).every(({ waiting }) => waiting === 0));
		expect(await payment("pay2")).toMatchObject({ status: "approved" });
	});
});

describe("a processor that", () => {
	it("loses its answer leaves the outcome unknown, until it is settled as approved", async () => {
		await start({ PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		const since = performance.now();
		await expect(charge("pay1")).rejects.toMatchObject({ code: 503, type: "PAYMENT_OUTCOME_UNKNOWN" });
		expect(performance.now() - since).toBeLessThan(TIMEOUT_MS);
		expect(await payment("pay1")).toMatchObject({ status: "pending" });
		await becomes("pay1", "approved");
		expect(await charge("pay1")).toEqual({ status: "approved" });
		expect(await moved()).toEqual(["captured pay1"]);
		await eventually(async () => (await published()).length === 2);
		expect(await published()).toEqual(["payment.delayed pay1", "payment.approved pay1"]);
	});

	it("loses its answers has its payment settled on time, however often the customer clicks", async () => {
		await start({ PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		let over = false;
		const click = async () => {
			while (!over) {
				await charge("pay1", {}, 200).catch(() => undefined);
				// Once the circuit is open, refusals come in no time.
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
		};
		const clicks = Array.from({ length: 3 }, click);
		try {
			await becomes("pay1", "approved");
		} finally {
			over = true;
			await Promise.all(clicks);
		}
		expect(await moved()).toEqual(["captured pay1"]);
	});

	it("hangs leaves the outcome unknown, until it works again and the attempt is voided", async () => {
		await start({ PAYMENT_SIM_HANG_RATE: "1" });
		await expect(charge("pay1")).rejects.toMatchObject({ type: "PAYMENT_OUTCOME_UNKNOWN" });
		expect(await journal()).toEqual([]);
		faults().hangRate = 0;
		await becomes("pay1", "voided");
		expect(await charge("pay1")).toEqual({ status: "voided" });
		expect(await moved()).toEqual(["voided pay1"]);
		await eventually(async () => (await published()).length === 2);
		expect(await published()).toEqual(["payment.delayed pay1", "payment.voided pay1"]);
	});

	it("hung and works again captures a charge that is repeated under its id", async () => {
		await start({ PAYMENT_SIM_HANG_RATE: "1" });
		await expect(charge("pay1")).rejects.toMatchObject({ type: "PAYMENT_OUTCOME_UNKNOWN" });
		faults().hangRate = 0;
		expect(await charge("pay1")).toEqual({ status: "approved" });
		expect(await moved()).toEqual(["captured pay1"]);
	});

	it("fails every time leaves the outcome unknown", async () => {
		await start({ PAYMENT_SIM_FAIL_RATE: "1" });
		await expect(charge("pay1")).rejects.toMatchObject({ code: 503, type: "PAYMENT_OUTCOME_UNKNOWN" });
		expect(await journal()).toEqual([]);
		faults().failRate = 0;
		await becomes("pay1", "voided");
	});

	it("fails once leaves it certain that nothing is captured", async () => {
		let draws = 0;
		// The first draw decides whether the capture fails.
		await start({ PAYMENT_SIM_FAIL_RATE: "0.5" }, { random: () => (draws++ === 0 ? 0 : 0.9) });
		await expect(charge("pay1")).rejects.toMatchObject({ code: 503, type: "PAYMENT_FAILED" });
		expect(await payment("pay1")).toMatchObject({ status: "voided" });
		expect(await moved()).toEqual(["voided pay1"]);
	});
});

describe("an order that is published as paying", () => {
	it("has a payment that was never charged voided, so that a late charge captures nothing", async () => {
		await start();
		await paying("pay1");
		await becomes("pay1", "voided");
		expect(await charge("pay1")).toEqual({ status: "voided" });
		expect(await payment("pay1")).toMatchObject({ status: "voided", card });
		expect(await moved()).toEqual(["voided pay1"]);
		expect(await eventually(async () => (await published()).length > 0 && published())).toEqual([
			"payment.voided pay1",
		]);
	});

	it("changes nothing about a payment that is decided", async () => {
		await start();
		await charge("pay1");
		await paying("pay1");
		await paying("pay2", 3);
		await becomes("pay2", "voided");
		expect(await payment("pay1")).toMatchObject({ status: "approved" });
		expect(await moved()).toEqual(["captured pay1", "voided pay2"]);
	});
});

describe("a cancelled order's payment", () => {
	it("is refunded exactly once, however often the cancellation is delivered", async () => {
		await start();
		await charge("pay1");
		const { bus } = shopOf(broker);
		await bus.publish([cancelled("pay1"), { ...cancelled("pay1"), id: "again" }]);
		await becomes("pay1", "refunded");
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
		expect(await moved()).toEqual(["captured pay1", "refunded pay1"]);
		await eventually(async () => (await published()).length === 2);
		expect(await published()).toEqual(["payment.approved pay1", "payment.refunded pay1"]);
		expect(await broker.call("payment.list", { orderId: "o1" })).toMatchObject({
			items: [{ id: "pay1", status: "refunded" }],
			next: null,
		});
	});

	it("is refunded also where the cancellation does not name it", async () => {
		await start();
		await charge("pay1");
		await charge("pay2", { orderId: "o2" });
		await shopOf(broker).bus.publish([cancelled(undefined)]);
		await becomes("pay1", "refunded");
		expect(await payment("pay2")).toMatchObject({ status: "approved" });
	});

	it("whose answer was lost is approved, then refunded", async () => {
		await start({ PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		const charging = charge("pay1").catch(() => undefined);
		await eventually(async () => (await moved()).length === 1);
		await shopOf(broker).bus.publish([cancelled("pay1")]);
		await charging;
		await becomes("pay1", "refunded");
		expect(await moved()).toEqual(["captured pay1", "refunded pay1"]);
		await eventually(async () => (await published()).length === 3);
		expect(await published()).toEqual(["payment.delayed pay1", "payment.approved pay1", "payment.refunded pay1"]);
	});

	it("is never captured where the charge comes after the cancellation", async () => {
		await start();
		await shopOf(broker).bus.publish([cancelled("pay1")]);
		await becomes("pay1", "voided");
		expect(await charge("pay1")).toEqual({ status: "voided" });
		expect(await moved()).toEqual(["voided pay1"]);
	});

	it("waits for a processor that fails, and is refunded when it works again", async () => {
		let draws = 0;
		await start({}, { random: () => ++draws && 0.5 });
		await charge("pay1");
		faults().failRate = 1;
		const before = draws;
		await shopOf(broker).bus.publish([cancelled("pay1")]);
		await eventually(() => draws > before);
		expect(await payment("pay1")).toMatchObject({ status: "approved" });
		faults().failRate = 0;
		await becomes("pay1", "refunded");
		expect(await moved()).toEqual(["captured pay1", "refunded pay1"]);
	});
});

describe("S28: a processor that is back after it failed for a while", () => {
	const REFUNDS = 200;
	const range = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`);
	const chargeOf = (id: string) => charge(id, { orderId: `order-${id}` });

	/** Refunds and payments of unknown outcome that wait, and then a processor that answers after 5 ms. */
	async function startWithWaiting(lost: readonly string[], refunds: readonly string[]): Promise<void> {
		await start({ PAYMENT_CONCURRENCY: "500", PAYMENT_QUEUE: "500" });
		await Promise.all(refunds.map(chargeOf));
		faults().failRate = 1;
		await shopOf(broker).bus.publish(refunds.map((id) => cancelled(id, `order-${id}`)));
		await Promise.allSettled(lost.map(chargeOf));
		await eventually(async () => (await shopOf(broker).bus.backlog()).every(({ waiting }) => waiting === 0));
		Object.assign(faults(), { failRate: 0, latencyMs: 5 });
	}
	const countOf = async (ids: readonly string[], status: string) =>
		(await Promise.all(ids.map(payment))).filter((each) => each.status === status).length;

	it("settles a payment within seconds although hundreds of refunds wait", async () => {
		const refunds = range("refund", REFUNDS);
		await startWithWaiting(["lost"], refunds);
		await eventually(async () => (await payment("lost")).status === "voided", 10_000);
		await eventually(async () => (await countOf(refunds, "refunded")) === REFUNDS, 30_000);
	}, 60_000);

	it("makes a refund within seconds although hundreds of payments wait to be settled", async () => {
		const lost = range("lost", 300);
		await startWithWaiting(lost, ["refund"]);
		await eventually(async () => (await payment("refund")).status === "refunded", 10_000);
		await eventually(async () => (await countOf(lost, "voided")) === lost.length, 30_000);
	}, 60_000);
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
			broker.call<{ items: Payment[]; next: string | null }, object>("payment.list", { orderId: "o1", ...params });
		const first = await list({ limit: 2 });
		expect(first.items.map(({ id }) => id)).toEqual(["pay3", "pay2"]);
		expect((await list({ limit: 2, cursor: first.next })).items.map(({ id }) => id)).toEqual(["pay1"]);
		expect(await list({ orderId: "o2" })).toEqual({ items: [], next: null });
	});
});

describe("after a restart", () => {
	it("the processor still has its journal, and the pending payment is settled", async () => {
		folder = mkdtempSync(join(tmpdir(), "payment-"));
		const kept = { DATA_DIR: folder };
		await start({ ...kept, PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		await expect(charge("pay1")).rejects.toMatchObject({ type: "PAYMENT_OUTCOME_UNKNOWN" });
		await broker.stop();
		await start(kept);
		await becomes("pay1", "approved");
		expect(await charge("pay2", { orderId: "o2" })).toEqual({ status: "approved" });
		expect((await journal()).map(({ seq, type, paymentId }) => [seq, type, paymentId])).toEqual([
			[1, "captured", "pay1"],
			[2, "captured", "pay2"],
		]);
	});
});

describe("S22: payment's store is lost, and", () => {
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "payment-"));
		await start({}, partsApart(folder));
		await charge("pay1");
		await broker.stop();
		rmSync(join(folder, "payment"), { recursive: true });
		await start({}, partsApart(folder));
	});

	it("an order that is then cancelled is refunded what the processor had captured", async () => {
		await shopOf(broker).bus.publish([cancelled("pay1")]);
		await becomes("pay1", "refunded");
		expect(await moved()).toEqual(["captured pay1", "refunded pay1"]);
	});

	it("an order that does not know the outcome of its payment learns that it is captured", async () => {
		await paying("pay1");
		await becomes("pay1", "approved");
		expect(await charge("pay2")).toMatchObject({ status: "voided" });
		expect(await moved()).toEqual(["captured pay1", "voided pay2"]);
	});
});

describe("a card number", () => {
	it("is in no error, answer or file", async () => {
		folder = mkdtempSync(join(tmpdir(), "payment-"));
		await start({
			DATA_DIR: folder,
			PAYMENT_QUEUE: "1",
			PAYMENT_CONCURRENCY: "1",
			PAYMENT_SIM_LOSE_ANSWER_RATE: "0.5",
		});
		const details = { cardNo: CARD, expiry: "12/77", cvc: "987" };
		const calls: unknown[] = await Promise.allSettled([
			charge("pay1", details),
			charge("pay1", details),
			charge("pay2", details),
			charge("pay3", { ...details, cardNo: "4242424242424241" }),
			charge("pay4", { ...details, amount: 1 }),
			charge("pay4", { ...details, cardNumber: CARD }),
		]);
		faults().failRate = 1;
		calls.push(
			...(await Promise.allSettled([charge("pay5", details), shopOf(broker).bus.publish([cancelled("pay1")])])),
		);
		const seen = inspect(calls, { depth: 8, showHidden: false });
		for (const secret of [CARD, "4242424242424241", "12/77", "987"]) expect(seen).not.toContain(secret);
		for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
			if (!entry.isFile()) continue;
			const bytes = readFileSync(join(entry.parentPath, entry.name));
			for (const secret of [CARD, "4242424242424241", "12/77"]) expect(bytes.includes(secret)).toBe(false);
		}
	});
});
