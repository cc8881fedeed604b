import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aggregates, type Saved } from "../../shared/aggregates/aggregates";
import type { Carrier } from "../../shared/events/event-bus";
import type { Fact } from "../../shared/events/event";
import { LmdbAdapter } from "../../shared/store/lmdb/lmdb-adapter";
import { TOLD_INDEXES, type ToldFacts, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { busy } from "../../shared/domain/refusals";
import type { Collection, Query } from "../../shared/store/store";
import { eventually, silentLogger, TestClock } from "../support/world";

const KEPT_MS = 300_000;
const SWEEP_EVERY_MS = 1_000;
/** Faked is what sweeps come by, and nothing else. */
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

/** Acknowledges facts, and may be away, or come back without the last of them. */
class ForgetfulCarrier {
	readonly mayLoseForMs = KEPT_MS;
	/** How often it was asked whether it is there: several times in each sweep. */
	looks = 0;
	private there = true;
	kept: Fact[] = [];
	/** Ids that came, repeats too. */
	readonly heard: string[] = [];
	private readonly back: Array<() => void> = [];

	get connected(): boolean {
		this.looks++;
		return this.there;
	}

	leave(): void {
		this.there = false;
	}

	async publish(facts: readonly Fact[]): Promise<number> {
		if (!this.there) throw busy("CARRIER_AWAY", "away");
		this.heard.push(...facts.map(({ id }) => id));
		const fresh = facts.filter(({ id }) => !this.kept.some((kept) => kept.id === id));
		this.kept.push(...fresh);
		return fresh.length;
	}

	onReturn(act: () => void): void {
		this.back.push(act);
	}

	return(): void {
		this.there = true;
		for (const act of this.back) act();
	}

	sequences(): number[] {
		return this.kept.map(({ sequence }) => sequence).sort((a, b) => a - b);
	}
}

interface Counter {
	count: number;
}
type CounterFacts = { "counter.raised": { count: number } };
type Counters = Aggregates<Counter, CounterFacts>;

describe("facts told through a carrier that may lose what it acknowledged", () => {
	let path: string;
	let clock: TestClock;
	let store: LmdbAdapter;
	let carrier: ForgetfulCarrier;
	const opened: Counters[] = [];

	/** A process of the service. */
	const openCounters = (collection = store.collection<Saved<Counter>>("counters")): Counters => {
		const counters = new Aggregates<Counter, CounterFacts>({
			teller: "counter",
			collection,
			told: store.collection("told"),
			carrier: carrier as unknown as Carrier,
			clock,
			logger: silentLogger,
		});
		opened.push(counters);
		counters.start();
		return counters;
	};
	const raise = (counter: Saved<Counter> | undefined) => {
		const count = (counter?.count ?? 0) + 1;
		return { state: { count }, facts: [{ type: "counter.raised" as const, data: { count } }] };
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
		const before = carrier.looks;
		return sweptUntil(() => carrier.looks > before + 10);
	};
	const isTidy = (counters: Counters) => async () => (await counters.load("a"))?.outbox === undefined;
	const told = () => store.collection<ToldFacts>("told").query("due", { limit: 100 });

	beforeEach(async () => {
		jest.useFakeTimers({ doNotFake: [...REAL_TIMERS] });
		path = mkdtempSync(join(tmpdir(), "funshop-relay-"));
		clock = new TestClock();
		carrier = new ForgetfulCarrier();
		const collections = { counters: UNSENT_INDEX, told: TOLD_INDEXES };
		store = new LmdbAdapter({ path, collections, durable: false });
		await store.connect();
	});
	afterEach(async () => {
		await Promise.all(opened.splice(0).map((counters) => counters.stop()));
		await store.disconnect();
		rmSync(path, { recursive: true });
		jest.useRealTimers();
	});

	it("are sent again when it comes back without them, though no document holds them any more", async () => {
		const counters = openCounters();
		await raiseTo(counters, 5);
		await secondsLater(isTidy(counters));
		carrier.kept.splice(2);
		carrier.return();
		await sweptUntil(() => carrier.kept.length === 5);
		expect(carrier.sequences()).toEqual([1, 2, 3, 4, 5]);
	});

	it("are sent again by a process that starts, for one that died", async () => {
		const dead = openCounters();
		await raiseTo(dead, 3);
		await secondsLater(isTidy(dead));
		await dead.stop();
		carrier.kept.splice(0);
		openCounters();
		await sweptUntil(() => carrier.kept.length === 3);
	});

	it("stay in their document until they are kept elsewhere, so that a crash in between loses none", async () => {
		const counters = openCounters();
		jest.spyOn(store.collection<ToldFacts>("told"), "save").mockRejectedValueOnce(busy("STORE_UNAVAILABLE", "now"));
		await raiseTo(counters, 1);
		const { outbox } = (await counters.change("a", raise))!;
		expect(outbox!.map(({ sequence }) => sequence)).toEqual([1, 2]);
		await secondsLater(isTidy(counters));
		const kept = (await told()).flatMap(({ facts }) => facts.map(({ sequence }) => sequence));
		expect([...new Set(kept)].sort()).toEqual([1, 2]);
	});

	it("wait in their document while it is away, and go on their way when it is back", async () => {
		const counters = openCounters();
		carrier.leave();
		await raiseTo(counters, 4);
		clock.advance(2_000);
		await someSweeps();
		expect((await counters.load("a"))!.outbox).toHaveLength(4);
		carrier.return();
		await sweptUntil(isTidy(counters));
		expect(carrier.sequences()).toEqual([1, 2, 3, 4]);
	});

	it("are not told for another process where the database has shown what it then lost", async () => {
		carrier.leave();
		const dead = openCounters();
		await raiseTo(dead, 1);
		await dead.stop();
		const real = store.collection<Saved<Counter>>("counters");
		const [lost] = (await real.load("a"))!.outbox!.map((fact) => ({ ...fact, id: "counter/a/2", sequence: 2 }));
		const showing: Collection<Saved<Counter>> = Object.assign(Object.create(real) as typeof real, {
			query: async (index: string, query: Query) =>
				(await real.query(index, query)).map((found) => ({ ...found, outbox: [...found.outbox!, lost!] })),
		});
		openCounters(showing);
		clock.advance(60_000);
		carrier.return();
		await sweptUntil(async () => (await real.load("a"))?.outbox === undefined);
		expect(carrier.heard).toEqual(["counter/a/1"]);
	});

	it("are forgotten once it cannot lose them any more", async () => {
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => (await told()).length === 1);
		clock.advance(KEPT_MS + 611_000);
		await sweptUntil(async () => (await told()).length === 0);
	});

	it("are all sent again, also where that was cut off in the middle", async () => {
		openCounters();
		const collection = store.collection<ToldFacts>("told");
		for (let number = 0; number < 100; number++) {
			const facts = [{ id: `f${number}`, sequence: number } as Fact];
			await collection.save({ _id: `t${number}`, facts, dueAt: clock.now() + number }, undefined);
		}
		const publish = carrier.publish.bind(carrier);
		let left = 50;
		carrier.publish = async (facts) => {
			if (left-- === 0) throw busy("CARRIER_AWAY", "cut off");
			return publish(facts);
		};
		carrier.return();
		await sweptUntil(() => left < 0);
		await sweptUntil(() => carrier.kept.length === 100);
	});

	it("are kept while it is away, however long that is", async () => {
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => (await told()).length === 1);
		carrier.leave();
		clock.advance(3_600_000);
		await someSweeps();
		carrier.kept.splice(0);
		carrier.return();
		await sweptUntil(() => carrier.sequences().includes(1));
	});

	it("are not removed by a process whose clock is ten minutes ahead", async () => {
		const counters = openCounters();
		await raiseTo(counters, 1);
		await secondsLater(async () => (await told()).length === 1);
		clock.advance(KEPT_MS + 580_000);
		await someSweeps();
		expect(await told()).toHaveLength(1);
	});

	it("are sent by the time the service has stopped", async () => {
		const counters = openCounters();
		const publish = carrier.publish.bind(carrier);
		carrier.publish = async (facts) => {
			await new Promise((resolve) => setTimeout(resolve, 100));
			return publish(facts);
		};
		await counters.change("a", raise);
		await counters.stop();
		expect(carrier.sequences()).toEqual([1]);
	});
});
