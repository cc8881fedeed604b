import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import type { EventBus } from "../../shared/events/event-bus";
import type { CloudEvent } from "../../shared/events/event";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { SENT_INDEXES, type SentEvents } from "../../shared/aggregates/sent-events";
import { busy } from "../../shared/domain/refusals";
import { numbered, QUICK_RETRIES } from "../support/events/bus-contract";
import { anEvent } from "../support/events/builders";
import { ForgetfulBus } from "../support/events/forgetful-bus";
import { eventually, silentLogger, TestClock } from "../support/world";
import type { Saved } from "../../shared/aggregates/aggregate";

const KEPT_MS = 300_000;
const SWEEP_EVERY_MS = 1_000;
/** All timers but `setInterval` and `clearInterval`, by which the sweeps run. */
const REAL_TIMERS = [
	"Date",
	"clearImmediate",
	"clearTimeout",
	"hrtime",
	"nextTick",
	"performance",
	"queueMicrotask",
	"setImmediate",
	"setTimeout",
] as const;

type Look = () => boolean | Promise<boolean>;
/** Sweeps before each look; no other time passes. */
const sweptUntil = (look: Look) =>
	eventually(() => {
		jest.advanceTimersByTime(SWEEP_EVERY_MS);
		return look();
	});

interface Counter {
	count: number;
}
type CounterEvents = { "counter.raised": { count: number; text?: string } };
type Counters = Aggregates<Counter, CounterEvents>;

describe("events sent through a bus that may lose acknowledged events", () => {
	let path: string;
	let clock: TestClock;
	let store: LmdbStore;
	let bus: ForgetfulBus;
	const opened: Counters[] = [];

	/** A process of the service. */
	const openCounters = (collection = store.collection<Saved<Counter>>("counters")): Counters => {
		const counters = new Aggregates<Counter, CounterEvents>({
			collection,
			clock,
			publishing: {
				publisher: "counter",
				outbox: { sent: store.collection("sent"), bus: bus as unknown as EventBus, logger: silentLogger },
			},
		});
		opened.push(counters);
		counters.start();
		return counters;
	};
	const raise = (counter: Saved<Counter> | undefined) => {
		const count = (counter?.count ?? 0) + 1;
		return { state: { count }, events: [{ type: "counter.raised" as const, data: { count } }] };
	};
	const raiseTo = async (counters: Counters, count: number) => {
		while (((await counters.change("a", raise))?.count ?? 0) < count);
	};
	/** Sweeps as the seconds pass, one before each look. */
	const secondsLater = (look: Look) =>
		sweptUntil(() => {
			clock.advance(SWEEP_EVERY_MS);
			return look();
		});
	const someSweeps = () => {
		const before = bus.looks;
		return sweptUntil(() => bus.looks > before + 10);
	};
	const isTidy = (counters: Counters) => async () => (await counters.load("a"))?.outbox === undefined;
	const sent = () => store.collection<SentEvents>("sent").query("due", { limit: 100 });

	beforeEach(async () => {
		jest.useFakeTimers({ doNotFake: [...REAL_TIMERS] });
		path = mkdtempSync(join(tmpdir(), "funshop-relay-"));
		clock = new TestClock();
		bus = new ForgetfulBus(KEPT_MS);
		const collections = { counters: PUBLISHING, sent: SENT_INDEXES };
		store = new LmdbStore({ environment: temporaryEnvironment(path), collections });
		await store.connect();
	});
	afterEach(async () => {
		await Promise.all(opened.splice(0).map((counters) => counters.stop()));
		await store.disconnect();
		rmSync(path, { recursive: true });
		jest.useRealTimers();
	});

	it("are sent again when the bus comes back without them, though no document holds them any more", async () => {
		const counters = openCounters();
		await raiseTo(counters, 5);
		await secondsLater(isTidy(counters));
		bus.kept.splice(2);
		bus.return();
		await sweptUntil(() => bus.kept.length === 5);
		expect(bus.sequences()).toEqual([1, 2, 3, 4, 5]);
	});

	it("are sent again when the bus was away before they were kept, and is back without them and with later ones", async () => {
		const counters = openCounters();
		await raiseTo(counters, 5);
		await eventually(() => bus.kept.length === 5);
		bus.leave();
		bus.kept.splice(2);
		// No server is back sooner.
		const now = performance.now.bind(performance);
		const later = jest.spyOn(performance, "now").mockImplementation(() => now() + 200);
		bus.return();
		// More than were lost, so that they take the lost positions and further ones.
		await raiseTo(counters, 12);
		await eventually(() => bus.kept.length === 9);
		later.mockRestore();
		await sweptUntil(() => bus.kept.length === 12);
		expect(bus.sequences()).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
	});

	it("are sent again by the next process when the one that sent them has died", async () => {
		const dead = openCounters();
		await raiseTo(dead, 3);
		await secondsLater(isTidy(dead));
		await dead.stop();
		bus.kept.splice(0);
		openCounters();
		await sweptUntil(() => bus.kept.length === 3);
	});

	it("stay in their document until they are saved as sent, so that a crash in between loses none", async () => {
		const counters = openCounters();
		jest.spyOn(store.collection<SentEvents>("sent"), "save").mockRejectedValueOnce(busy("STORE_UNAVAILABLE", "now"));
		await raiseTo(counters, 1);
		const { outbox } = (await counters.change("a", raise))!;
		expect(outbox!.map(({ sequence }) => sequence)).toEqual([1, 2]);
		await secondsLater(isTidy(counters));
		const kept = (await sent()).flatMap(({ events }) => events.map(({ sequence }) => sequence));
		expect([...new Set(kept)].sort()).toEqual([1, 2]);
	});

	it("wait in their document while the bus is away, and are sent when it is back", async () => {
		const counters = openCounters();
		bus.leave();
		await raiseTo(counters, 4);
		clock.advance(2_000);
		await someSweeps();
		expect((await counters.load("a"))!.outbox).toHaveLength(4);
		bus.return();
		await sweptUntil(isTidy(counters));
		expect(bus.sequences()).toEqual([1, 2, 3, 4]);
	});

	it("S22: get the next free ids where the bus has others under theirs, as after a restore of the store", async () => {
		const other = (sequence: number) => anEvent("counter.raised", "a", sequence, { count: 100 + sequence });
		bus.kept.push(other(1), other(2), other(3));
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => bus.kept.length === 4 && isTidy(counters)());
		expect(bus.kept.at(-1)).toMatchObject({ id: "counter/a/4", sequence: 4, data: { count: 1 } });
		expect(await counters.load("a")).toMatchObject({ version: 4, count: 1 });
		await raiseTo(counters, 2);
		await eventually(() => bus.kept.length === 5);
		expect(bus.sequences()).toEqual([1, 2, 3, 4, 5]);
	});

	it("are removed once the bus cannot lose them any more", async () => {
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => (await sent()).length === 1);
		clock.advance(KEPT_MS + 611_000);
		await sweptUntil(async () => (await sent()).length === 0);
	});

	it("are all sent again, also where sending them again was cut off in the middle", async () => {
		openCounters();
		const collection = store.collection<SentEvents>("sent");
		for (let number = 0; number < 100; number++) {
			const events = [{ id: `f${number}`, sequence: number } as CloudEvent];
			await collection.save({ _id: `t${number}`, events, dueAt: clock.now() + number }, undefined);
		}
		const publish = bus.publish.bind(bus);
		let left = 50;
		bus.publish = async (events) => {
			if (left-- === 0) throw busy("BUS_AWAY", "cut off");
			return publish(events);
		};
		bus.return();
		await sweptUntil(() => left < 0);
		await sweptUntil(() => bus.kept.length === 100);
	});

	it("are kept while the bus is away, however long that is", async () => {
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => (await sent()).length === 1);
		bus.leave();
		clock.advance(3_600_000);
		await someSweeps();
		bus.kept.splice(0);
		bus.return();
		await sweptUntil(() => bus.sequences().includes(1));
	});

	it("are not removed by a process whose clock is ten minutes ahead", async () => {
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => (await sent()).length === 1);
		clock.advance(KEPT_MS + 580_000);
		await someSweeps();
		expect(await sent()).toHaveLength(1);
	});

	it("are sent by the time the service has stopped", async () => {
		const counters = openCounters();
		const publish = bus.publish.bind(bus);
		bus.publish = async (events) => {
			await new Promise((resolve) => setTimeout(resolve, 100));
			return publish(events);
		};
		await counters.change("a", raise);
		await counters.stop();
		expect(bus.sequences()).toEqual([1]);
	});

	it("let their document stay small while older ones are sent again", async () => {
		const collection = store.collection<SentEvents>("sent");
		for (let number = 0; number < 60; number++) {
			const events = [{ id: `f${number}`, sequence: number } as CloudEvent];
			await collection.save({ _id: `t${number}`, events, dueAt: clock.now() + number }, undefined);
		}
		const publish = bus.publish.bind(bus);
		let sendsAgain = false;
		let letGo!: () => void;
		const gate = new Promise<void>((resolve) => (letGo = resolve));
		bus.publish = async (events) => {
			if (events[0]!.id.startsWith("f")) {
				sendsAgain = true;
				await gate;
			}
			return publish(events);
		};
		const counters = openCounters();
		await sweptUntil(() => sendsAgain);
		let longest = 0;
		for (let count = 0; count < 1_000; count++) {
			const { outbox = [] } = (await counters.change("a", raise))!;
			longest = Math.max(longest, outbox.length);
			if (count % 100 === 0) jest.advanceTimersByTime(SWEEP_EVERY_MS);
		}
		letGo();
		await secondsLater(isTidy(counters));
		expect(longest).toBeLessThan(250);
	});

	it("are not more in one document than 500 or 1 MB while the bus is away; further changes are refused, and none is lost", async () => {
		const counters = openCounters();
		bus.leave();
		const accepted: number[] = [];
		let refusal: unknown;
		for (let count = 0; count < 600; count++) {
			await counters.change("a", raise).then(
				(counter) => accepted.push(counter!.version),
				(error: unknown) => (refusal = error),
			);
		}
		expect(accepted).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
		expect(refusal).toMatchObject({ code: 503, type: "AGGREGATE_BUSY", data: { retryAfterS: 1 } });
		const text = "x".repeat(100_000);
		const boast = (counter: Saved<Counter> | undefined) => ({
			state: { count: (counter?.count ?? 0) + 1 },
			events: [{ type: "counter.raised" as const, data: { count: 1, text } }],
		});
		for (let count = 0; count < 20; count++) await counters.change("b", boast).catch(() => undefined);
		expect(Buffer.byteLength(JSON.stringify(await counters.load("b")))).toBeLessThan(1_010_000);

		bus.return();
		await secondsLater(isTidy(counters));
		expect(bus.sequences("a")).toEqual(accepted);
		expect((await counters.change("a", raise))!.version).toBe(501);
	});

	it("that have no room in their document make a handler wait, and never a dead letter", async () => {
		const { maxTries } = QUICK_RETRIES;
		const logger = silentLogger;
		const commands = new EmbeddedEventBus({
			environment: temporaryEnvironment(join(path, "commands")),
			retryPolicy: QUICK_RETRIES,
			clock,
			logger,
		});
		await commands.open();
		const counters = openCounters();
		bus.leave();
		const tries = new Map<string, number>();
		commands.subscribe("counter", ["order.placed"], async ({ id }) => {
			tries.set(id, (tries.get(id) ?? 0) + 1);
			await counters.change("a", raise);
		});
		await commands.publish(Array.from({ length: 510 }, (_, index) => numbered(index)));
		await secondsLater(() => [...tries.values()].filter((count) => count > maxTries).length === 10);
		expect((await counters.load("a"))!.version).toBe(500);
		bus.return();
		await secondsLater(() => bus.sequences("a").length === 510);
		expect(await commands.deadLetters.list()).toEqual([]);
		await commands.close();
	});

	it("are sent by the sweeps although 300 older documents can never be sent", async () => {
		const counters = openCounters();
		const publish = bus.publish.bind(bus);
		bus.publish = async (events) => {
			if (events.some(({ subject }) => subject.startsWith("bad"))) throw new Error("maximum payload exceeded");
			return publish(events);
		};
		for (let number = 0; number < 300; number++) await counters.change(`bad${number}`, raise);
		clock.advance(1);
		bus.leave();
		await counters.change("a", raise);
		bus.return();
		await secondsLater(() => bus.sequences("a").length === 1);
	});

	it("are sent again when the bus has lost them unnoticed, also by a process that sends nothing more", async () => {
		const counters = openCounters();
		await raiseTo(counters, 5);
		await secondsLater(isTidy(counters));
		await someSweeps();
		bus.kept.splice(3);
		await secondsLater(() => bus.kept.length === 5);
	});

	it("are sent again only where the bus may have lost them", async () => {
		const counters = openCounters();
		for (let batch = 1; batch <= 5; batch++) {
			await raiseTo(counters, batch * 100);
			await secondsLater(isTidy(counters));
		}
		bus.kept.splice(450);
		let sentAgain = 0;
		const publish = bus.publish.bind(bus);
		bus.publish = (events) => ((sentAgain += events.length), publish(events));
		bus.return();
		await secondsLater(() => bus.kept.length === 500);
		bus.return();
		await someSweeps();
		expect(sentAgain).toBeGreaterThanOrEqual(50);
		expect(sentAgain).toBeLessThanOrEqual(200);
	});
});
