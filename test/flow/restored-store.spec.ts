import { cpSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import { audit } from "../../operator/audit/report";
import { baseUrl, clientOf } from "../support/http/http";
import { partsApart } from "../support/shop/apart";
import { readJournal } from "../support/shop/journal";
import { eventually, startShop } from "../support/world";
import type { OrderState } from "../../services/order/order.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { shopOf } from "../../service-context";

const CARD = "4242424242424242";
const DECLINED = "4000000000000002";

/** Stores are apart, as in a cluster: those of one process are restored together. */
describe("S22: a shop whose order store alone is restored from an older copy", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-restored-"));
	const copy = mkdtempSync(join(tmpdir(), "funshop-copy-"));
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	let stockAtFirst = 0;

	const start = async () => {
		broker = await startShop({}, partsApart(dataDir));
		shop = clientOf(baseUrl(broker));
	};
	const place = async (): Promise<string> => {
		const items = [{ productId: "green-tea", quantity: 1 }];
		return (await shop.post("/orders", { customerId: "alice", items })).body.id;
	};
	const pay = (id: string, cardNo = CARD) => shop.post(`/orders/${id}/payment`, { cardNo });
	const cancel = (id: string) => shop.post(`/orders/${id}/cancellation`, {});
	const statusOf = async (id: string) => (await shop.get(`/orders/${id}`)).body.status;
	const stock = async () => (await shop.get("/products/green-tea")).body.stock;
	const isClean = async () =>
		(await audit({ dataDir, mongoUris: {}, waitMs: 0, isRunning: true, now: Date.now })).differences;
	const becomesClean = () => eventually(async () => (await isClean()).length === 0, 10_000);
	const ids: Record<string, string> = {};

	beforeAll(async () => {
		await start();
		stockAtFirst = await stock();
		for (const name of ["paid", "cancelled", "refunded", "declined", "waits", "given up"]) ids[name] = await place();
		await pay(ids.refunded!);
		await becomesClean();
		await broker.stop();
		cpSync(join(dataDir, "order"), copy, { recursive: true });

		await start();
		await pay(ids.paid!);
		await cancel(ids.cancelled!);
		await cancel(ids.refunded!);
		await pay(ids.declined!, DECLINED);
		await pay(ids["given up"]!);
		for (const name of ["new", "new and paid", "new and cancelled"]) ids[name] = await place();
		await pay(ids["new and paid"]!);
		await pay(ids["new and cancelled"]!);
		await cancel(ids["new and cancelled"]!);
		await shop.patch("/products/green-tea", { name: "Greener tea" });
		await eventually(
			async () => (await readJournal(broker, dataDir)).filter(({ type }) => type === "refunded").length === 2,
		);
		await becomesClean();
		await broker.stop();

		rmSync(join(dataDir, "order"), { recursive: true });
		renameSync(copy, join(dataDir, "order"));
		await start();
	}, 60_000);

	afterAll(async () => {
		await broker.stop();
		rmSync(dataDir, { recursive: true, force: true });
	});

	it("has every order as its events say", async () => {
		const statuses = await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, await statusOf(id)]));
		expect(Object.fromEntries(statuses)).toEqual({
			paid: "completed",
			cancelled: "cancelled",
			refunded: "cancelled",
			declined: "placed",
			waits: "placed",
			"given up": "completed",
			new: "placed",
			"new and paid": "completed",
			"new and cancelled": "cancelled",
		});
		expect((await shop.get(`/cancellations/${ids["new and cancelled"]}`)).body.refund.status).toBe("refunded");
	});

	it("has no difference in an audit, by itself", async () => {
		await eventually(async () => (await isClean()).length === 0, 10_000).catch(() => undefined);
		expect(await isClean()).toEqual([]);
	}, 20_000);

	it("captures nothing a second time, and takes payments and cancellations as before", async () => {
		for (const name of ["paid", "new and paid"]) {
			expect(await pay(ids[name]!)).toMatchObject({ status: 409, body: { code: "ORDER_ALREADY_PAID" } });
		}
		expect(await pay(ids.cancelled!)).toMatchObject({ status: 409, body: { code: "ORDER_CANCELLED" } });
		expect((await cancel(ids["given up"]!)).status).toBe(200);
		for (const name of ["declined", "waits", "new"]) expect((await pay(ids[name]!)).status).toBe(200);
		const acts = await eventually(async () => {
			const journal = await readJournal(broker, dataDir);
			return journal.filter(({ type }) => type === "refunded").length === 3 && journal;
		}, 10_000);
		const captures = acts.filter(({ type }) => type === "captured").map(({ orderId }) => orderId);
		expect(captures).toHaveLength(new Set(captures).size);
		expect(captures).toHaveLength(8);
		await becomesClean();
		// Paid: paid, declined, waits, new, new and paid.
		expect(await stock()).toBe(stockAtFirst - 5);
	}, 30_000);
});

describe("S22: a paid order whose document becomes older while the shop runs", () => {
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	let dataDir: string;

	const audited = () => audit({ dataDir, mongoUris: {}, waitMs: 0, isRunning: true, now: Date.now });
	const stock = async () => (await shop.get("/products/green-tea")).body.stock;

	/** Places and pays an order, and puts the document back that it had before it was paid. */
	async function restoredAfterPaying(): Promise<string> {
		const items = [{ productId: "green-tea", quantity: 1 }];
		const { id } = (await shop.post("/orders", { customerId: "alice", items })).body;
		const store = new LmdbStore({
			environment: temporaryEnvironment(join(dataDir, "order")),
			collections: { orders: {} },
		});
		await store.connect();
		const orders = store.collection<Saved<OrderState>>("orders");
		const settled = async () => {
			const order = await orders.load(id);
			return order?.stock === "reserved" && order.outbox === undefined && order;
		};
		const before = await eventually(settled);
		expect((await shop.post(`/orders/${id}/payment`, { cardNo: CARD })).status).toBe(200);
		await eventually(async () => {
			const order = await orders.load(id);
			return order?.outbox === undefined && orders.save(before, order);
		});
		await store.disconnect();
		return id;
	}

	beforeEach(async () => {
		dataDir = mkdtempSync(join(tmpdir(), "funshop-older-"));
		broker = await startShop({}, partsApart(dataDir));
		shop = clientOf(baseUrl(broker));
	});
	afterEach(async () => {
		await broker.stop();
		rmSync(dataDir, { recursive: true });
	});

	it("is completed by the payment that it has when it is paid again, and nothing is captured", async () => {
		const id = await restoredAfterPaying();
		const again = await shop.post(`/orders/${id}/payment`, { cardNo: CARD });
		expect(again).toMatchObject({ status: 409, body: { code: "ORDER_ALREADY_PAID" } });
		expect((await shop.get(`/orders/${id}`)).body.status).toBe("completed");
		await eventually(async () => (await audited()).differences.length === 0);
		const journal = await readJournal(broker, dataDir);
		expect(journal.map(({ type }) => type)).toEqual(["captured", "voided"]);
	});

	it("is refunded and gives its goods back when it is cancelled, though the cancellation's id was used", async () => {
		const before = await stock();
		const id = await restoredAfterPaying();
		expect((await shop.post(`/orders/${id}/cancellation`, {})).status).toBe(200);
		await eventually(async () => (await readJournal(broker, dataDir)).some(({ type }) => type === "refunded"));
		await eventually(async () => (await stock()) === before);
		await eventually(async () => (await shop.get("/mypages/alice")).body.orders[0].status === "cancelled");
		expect(shopOf(broker).bus.idConflicts).toBe(1);
		await eventually(async () => (await audited()).differences.length === 0);
	});
});

describe("S22: a shop of one process whose whole folder is restored from an older copy", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-whole-"));
	const copy = mkdtempSync(join(tmpdir(), "funshop-whole-copy-"));
	afterAll(() => [dataDir, copy].forEach((path) => rmSync(path, { recursive: true })));

	it("is as it was then, has no difference in an audit, and goes on", async () => {
		let broker = await startShop({ DATA_DIR: dataDir });
		let shop = clientOf(baseUrl(broker));
		const place = async (): Promise<string> => {
			const items = [{ productId: "green-tea", quantity: 1 }];
			return (await shop.post("/orders", { customerId: "alice", items })).body.id;
		};
		const pay = (id: string) => shop.post(`/orders/${id}/payment`, { cardNo: CARD });
		const isClean = async () => {
			const look = await audit({ dataDir, mongoUris: {}, waitMs: 0, isRunning: true, now: Date.now });
			return look.differences.length === 0;
		};
		const [waits, paid] = [await place(), await place()];
		await pay(paid);
		await eventually(isClean, 10_000);
		await broker.stop();
		cpSync(dataDir, copy, { recursive: true });

		broker = await startShop({ DATA_DIR: dataDir });
		shop = clientOf(baseUrl(broker));
		await pay(waits);
		await shop.post(`/orders/${paid}/cancellation`, {});
		const later = await place();
		await eventually(isClean, 10_000);
		await broker.stop();
		rmSync(dataDir, { recursive: true });
		cpSync(copy, dataDir, { recursive: true });

		broker = await startShop({ DATA_DIR: dataDir });
		shop = clientOf(baseUrl(broker));
		const statusOf = async (id: string) => (await shop.get(`/orders/${id}`)).body.status;
		expect([await statusOf(waits), await statusOf(paid), await statusOf(later)]).toEqual(["placed", "completed", 404]);
		expect(await isClean()).toBe(true);
		expect((await pay(waits)).status).toBe(200);
		expect((await shop.post(`/orders/${paid}/cancellation`, {})).status).toBe(200);
		await eventually(isClean, 10_000);
		await broker.stop();
	}, 60_000);
});
