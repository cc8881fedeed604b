import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { SENT_INDEXES } from "../../shared/aggregates/sent-events";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import { RETRY_POLICY } from "../../shared/events/retry-policy";
import type { CloudEvent } from "../../shared/events/event";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { conflict } from "../../shared/domain/refusals";
import type { Collection } from "../../shared/store/store";
import { eventually, silentLogger, TestClock } from "../support/world";
import type { Saved } from "../../shared/aggregates/aggregate";

interface Counter {
	count: number;
}
type CounterEvents = { "counter.raised": { count: number } };

describe("an aggregate", () => {
	let path: string;
	let clock: TestClock;
	let store: LmdbStore;
	let bus: EmbeddedEventBus;
	let saves: number;
	const opened: Array<Aggregates<Counter, CounterEvents>> = [];

	/** Opens the aggregates as a process of its own; `wrap` replaces members of its collection. */
	const openCounters = (
		wrap: (collection: Collection<Saved<Counter>>) => Partial<Collection<Saved<Counter>>> = () => ({}),
	) => {
		const collection = store.collection<Saved<Counter>>("counters");
		const counted = {
			load: collection.load.bind(collection),
			query: collection.query.bind(collection),
			remove: collection.remove.bind(collection),
			all: collection.all.bind(collection),
			save: (next: never, previous: never) => (saves++, collection.save(next, previous)),
		} as Collection<Saved<Counter>>;
		const aggregates = new Aggregates<Counter, CounterEvents>({
			collection: { ...counted, ...wrap(counted) },
			clock,
			publishing: { publisher: "counter", outbox: { sent: store.collection("sent"), bus, logger: silentLogger } },
		});
		opened.push(aggregates);
		return aggregates;
	};
	const raise = (counter: Saved<Counter> | undefined) => {
		const count = (counter?.count ?? 0) + 1;
		return { state: { count }, events: [{ type: "counter.raised" as const, data: { count } }] };
	};
	const published = async () => {
		const events: CloudEvent[] = [];
		for await (const event of bus.history(["counter.raised"])) events.push(event);
		return events;
	};

	beforeEach(async () => {
		path = mkdtempSync(join(tmpdir(), "funshop-aggregates-"));
		clock = new TestClock();
		saves = 0;
		bus = new EmbeddedEventBus({
			environment: temporaryEnvironment(join(path, "events")),
			retryPolicy: RETRY_POLICY,
			clock,
			logger: silentLogger,
		});
		await bus.open();
		store = new LmdbStore({
			environment: temporaryEnvironment(join(path, "counter")),
			collections: { counters: PUBLISHING, sent: SENT_INDEXES },
		});
		await store.connect();
	});
	afterEach(async () => {
		await Promise.all(opened.splice(0).map((aggregates) => aggregates.stop()));
		await bus.close();
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("numbers its events without a gap, and its version is the number of the last", async () => {
		const counters = openCounters();
		await counters.change("a", raise, "req1");
		const twice = (counter: Saved<Counter> | undefined) => {
			const { state, events } = raise(counter);
			return { state, events: [...events, ...events] };
		};
		expect(await counters.change("a", twice)).toMatchObject({ count: 2, version: 3 });
		const events = await eventually(async () => (await published()).length === 3 && published());
		expect(events.map(({ id }) => id)).toEqual(["counter/a/1", "counter/a/2", "counter/a/3"]);
		expect(events[0]).toMatchObject({ subject: "a", sequence: 1, source: "/funshop/counter", requestid: "req1" });
	});

	it("runs commands one at a time, and saves commands that come together in one write", async () => {
		const counters = openCounters();
		const answers = await Promise.all(Array.from({ length: 100 }, () => counters.change("a", raise)));
		const stored = (await counters.load("a"))!;
		expect(stored).toMatchObject({ count: 100, version: 100 });
		expect(saves).toBeLessThanOrEqual(3);
		// Each gets the aggregate as its command left it, at the revision of the write that they share.
		expect(answers.map((counter) => counter!.count)).toEqual(answers.map((_, index) => index + 1));
		expect(answers.at(-1)).toEqual(stored);
		expect(new Set(answers.map((counter) => counter!.rev)).size).toBe(saves);
	});

	it("refuses one command without harm to the others of its batch", async () => {
		const counters = openCounters();
		const refuse = () => {
			throw conflict("NO", "no");
		};
		const answers = await Promise.allSettled([
			counters.change("a", raise),
			counters.change("a", refuse),
			counters.change("a", raise),
		]);
		expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
		expect(await counters.load("a")).toMatchObject({ count: 2 });
	});

	it("writes nothing where the decision changes nothing", async () => {
		const counters = openCounters();
		expect(await counters.change("a", () => undefined)).toBeUndefined();
		expect(saves).toBe(0);
	});

	it("loses no change when two processes write it at the same time", async () => {
		const [one, other] = [openCounters(), openCounters()];
		const changes = Array.from({ length: 60 }, (_, index) => (index % 2 ? one : other).change("a", raise));
		await Promise.all(changes);
		expect(await one.load("a")).toMatchObject({ count: 60, version: 60 });
	});

	it("refuses commands while its mailbox is full, and is free again afterwards", async () => {
		const counters = openCounters();
		const answers = await Promise.allSettled(Array.from({ length: 400 }, () => counters.change("a", raise)));
		const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
		expect(refused.length).toBeGreaterThan(0);
		for (const error of refused)
			expect(error).toMatchObject({ type: "AGGREGATE_BUSY", code: 503, data: { retryAfterS: 1 } });
		expect(await counters.change("a", raise)).toMatchObject({ count: 400 - refused.length + 1 });
	});

	it("refuses a command that waited too long in the mailbox", async () => {
		let go!: () => void;
		const gate = new Promise<void>((resolve) => (go = resolve));
		const counters = openCounters(({ load }) => ({ load: (id) => gate.then(() => load(id)) }));
		const first = counters.change("a", raise);
		await new Promise(setImmediate);
		const second = counters.change("a", raise);
		clock.advance(5_000);
		go();
		await first;
		await expect(second).rejects.toMatchObject({ type: "AGGREGATE_BUSY" });
		expect(await counters.load("a")).toMatchObject({ count: 1 });
	});

	it("rejects the waiting commands when the store fails, and goes on afterwards", async () => {
		let broken = true;
		const counters = openCounters(({ save }) => ({
			save: (next, previous) => (broken ? Promise.reject(new Error("disk")) : save(next, previous)),
		}));
		await expect(counters.change("a", raise)).rejects.toThrow("disk");
		broken = false;
		expect(await counters.change("a", raise)).toMatchObject({ count: 1 });
	});

	it("has its events published by another process when the one that saved them dies", async () => {
		const publish = bus.publish.bind(bus);
		bus.publish = () => Promise.reject(new Error("killed here"));
		const dead = openCounters();
		await dead.change("a", raise);
		expect(await published()).toEqual([]);
		bus.publish = publish;
		openCounters().start();
		clock.advance(2_000);
		await eventually(async () => (await published()).length === 1);
	});

	it("drops events from its document once the bus has them", async () => {
		const counters = openCounters();
		counters.start();
		await counters.change("a", raise);
		await eventually(async () => (await counters.load("a"))?.outbox === undefined);
		expect(await counters.load("a")).toMatchObject({ count: 1, version: 1 });
		expect(await published()).toHaveLength(1);
	});
});
