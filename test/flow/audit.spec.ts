import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import { audit, type Report } from "../../operator/audit/report";
import type { OrderView } from "../../services/customer/customer.rules";
import type { OrderState } from "../../services/order/order.rules";
import type { ServiceName } from "../../config";
import { partOf } from "../../shared/store/folder/folder-layout";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { MongoStore } from "../../shared/store/mongo/mongo-store";
import type { Indexes, Store } from "../../shared/store/store";
import { openDatabases, type TestDatabases } from "../support/store/mongo";
import { COMPILED } from "../support/compile";
import { ended, freePort, output, run } from "../support/cluster/processes";
import { clientOf } from "../support/http/http";
import { describeWith } from "../support/cluster/servers";
import { eventually, silentLogger, startShop } from "../support/world";
import type { Saved } from "../../shared/aggregates/aggregate";

const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";

let dataDir: string;
beforeEach(() => {
	dataDir = mkdtempSync(join(tmpdir(), "funshop-audit-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** The MongoDB URI of each service whose documents are not in the test's folder. */
let mongoUris: Partial<Record<ServiceName, string>> = {};
afterEach(() => (mongoUris = {}));

const look = (waitMs?: number) => audit({ dataDir, mongoUris, waitMs, now: Date.now, isRunning: true });
const command = (...args: string[]) => output(run("operator/audit/command.ts", args, settings()));
/** The settings of the shop, and so of the audit. */
const settings = () => ({
	DATA_DIR: dataDir,
	...Object.fromEntries(Object.entries(mongoUris).map(([name, uri]) => [`MONGO_URI_${name.toUpperCase()}`, uri])),
});

async function place(broker: ServiceBroker, productId = "green-tea"): Promise<string> {
	const items = [
		{ productId, quantity: 1 },
		{ productId: "citron-tea", quantity: 2 },
	];
	return (await broker.call<{ id: string }, object>("order.place", { customerId: "alice", items })).id;
}
const pay = (broker: ServiceBroker, orderId: string, cardNo = APPROVED) =>
	broker.call("order.pay", { orderId, cardNo });

/** Places an order of each kind (waiting, declined, paid, cancelled before and after it was paid, out of stock), until the shop is idle. */
async function trade(broker: ServiceBroker): Promise<{ paid: string }> {
	const [, refused, paid, refunded, givenUp] = await Promise.all(Array.from({ length: 5 }, () => place(broker)));
	await place(broker, "moon-jar");
	await place(broker, "moon-jar").catch(() => undefined);
	await expect(pay(broker, refused!, DECLINED)).rejects.toMatchObject({ type: "CARD_DECLINED" });
	await Promise.all([pay(broker, paid!), pay(broker, refunded!)]);
	await Promise.all([refunded, givenUp].map((orderId) => broker.call("order.cancel", { orderId })));
	// The shop is idle when every event is handled and the payment is refunded.
	await eventually(async () => {
		const { differences, payments } = await look(0);
		return differences.length === 0 && payments.refunded === 1;
	}, 10_000);
	return { paid: paid! };
}

/** Opens a service's store directly, past the shop, and without its indexes. */
async function open(service: "order" | "customer", collections: Record<string, Indexes>): Promise<Store> {
	const uri = mongoUris[service];
	const { prefix, ...folder } = partOf(dataDir, service);
	const store =
		uri === undefined
			? new LmdbStore({ environment: new LmdbEnvironment({ ...folder, durable: true }), prefix, collections })
			: new MongoStore({ uri, service, collections, logger: silentLogger });
	await store.connect();
	return store;
}

async function tamper(id: string, change: Partial<OrderState>): Promise<void> {
	const store = await open("order", { orders: {} });
	const orders = store.collection<Saved<OrderState>>("orders");
	// The shop may write the order at the same time.
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

	it("is refused beside other services where there is more to compare than they could wait for", async () => {
		await place(broker);
		await place(broker);
		await eventually(async () => (await look(0)).differences.length === 0, 10_000);
		const most = { dataDir, now: Date.now, isRunning: true };
		await expect(audit({ ...most, most: 1 })).rejects.toThrow(/more than 1 documents.* run "npm run audit" beside it/);
		expect((await audit({ ...most, most: 10_000 })).differences).toEqual([]);
	});

	it("finds no difference, and counts orders, payments, money and events", async () => {
		await trade(broker);
		const report = await look();
		expect(report.differences).toEqual([]);
		expect(report.orders).toMatchObject({ completed: 1 });
		expect(report.payments).toEqual({ declined: 1, approved: 1, refunded: 1 });
		expect(report.captured).toEqual({ KRW: 2 * 43_000 });
		expect(report.refunded).toEqual({ KRW: 43_000 });
		expect(report.events).toBeGreaterThan(20);
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

	it("finds a paid order that is stored as not paid, also as a command", async () => {
		const { paid } = await trade(broker);
		await tamper(paid, { status: "placed" });
		expect((await look(300)).differences).toEqual([
			expect.objectContaining({ invariant: "I1", subject: `order ${paid}` }),
			expect.objectContaining({ invariant: "I6", subject: `order ${paid}` }),
		]);
		const { text, code } = await command("--wait", "0.3");
		expect(text).toContain(`I1 order ${paid} is placed (total 43000 KRW), but the payment processor captured 43000`);
		expect(text).toContain("2 difference(s).");
		expect(code).toBe(1);
	});
});

describeWith(
	["mongod"],
	"the audit of a shop that keeps orders and my page in MongoDB and the rest in its folder",
	() => {
		let databases: TestDatabases;
		let broker: ServiceBroker;
		beforeAll(async () => {
			databases = await openDatabases();
		}, 30_000);
		afterAll(() => databases.stop());
		beforeEach(async () => {
			const uri = databases.fresh();
			mongoUris = { order: uri, customer: uri };
			broker = await startShop(settings());
		});
		afterEach(() => broker.stop());

		it("finds no difference, names both stores, and finds a difference in either", async () => {
			const { paid } = await trade(broker);
			const report = await look();
			expect(report.differences).toEqual([]);
			expect(report.places).toEqual([expect.stringMatching(/^MongoDB at .*funshop-test-/), dataDir]);
			expect(report.orders).toMatchObject({ completed: 1 });
			expect(report.captured).toEqual({ KRW: 2 * 43_000 });
			expect(await command()).toMatchObject({ code: 0, text: expect.stringContaining("No differences.") });

			await tamper(paid, { status: "placed" });
			const { text, code } = await command("--wait", "0.3");
			expect(text).toContain(`I1 order ${paid} is placed (total 43000 KRW), but the payment processor captured 43000`);
			expect(code).toBe(1);
		}, 60_000);

		it("finds a view without events in the log, and a missing view, which a rebuild restores", async () => {
			const { paid } = await trade(broker);
			const customer = await open("customer", { orderViews: {} });
			const views = customer.collection<Saved<OrderView>>("orderViews");
			await views.save({ _id: "nobody", version: 0, events: [] }, undefined);
			await eventually(async () => views.remove((await views.load(paid))!));
			expect((await look(300)).differences).toEqual([
				expect.objectContaining({ subject: "my page's order nobody", says: expect.stringContaining("no event") }),
				expect.objectContaining({ subject: `my page's order ${paid}`, says: expect.stringContaining("is missing") }),
			]);
			await views.remove((await views.load("nobody"))!);
			await customer.disconnect();
			expect(await broker.call("customer.rebuild")).toMatchObject({ changed: 1 });
			expect((await look()).differences).toEqual([]);
		}, 60_000);
	},
);

/** Runs the audit command where it cannot read a shop. */
function failing(env: Record<string, string>): Promise<{ code: unknown; text: string; errors: string }> {
	return new Promise((resolve) => {
		const command = [join(COMPILED, "operator/audit/command.js")];
		execFile(process.execPath, command, { env: { PATH: process.env.PATH, ...env } }, (error, text, errors) =>
			resolve({ code: error?.code ?? 0, text, errors }),
		);
	});
}

describe("the audit command", () => {
	it("ends with 0 where nothing differs, in a running shop and in a stopped one", async () => {
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

	it("tells what is under way in a shop that was killed right after a payment from what is wrong", async () => {
		const port = await freePort();
		const shop = run("start.ts", [], { DATA_DIR: dataDir, PORT: String(port) });
		const client = clientOf(`http://127.0.0.1:${port}`);
		await eventually(async () => (await client.get("/readyz").catch(() => undefined))?.status === 200, 20_000);
		const items = [{ productId: "green-tea", quantity: 1 }];
		const { body: order } = await client.post("/orders", { customerId: "alice", items });
		const paid = await client.post(`/orders/${order.id}/payment`, { cardNo: APPROVED });
		shop.kill("SIGKILL");
		expect(paid.status).toBe(200);
		await ended(shop);

		const { text, code } = await command();
		expect(text).toMatch(/once; no service runs, and the last event is of 20\d\d-/);
		expect(text).toMatch(/^Under way, [^]*^ {2}I7 service customer /m);
		expect(text).toContain("No differences.");
		expect(code).toBe(0);
		await tamper(order.id, { status: "placed" });
		const tampered = await command();
		expect(tampered.text).toMatch(/^I1 order .* is placed /m);
		expect(tampered.code).toBe(1);
	}, 60_000);

	it("takes what fell due while the shop was stopped for under way", async () => {
		const broker = await startShop({ DATA_DIR: dataDir });
		await place(broker);
		await eventually(async () => (await look(0)).differences.length === 0, 10_000);
		await broker.stop();
		const tomorrow = Date.now() + 86_400_000;
		const { underWay, differences } = await audit({ dataDir, now: () => tomorrow });
		expect(underWay).toContainEqual(expect.objectContaining({ invariant: "I7", awaits: ["order"] }));
		expect(differences).toEqual([]);
		const whileItRuns = await audit({ dataDir, now: () => tomorrow, waitMs: 0, isRunning: true });
		expect(whileItRuns).toMatchObject({ underWay: [], differences: underWay });
	});

	it("ends with 2 where the database does not answer, and does not print its password", async () => {
		const port = await freePort();
		mongoUris = { payment: `mongodb://user:s3cr3t@127.0.0.1:${port}/shop` };
		const broker = await startShop({ DATA_DIR: dataDir, SERVICES: "product" });
		await broker.stop();
		const { code, errors } = await failing(settings());
		expect(code).toBe(2);
		expect(errors).toBe(`MongoDB at 127.0.0.1:${port}/shop does not answer\n`);
	});

	it("ends with 2 where the folder holds no shop, and creates nothing in it", async () => {
		const nowhere = join(dataDir, "nowhere");
		const { text, code, errors } = await failing({ DATA_DIR: nowhere });
		expect(text).toBe("");
		expect(errors).toMatch(/^There is no shop's data in .*nowhere: [^\n]*\n$/);
		expect(code).toBe(2);
		expect(existsSync(nowhere)).toBe(false);
		expect((await output(run("operator/audit/command.ts", ["--wait", "soon"], { DATA_DIR: dataDir }))).code).toBe(2);
	});
});
