import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import { audit, formatReport } from "../../operator/audit/report";
import { formatStory } from "../../operator/repl/story-text";
import type { Story } from "../../services/operator/story.schemas";
import type { OrderView } from "../../services/customer/customer.rules";
import type { MyPage } from "../../services/customer/customer.schemas";
import type { OrderState } from "../../services/order/order.rules";
import { shopOf } from "../../service-context";
import { toRfc3339 } from "../../shared/domain/clock";
import type { Saved } from "../../shared/aggregates/aggregate";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import type { EmbeddedDatabases } from "../../shared/events/embedded/embedded-databases";
import { isIdle } from "../support/events/bus-contract";
import { eventually, startShop, TestClock } from "../support/world";

const DAY_MS = 86_400_000;
const APPROVED = "4242424242424242";

describe("a shop whose event log has removed old events", () => {
	let dataDir: string;
	let clock: TestClock;
	let bus: EmbeddedEventBus;
	let broker: ServiceBroker;
	let old: string;
	let young: string;
	let traded: number;

	const start = async () => {
		const openLog = (options: ConstructorParameters<typeof EmbeddedEventBus>[0]) =>
			(bus = new EmbeddedEventBus(options));
		broker = await startShop({ DATA_DIR: dataDir, EVENTS_KEPT_DAYS: "7" }, { clock, openLog });
	};
	const order = async () => {
		const items = [{ productId: "green-tea", quantity: 1 }];
		return (await broker.call<{ id: string }, object>("order.place", { customerId: "alice", items })).id;
	};
	/** An order that is paid, cancelled and refunded. */
	const trade = async () => {
		const orderId = await order();
		await broker.call("order.pay", { orderId, cardNo: APPROVED });
		await broker.call("order.cancel", { orderId });
		traded++;
		await eventually(async () => {
			const { differences, payments } = await look(0);
			return differences.length === 0 && payments.refunded === traded && isIdle(bus);
		}, 10_000);
		return orderId;
	};
	const look = (waitMs = 300) => audit({ dataDir, waitMs, now: () => clock.now(), isRunning: true });
	const found = async () => (await look()).differences.map(({ invariant, subject }) => `${invariant} ${subject}`);
	const page = () => broker.call<MyPage, object>("customer.mypage", { customerId: "alice" });
	const log = () => (bus as unknown as { databases: EmbeddedDatabases }).databases;
	const positionOf = (id: string) => [...log().events.getRange({})].find(({ value }) => value.id === id)!.key;

	beforeEach(async () => {
		dataDir = mkdtempSync(join(tmpdir(), "funshop-trimmed-"));
		clock = new TestClock();
		traded = 0;
		await start();
		old = await trade();
		clock.advance(8 * DAY_MS);
		const since = toRfc3339(clock.now());
		young = await trade();
		// Positions are saved ten times a second, and old events go once all of them are saved.
		await eventually(async () => {
			await bus.trim();
			return [...log().events.getRange({ limit: 1 })][0]!.value.time >= since;
		});
	});
	afterEach(async () => {
		await broker.stop();
		rmSync(dataDir, { recursive: true });
	});

	it("has a clean audit, which says since when the log has events, also after a restart", async () => {
		const [first] = [...log().events.getRange({ limit: 1 })];
		expect(first!.key).toBeGreaterThan(10);
		expect(JSON.stringify([...log().events.getRange({})])).not.toContain(old);
		const report = await look();
		expect(report).toMatchObject({ differences: [], underWay: [], payments: { refunded: 2 } });
		expect(formatReport(report)).toMatch(/^events {4}\d+ \(all since 20\d\d-.*Z; earlier ones were removed .*\)$/m);
		await broker.stop();
		await start();
		await trade();
		expect(await found()).toEqual([]);
	});

	it("has an audit that finds what differs all the same", async () => {
		const orders = shopOf(broker).openStore("order", { orders: {} });
		await orders.connect();
		const tamper = async (id: string) => {
			const collection = orders.collection<Saved<OrderState>>("orders");
			const found = (await collection.load(id))!;
			await collection.save({ ...found, status: "completed" } as never, found);
		};
		await tamper(old);
		expect(await found()).toEqual([`I1 order ${old}`, `I3 order ${old}`]);
		await tamper(young);
		expect(await found()).toEqual(expect.arrayContaining([`I1 order ${young}`, `I6 order ${young}`]));
		await orders.disconnect();
		await log().events.remove(positionOf(`order/${young}/2`));
		expect(await found()).toContain(`I5 order ${young}`);
	});

	it("keeps my page whole when that is rebuilt, and mends it from what the log has", async () => {
		const before = await page();
		expect(before.orders.map(({ id }) => id)).toEqual([young, old]);
		expect(await broker.call("customer.rebuild")).toMatchObject({ orders: 2, changed: 0 });
		expect(await page()).toEqual(before);
		const views = shopOf(broker).openStore("customer", { orderViews: {} });
		await views.connect();
		const collection = views.collection<Saved<OrderView>>("orderViews");
		for (const id of [old, young]) {
			const view = (await collection.load(id))!;
			await collection.save({ ...view, createdAt: 1 }, view);
		}
		await views.disconnect();
		expect(await found()).toEqual(expect.arrayContaining([`I5 my page's order ${old}`, `I5 my page's order ${young}`]));
		expect(await broker.call("customer.rebuild")).toMatchObject({ orders: 2, changed: 2 });
		expect(await page()).toEqual(before);
		expect(await found()).toEqual([]);
	});

	it("tells the operator that the log has no earlier events of an old order", async () => {
		const tell = async (id: string) => formatStory(await broker.call<Story, object>("operator.orderStory", { id }));
		expect(await tell(young)).not.toContain("no longer has");
		const story = await tell(old);
		expect(story).toContain(`Order ${old} of alice: cancelled by customer`);
		expect(story).toMatch(/^ {2}Not whole: events \(the log no longer has the earlier ones\)$/m);
	});
});
