import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shopOf } from "../../service-context";
import { partsApart } from "../support/shop/apart";
import { cancelled, card, PaymentShop, TIMEOUT_MS } from "../support/shop/payments";
import { eventually } from "../support/world";

const shop = new PaymentShop();
const { start, charge, paying, payment, becomes, faults, journal, moved, published } = shop;
afterEach(() => shop.stop());

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
		const { bus } = shopOf(shop.broker);
		await bus.publish([cancelled("pay1"), { ...cancelled("pay1"), id: "again" }]);
		await becomes("pay1", "refunded");
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
		expect(await moved()).toEqual(["captured pay1", "refunded pay1"]);
		await eventually(async () => (await published()).length === 2);
		expect(await published()).toEqual(["payment.approved pay1", "payment.refunded pay1"]);
		expect(await shop.broker.call("payment.list", { orderId: "o1" })).toMatchObject({
			items: [{ id: "pay1", status: "refunded" }],
			next: null,
		});
	});

	it("is refunded also where the cancellation does not name it", async () => {
		await start();
		await charge("pay1");
		await charge("pay2", { orderId: "o2" });
		await shopOf(shop.broker).bus.publish([cancelled(undefined)]);
		await becomes("pay1", "refunded");
		expect(await payment("pay2")).toMatchObject({ status: "approved" });
	});

	it("whose answer was lost is approved, then refunded", async () => {
		await start({ PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		const charging = charge("pay1").catch(() => undefined);
		await eventually(async () => (await moved()).length === 1);
		await shopOf(shop.broker).bus.publish([cancelled("pay1")]);
		await charging;
		await becomes("pay1", "refunded");
		expect(await moved()).toEqual(["captured pay1", "refunded pay1"]);
		await eventually(async () => (await published()).length === 3);
		expect(await published()).toEqual(["payment.delayed pay1", "payment.approved pay1", "payment.refunded pay1"]);
	});

	it("is never captured where the charge comes after the cancellation", async () => {
		await start();
		await shopOf(shop.broker).bus.publish([cancelled("pay1")]);
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
		await shopOf(shop.broker).bus.publish([cancelled("pay1")]);
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
		await shopOf(shop.broker).bus.publish(refunds.map((id) => cancelled(id, `order-${id}`)));
		await Promise.allSettled(lost.map(chargeOf));
		await eventually(async () => (await shopOf(shop.broker).bus.backlog()).every(({ waiting }) => waiting === 0));
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

describe("after a restart", () => {
	it("the processor still has its journal, and the pending payment is settled", async () => {
		shop.folder = mkdtempSync(join(tmpdir(), "payment-"));
		const kept = { DATA_DIR: shop.folder };
		await start({ ...kept, PAYMENT_SIM_LOSE_ANSWER_RATE: "1" });
		await expect(charge("pay1")).rejects.toMatchObject({ type: "PAYMENT_OUTCOME_UNKNOWN" });
		await shop.broker.stop();
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
		shop.folder = mkdtempSync(join(tmpdir(), "payment-"));
		await start({}, partsApart(shop.folder));
		await charge("pay1");
		await shop.broker.stop();
		rmSync(join(shop.folder, "payment"), { recursive: true });
		await start({}, partsApart(shop.folder));
	});

	it("an order that is then cancelled is refunded what the processor had captured", async () => {
		await shopOf(shop.broker).bus.publish([cancelled("pay1")]);
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
