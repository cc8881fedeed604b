import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "lmdb";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import type { Saved } from "../../shared/aggregates/aggregate";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import type { EmbeddedDatabases } from "../../shared/events/embedded/embedded-databases";
import type { CloudEvent } from "../../shared/events/event";
import type { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Collection } from "../../shared/store/store";
import { temporaryEnvironment } from "../support/store/environment";
import { eventually, silentLogger, TestClock } from "../support/world";

interface Counter {
	count: number;
}
type CounterEvents = { "counter.raised": { count: unknown } };

const POLICY = { maxTries: 1, firstDelayMs: 1 };

describe("events that are appended in the write of their document", () => {
	let path: string;
	let environment: LmdbEnvironment;
	let bus: EmbeddedEventBus;
	let store: LmdbStore;
	let collection: Collection<Saved<Counter>>;
	let counters: Aggregates<Counter, CounterEvents>;

	const open = async () => {
		environment = temporaryEnvironment(path);
		const clock = new TestClock();
		bus = new EmbeddedEventBus({ environment, prefix: "log.", retryPolicy: POLICY, clock, logger: silentLogger });
		await bus.open();
		store = new LmdbStore({ environment, prefix: "counter.", collections: { counters: PUBLISHING }, events: bus });
		await store.connect();
		collection = store.collection<Saved<Counter>>("counters");
		counters = new Aggregates({ collection, clock, publishing: { publisher: "counter" } });
	};
	const close = async () => {
		await store.disconnect();
		await bus.close();
	};
	const raise = (counter: Saved<Counter> | undefined) => {
		const count = (counter?.count ?? 0) + 1;
		return { state: { count }, events: [{ type: "counter.raised" as const, data: { count } }] };
	};
	const subscribe = (handled: string[], handle: () => Promise<void> = async () => undefined) =>
		bus.subscribe("reader", ["counter.raised"], async ({ id }) => {
			await handle();
			handled.push(id);
		});
	const documentsOf = () => (collection as unknown as { documents: Database<Saved<Counter>, string> }).documents;
	const logged = async () => {
		const events: CloudEvent[] = [];
		for await (const event of bus.history(["counter.raised"])) events.push(event);
		return events.map(({ id }) => id);
	};

	beforeEach(async () => {
		path = mkdtempSync(join(tmpdir(), "funshop-appended-"));
		await open();
	});
	afterEach(async () => {
		await close();
		rmSync(path, { recursive: true });
	});

	it("are on disk with it in one commit, and delivered without an outbox", async () => {
		const opened = await environment.open();
		const commits = () => (opened.getStats() as { lastTxnId: number }).lastTxnId;
		const before = commits();
		await counters.change("a", raise);
		expect(commits()).toBe(before + 1);
		await environment.close();
		expect(await collection.load("a")).toEqual({ _id: "a", rev: expect.any(Number), version: 1, count: 1 });
		const handled: string[] = [];
		subscribe(handled);
		await counters.change("a", raise);
		await eventually(() => handled.length === 2);
		expect(handled).toEqual(["counter/a/1", "counter/a/2"]);
		const { positions } = (bus as unknown as { databases: EmbeddedDatabases }).databases;
		expect([...positions.getKeys()]).toEqual([]);
	});

	it("are not written where another write of the document came first, and hold up no later ones", async () => {
		const handled: string[] = [];
		subscribe(handled);
		const first = (await counters.change("a", raise))!;
		await counters.change("a", raise);
		const lost = { id: "counter/a/lost", type: "counter.raised", subject: "a" };
		expect(await collection.save({ ...first, count: 9 }, first, [lost])).toBeUndefined();
		await counters.change("b", raise);
		await eventually(() => handled.length === 3);
		expect(await logged()).toEqual(["counter/a/1", "counter/a/2", "counter/b/1"]);
		expect(handled).toEqual(await logged());
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
	});

	it("are not written without it, nor it without them, where one of them cannot be", async () => {
		const endless: { self?: unknown } = {};
		endless.self = endless;
		await expect(
			counters.change("a", () => ({
				state: { count: 1 },
				events: [{ type: "counter.raised", data: endless as never }],
			})),
		).rejects.toMatchObject({ name: "TypeError" });
		await expect(counters.change("b", (b) => ({ ...raise(b), state: endless as never }))).rejects.toMatchObject({
			name: "TypeError",
		});
		await counters.change("c", raise);
		expect(await logged()).toEqual(["counter/c/1"]);
		expect(await collection.load("a")).toBeUndefined();
		expect(await collection.load("b")).toBeUndefined();
	});

	it("are delivered in order where a write takes longer than its caller waits", async () => {
		const handled: string[] = [];
		subscribe(handled);
		await counters.change("b", raise);
		await eventually(() => handled.length === 1);
		let finish!: () => void;
		const slow = new Promise<void>((resolve) => (finish = resolve));
		const documents = documentsOf();
		const ifVersion = documents.ifVersion.bind(documents);
		jest.spyOn(documents, "ifVersion").mockImplementationOnce(async (id, rev, change) => {
			const done = await ifVersion(id, rev, change);
			await slow;
			return done;
		});
		const late = expect(counters.change("a", raise)).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
		await new Promise(setImmediate);
		await counters.change("c", raise);
		await late;
		expect(handled).toEqual(["counter/b/1"]);
		finish();
		await eventually(() => handled.length === 3);
		expect(handled).toEqual(["counter/b/1", "counter/a/1", "counter/c/1"]);
	});

	it("are delivered after a restart, unless they were handled before it", async () => {
		const handled: string[] = [];
		const first = subscribe(handled);
		for (let number = 0; number < 3; number++) await counters.change("a", raise);
		await eventually(() => handled.length === 3);
		await first.stop();
		for (let number = 0; number < 2; number++) await counters.change("a", raise);
		await close();
		await open();
		const later: string[] = [];
		subscribe(later);
		await eventually(() => later.length === 2);
		await counters.change("a", raise);
		await eventually(() => later.length === 3);
		expect(later).toEqual(["counter/a/4", "counter/a/5", "counter/a/6"]);
	});

	it("become dead letters that can be replayed", async () => {
		let isBroken = true;
		const handled: string[] = [];
		subscribe(handled, async () => {
			if (isBroken) throw new Error("broken");
		});
		await counters.change("a", raise);
		await eventually(() => bus.deadLetters.find("reader", "counter/a/1"));
		isBroken = false;
		expect(await bus.deadLetters.replay("reader", "counter/a/1")).toBe(true);
		await eventually(() => handled.length === 1);
	});
});
