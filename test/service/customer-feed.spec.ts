import type { Feed, MyPage, Rebuilt } from "../../services/customer/customer.schemas";
import { COLLECTIONS } from "../../services/customer/customer.process";
import { readPage } from "../../services/customer/customer.page";
import { SameAgain } from "../../shared/store/same-again";
import { busy } from "../../shared/domain/refusals";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { Gate, PageProcesses, placed, story } from "../support/shop/page-processes";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

describe("the feed of my page with several processes", () => {
	let processes: PageProcesses;
	beforeEach(async () => {
		processes = await PageProcesses.open();
	});
	afterEach(() => processes.close());

	it("has an event once where the process that folded it crashed before it wrote the feed", async () => {
		let crashes = false;
		const a = processes.start((operation, collection) =>
			crashes && operation === "save" && collection === "liveFeeds" ? Promise.reject(new Error("crashed")) : undefined,
		);
		const b = processes.start();
		await a.feedOf("alice");
		const first = story(0, "alice");
		const long = Array.from({ length: 60 }, (_, number) => story(number + 1, "alice")).flat();
		for (const events of [first, long, story(61, "alice")]) {
			const last = events.pop()!;
			for (const event of events) await processes.handle(a, event);
			crashes = true;
			await expect(processes.handle(a, last)).rejects.toThrow("crashed");
			crashes = false;
			const before = await processes.entriesOf("alice");
			expect(before.map(({ eventId }) => eventId)).not.toContain(last.id);
			await b.handle(last);
			await a.handle(last);
			const after = await processes.entriesOf("alice");
			expect(after.at(-1)).toMatchObject({ eventId: last.id, number: before.at(-1)!.number + 1 });
		}
		expect((await a.feeds.load("alice"))!.last).toBe(4 * 62);
		await b.handle(placed(0, "alice"));
		expect((await a.feeds.load("alice"))!.last).toBe(4 * 62);
	});

	it("has an event that a rebuild folded first as soon as it is handled", async () => {
		const [a, b] = [processes.start(), processes.start()];
		await a.feedOf("alice");
		processes.log.push(...story(0, "alice"));
		await a.rebuild();
		for (const event of processes.log) await b.handle(event);
		const published = (await processes.entriesOf("alice")).map(({ eventId }) => eventId);
		expect(published).toEqual(processes.log.map(({ id }) => id));
	});

	it("begins once where two processes read it for the first time", async () => {
		const [a, b] = [processes.start(), processes.start()];
		const begun = await Promise.all([a.feedOf("alice"), b.feedOf("alice"), a.feedOf("alice")]);
		expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
		await Promise.all([a.handle(placed(0, "alice")), b.handle(placed(2, "alice")), a.handle(placed(4, "alice"))]);
		const feed = (await a.feeds.load("alice"))!;
		expect(feed.entries.map(({ number }) => number)).toEqual([1, 2, 3]);
		expect(feed.id).toMatch(/^feed-\d$/);
	});

	it("costs customers who have no live page nothing, and wakes nobody", async () => {
		const operations: string[] = [];
		const process = processes.start((operation, collection) => operations.push(`${operation} ${collection}`));
		for (const event of story(0, "alice")) expect(await process.handle(event)).toBeUndefined();
		expect(await process.feeds.load("alice")).toBeUndefined();
		expect(operations).not.toContain("save liveFeeds");
		await process.feedOf("alice");
		expect(await process.handle(placed(2, "alice"))).toBe("alice");
	});

	it("goes on where the store takes no write for the time that it is kept, but cannot begin then", async () => {
		let isFull = false;
		const full = () => Promise.reject(busy("STORE_UNAVAILABLE", "The disk of the store is full."));
		const process = processes.start((operation) => (isFull && operation === "save" ? full() : undefined));
		const { id } = await process.feedOf("alice");
		isFull = true;
		const later = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 7_200_000);
		expect(await process.feedOf("alice").finally(() => later.mockRestore())).toMatchObject({ id });
		await expect(process.feedOf("bob")).rejects.toThrow("full");
	});

	it("is the same in every process, and continues over a rebuild", async () => {
		const openStore = () => new StoreAdapter(processes.store, COLLECTIONS);
		const start = () => startShop({ SERVICES: "customer" }, { openStore });
		const [a, b] = [await start(), await start()];
		const feed = (broker = a, after?: string) =>
			broker.call<Feed, object>("customer.feed", { customerId: "alice", limit: 100, ...(after && { after }) });
		try {
			const { last } = await feed(b);
			await shopOf(a).bus.publish(story(0, "alice"));
			await eventually(async () => (await feed(b, last)).events.length === 4);
			const events = await feed(b, last);
			expect(events).toEqual(await feed(a, last));
			expect(await a.call<Rebuilt>("customer.rebuild")).toMatchObject({ orders: 1, changed: 0 });
			expect(await feed(b, last)).toEqual(events);
			expect(await feed(b, events.last)).toEqual({ events: [], last: events.last });
			const { orders } = await b.call<MyPage, object>("customer.mypage", { customerId: "alice" });
			expect(orders).toMatchObject([{ id: "o0", status: "completed" }]);
		} finally {
			await Promise.all([a.stop(), b.stop()]);
		}
		// The broker that stopped first disconnected the store.
		await processes.store.connect();
	});
});

describe("my page while an event of its customer is being folded", () => {
	const settings = { currency: "KRW", orderExpiresAfterMs: 1_800_000 };
	let processes: PageProcesses;
	beforeEach(async () => {
		processes = await PageProcesses.open();
	});
	afterEach(() => processes.close());

	it("waits for it, for 100 ms at most", async () => {
		const gate = new Gate();
		const process = processes.start((operation) => operation === "save" && gate.pass());
		const pageOf = (customerId: string) => readPage(process, { customerId }, settings, new SameAgain());
		const handled = process.handle(placed(0, "alice"));
		await eventually(() => gate.reached);
		jest.useFakeTimers({ doNotFake: ["Date", "performance", "setImmediate", "nextTick", "queueMicrotask"] });
		try {
			const early = pageOf("alice");
			jest.advanceTimersByTime(100);
			expect((await early).orders).toEqual([]);
			expect((await pageOf("bob")).orders).toEqual([]);
			const waiting = pageOf("alice");
			gate.open();
			expect((await waiting).orders).toMatchObject([{ id: "o0" }]);
		} finally {
			jest.useRealTimers();
			gate.open();
			await handled;
		}
	});
});
