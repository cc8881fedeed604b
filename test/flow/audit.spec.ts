import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import { audit, type Report } from "../../operator/audit.report";
import type { OrderState } from "../../services/order/order.rules";
import type { Saved } from "../../shared/aggregates";
import { LmdbStore } from "../../shared/lmdb-store";
import { output, run } from "../support/processes";
import { eventually, startShop } from "../support/world";

const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";

let dataDir: string;
beforeEach(() => {
	dataDir = mkdtempSync(join(tmpdir(), "funshop-audit-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const look = (waitMs?: number) => audit({ dataDir, waitMs, now: Date.now });
const command = (...args: string[]) => output(run("operator/audit.ts", args, { DATA_DIR: dataDir }));

async function place(broker: ServiceBroker, productId = "green-tea"): Promise<string> {
	const items = [
		{ productId, quantity: 1 },
		{ productId: "citron-tea", quantity: 2 },
	];
	return (await broker.call<{ id: string }, object>("order.place", { customerId: "alice", items })).id;
}
const pay = (broker: ServiceBroker, orderId: string, cardNo = APPROVED) =>
	broker.call("order.pay", { orderId, cardNo });

/** Until all is at rest, one of each: waiting, declined, paid, cancelled before and after it was paid, out of stock. */
async function trade(broker: ServiceBroker): Promise<{ paid: string }> {
	const [, refused, paid, refunded, givenUp] = await Promise.all(Array.from({ length: 5 }, () => place(broker)));
	await place(broker, "moon-jar");
	await place(broker, "moon-jar").catch(() => undefined);
	await expect(pay(broker, refused!, DECLINED)).rejects.toMatchObject({ type: "CARD_DECLINED" });
	await Promise.all([pay(broker, paid!), pay(broker, refunded!)]);
	await Promise.all([refunded, givenUp].map((orderId) => broker.call("order.cancel", { orderId })));
	// All is heard by everybody, and refunded.
	await eventually(async () => {
		const { differences, payments } = await look(0);
		return differences.length === 0 && payments.refunded === 1;
	}, 10_000);
	return { paid: paid! };
}

/** Changes a stored order behind the shop's back. */
async function tamper(id: string, change: Partial<OrderState>): Promise<void> {
	const store = new LmdbStore({ path: join(dataDir, "order"), collections: { orders: {} }, durable: true });
	await store.connect();
	const orders = store.collection<Saved<OrderState>>("orders");
	// The shop writes too: it forgets the facts that are sent.
	await eventually(async () => {
		const order = (await orders.load(id))!;
		return orders.save({ ...order, ...change }, order);
	});
	await store.disconnect();
}

describe("the audit of a shop that trades", () => {
	let broker: ServiceBroker;
	beforeEach(async () => {
		broker = await startShop({ DATA_DIR: dataDir });
	});
	afterEach(() => broker.stop());

	it("finds no difference, and counts what it has seen", async () => {
		await trade(broker);
		const report = await look();
		expect(report.differences).toEqual([]);
		expect(report.orders).toMatchObject({ completed: 1 });
		expect(report.payments).toEqual({ declined: 1, approved: 1, refunded: 1 });
		expect(report.captured).toEqual({ KRW: 2 * 43_000 });
		expect(report.refunded).toEqual({ KRW: 43_000 });
		expect(report.facts).toBeGreaterThan(20);
	});

	it("finds no difference while orders are placed, paid and cancelled all the time", async () => {
		let trading = true;
		const traders = Array.from({ length: 3 }, async () => {
			for (let order = 0; trading && order < 10; order++) await pay(broker, await place(broker, "hanji-notebook"));
		});
		const reports: Report[] = [];
		for (let times = 0; times < 3; times++) reports.push(await look());
		trading = false;
		await Promise.all(traders);
		expect(reports.flatMap(({ differences }) => differences)).toEqual([]);
	});

	it("finds an order that says it is not paid though it is, as the command does in a process of its own", async () => {
		const { paid } = await trade(broker);
		await tamper(paid, { status: "placed" });
		expect((await look(300)).differences).toEqual([
			expect.objectContaining({ invariant: "I1", subject: `order ${paid}` }),
			expect.objectContaining({ invariant: "I6", subject: `order ${paid}` }),
		]);
		const { text, code } = await command("--wait", "0.3");
		expect(text).toContain(`I1 order ${paid} is placed (total 43000 KRW), but the card processor captured 43000`);
		expect(text).toContain("2 difference(s).");
		expect(code).toBe(1);
	});
});

describe("the audit command", () => {
	it("ends with 0 where nothing differs, in a shop that runs and in one that is stopped", async () => {
		const broker = await startShop({ DATA_DIR: dataDir });
		await trade(broker);
		const running = await command();
		await broker.stop();
		const stopped = await command("--json");
		expect(running.text).toContain("No differences.");
		expect(running.code).toBe(0);
		expect(JSON.parse(stopped.text)).toMatchObject({ dataDir, differences: [], orders: { completed: 1 } });
		expect(stopped.code).toBe(0);
	});

	it("ends with 2 where there is nothing to look at, and makes nothing there", async () => {
		const nowhere = join(dataDir, "nowhere");
		const { text, code } = await output(run("operator/audit.ts", [], { DATA_DIR: nowhere }));
		expect(text).toBe("");
		expect(code).toBe(2);
		expect((await output(run("operator/audit.ts", ["--wait", "soon"], { DATA_DIR: dataDir }))).code).toBe(2);
	});
});
