import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InGeneration, VIEW_COLLECTIONS } from "../../services/customer/customer.generations";
import { fold, type OrderFact, type OrderView } from "../../services/customer/customer.rules";
import type { Feed, MyPage, Rebuilt } from "../../services/customer/customer.schemas";
import { Views } from "../../services/customer/customer.views";
import type { Carrier } from "../../shared/carrier";
import { systemClock } from "../../shared/clock";
import { LmdbAdapter } from "../../shared/lmdb-adapter";
import type { Collection, Store, Stored } from "../../shared/store";
import { shopOf } from "../../shop";
import { aFact, secondsIn } from "../support/builders";
import { seededRandom } from "../support/customer";
import { eventually, silentLogger, startShop } from "../support/world";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const CUSTOMERS = ["alice", "bob"];
const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];

/** Order `number`'s facts: placed, paid after a declined card, completed. */
function story(number: number, customerId = CUSTOMERS[number % 2]!): OrderFact[] {
	const orderId = `o${number}`;
	const ids = { orderId, customerId };
	const attempt = { ...ids, amount: total, card: { brand: "visa", last4: "4242" } };
	const at = (seconds: number) => ({ time: secondsIn(number * 10 + seconds) });
	return [
		aFact("order.placed", orderId, 1, { ...ids, items, total }, at(0)),
		aFact(
			"payment.declined",
			`${orderId}-a`,
			1,
			{ ...attempt, paymentId: `${orderId}-a`, code: "CARD_DECLINED" },
			at(1),
		),
		aFact("payment.approved", `${orderId}-b`, 1, { ...attempt, paymentId: `${orderId}-b` }, at(2)),
		aFact("order.completed", orderId, 2, { ...ids, paymentId: `${orderId}-b`, total }, at(3)),
	] as OrderFact[];
}
const placed = (number: number, customerId?: string) => story(number, customerId)[0]!;

type Operation = "load" | "save" | "remove" | "query";
/** Called before each operation, which waits for it and fails with it. */
type Before = (operation: Operation, collection: string) => unknown;

/** A pod's own way to the store that all pods share. */
class StoreOfPod implements Store {
	constructor(
		private readonly store: LmdbAdapter,
		private readonly before: Before,
	) {}
	async connect(): Promise<void> {}
	async disconnect(): Promise<void> {}
	async isAvailable(): Promise<boolean> {
		return true;
	}
	collection<D extends Stored>(name: string): Collection<D> {
		const collection = this.store.collection<D>(name);
		const { before } = this;
		return {
			load: async (id) => (await before("load", name), collection.load(id)),
			save: async (next, previous) => (await before("save", name), collection.save(next, previous)),
			remove: async (previous) => (await before("remove", name), collection.remove(previous)),
			query: async (index, query) => (await before("query", name), collection.query(index, query)),
			all: () => collection.all(),
		};
	}
}

/** Something that others wait at until it is opened. */
class Gate {
	reached = false;
	open!: () => void;
	private readonly opened = new Promise<void>((resolve) => (this.open = resolve));

	pass(): Promise<void> {
		this.reached = true;
		return this.opened;
	}
}

const NO_CARRIER = { mayLoseForMs: 0, connected: true, onReturn: () => undefined } as unknown as Carrier;

describe("my page on several pods", () => {
	let folder: string;
	let store: LmdbAdapter;
	let pods: Views[];
	let generations: number;
	/** All that was told, as the carrier keeps it. */
	let log: OrderFact[];

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "funshop-pods-"));
		store = new LmdbAdapter({ path: folder, collections: VIEW_COLLECTIONS, durable: false });
		await store.connect();
		pods = [];
		generations = 0;
		log = [];
	});
	afterEach(async () => {
		await Promise.all(pods.map((pod) => pod.close()));
		await store.disconnect();
		rmSync(folder, { recursive: true });
	});

	async function startPod(before: Before = () => undefined, leaseMs = 60_000): Promise<Views> {
		const pod = new Views({
			store: new StoreOfPod(store, before),
			carrier: NO_CARRIER,
			clock: systemClock,
			logger: silentLogger,
			newId: () => `g${++generations}`,
			leaseMs,
		});
		await pod.open();
		pods.push(pod);
		return pod;
	}
	/** The log as it is when this is called for. */
	async function* history(): AsyncIterable<OrderFact> {
		yield* [...log];
	}
	function tell(pod: Views, fact: OrderFact): Promise<string | undefined> {
		log.push(fact);
		return pod.fold(fact);
	}
	const orderOn = (pod: Views, orderId: string) => pod.read(({ orders }) => orders.load(orderId));
	const ordersOn = (pod: Views) =>
		pod.read(async ({ orders }) => {
			const found: string[] = [];
			for await (const { _id } of orders.all()) found.push(_id);
			return found.sort();
		});
	const generationOn = (pod: Views) => pod.read(async ({ generation }) => generation);
	const storedGenerations = async () => {
		const found = new Set<string>();
		for await (const { generation } of store.collection<InGeneration>("orders").all()) found.add(generation);
		return [...found];
	};
	const eventsOf = async (customerId: string) => (await pods[0]!.feeds.load(customerId))?.events ?? [];

	it("that start on an empty store at the same time shows one view", async () => {
		const [a, b, c] = await Promise.all([startPod(), startPod(), startPod()]);
		await tell(a!, placed(0));
		expect(await ordersOn(b!)).toEqual(["o0"]);
		expect(await ordersOn(c!)).toEqual(["o0"]);
	});

	it(`misses and repeats nothing, whoever hears what, while it is rebuilt and rebuilds die (SEED=${SEED})`, async () => {
		for (let round = 0; round < 8; round++) {
			const random = seededRandom(SEED + round);
			const some = async () => {
				for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
			};
			let told = false;
			const dies = async () => {
				await some();
				if (!told && random() < 0.02) throw new Error("died");
			};
			const hears = [
				await startPod(some, 300),
				await startPod(some, 300),
				await startPod(() => pods.length > 2 && dies(), 300),
			];
			const one = () => hears[Math.floor(random() * hears.length)]!;
			const insist = async (fact: OrderFact): Promise<void> => {
				await some();
				await one()
					.fold(fact)
					.catch(() => insist(fact));
			};
			const facts = Array.from({ length: 12 }, (_, number) => story(round * 100 + number)).flat();
			const rebuilding = (async () => {
				while (!told) {
					const reads = async function* () {
						for await (const fact of history()) {
							await some();
							if (random() < 0.01) throw new Error("died");
							yield fact;
						}
					};
					await one()
						.rebuild(reads)
						.catch(() => undefined);
				}
			})();
			for (let left = facts; left.length > 0;) {
				const now = left.slice(0, 6).sort(() => random() - 0.5);
				left = left.slice(6);
				log.push(...now);
				await Promise.all([...now, ...now.filter(() => random() < 0.5)].map(insist));
			}
			told = true;
			await rebuilding;

			const fresh = new Map<string, OrderView>();
			for (const fact of log) {
				const { orderId } = fact.data;
				fresh.set(orderId, fold(fresh.get(orderId), fact)?.state ?? fresh.get(orderId)!);
			}
			for (const pod of hears) {
				for (const [orderId, view] of fresh) expect(await orderOn(pod, orderId)).toMatchObject(view);
			}
			for (const customerId of CUSTOMERS) {
				const events = await eventsOf(customerId);
				const last = (await hears[0]!.feeds.load(customerId))!.last;
				const toldTo = log.filter(({ data }) => data.customerId === customerId);
				expect(last).toBe(toldTo.length);
				expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => last - events.length + index + 1));
				expect(new Set(events.map(({ factId }) => factId)).size).toBe(events.length);
			}
			await Promise.all(pods.splice(0).map((pod) => pod.close()));
		}
	});

	describe("while one of them rebuilds it", () => {
		it("takes in what another hears meanwhile, and what it hears from one who was never told", async () => {
			const [a, b, c] = [await startPod(), await startPod(), await startPod()];
			await tell(a, placed(0));
			const rebuilt = await a.rebuild(async function* () {
				yield* history();
				await tell(b, placed(1));
			});
			expect(rebuilt).toEqual({ orders: 2, facts: 1 });
			await tell(c, placed(2));
			for (const pod of [a, b, c]) expect(await ordersOn(pod)).toEqual(["o0", "o1", "o2"]);
			expect(new Set(await Promise.all([a, b, c].map(generationOn))).size).toBe(1);
			await eventually(async () => (await storedGenerations()).length === 1);
		});

		it("takes in what another was about to write to the view before it", async () => {
			const gate = new Gate();
			const a = await startPod();
			const b = await startPod((operation, collection) =>
				operation === "save" && collection === "orders" ? gate.pass() : undefined,
			);
			let slow: Promise<unknown> | undefined;
			await a.rebuild(async function* () {
				yield* history();
				slow = tell(b, placed(7));
				await eventually(() => gate.reached);
			});
			gate.open();
			await slow;
			expect(await ordersOn(a)).toEqual(["o7"]);
		});

		it("refuses a second rebuild, also at the same moment", async () => {
			const [a, b] = [await startPod(), await startPod()];
			await tell(a, placed(0));
			const gate = new Gate();
			const slowly = async function* () {
				await gate.pass();
				yield* history();
			};
			const both = [a.rebuild(slowly), b.rebuild(slowly)];
			const refused = { type: "REBUILD_RUNNING", code: 409 };
			await expect(Promise.race(both)).rejects.toMatchObject(refused);
			await expect(b.rebuild(history)).rejects.toMatchObject(refused);
			gate.open();
			const ends = await Promise.allSettled(both);
			expect(ends).toContainEqual({ status: "fulfilled", value: { orders: 1, facts: 1 } });
			expect(await a.rebuild(history)).toEqual({ orders: 1, facts: 1 });
		});

		it("reads again what was read from a view that is shown no more", async () => {
			const [a, b] = [await startPod(), await startPod()];
			await tell(a, placed(0));
			const seen: string[][] = [];
			const page = await b.read(async ({ orders }) => {
				if (seen.length === 0) {
					await a.rebuild(history);
					await eventually(async () => (await storedGenerations()).length === 1);
				}
				const found: string[] = [];
				for await (const { _id } of orders.all()) found.push(_id);
				seen.push(found);
				return found;
			});
			expect(seen).toEqual([[], ["o0"]]);
			expect(page).toEqual(["o0"]);
		});
	});

	describe("when a rebuild", () => {
		it("stands still, lets another pod rebuild it, and does not let the first go on when it wakes", async () => {
			// The first has no reason to look whether it was taken for dead, before it shows what it has.
			const [a, b] = [await startPod(), await startPod(undefined, 100)];
			for (let number = 0; number < 100; number++) await tell(a, placed(number));
			const gate = new Gate();
			const frozen = a.rebuild(async function* () {
				yield* [...log].slice(0, 80);
				await gate.pass();
			});
			await eventually(() => gate.reached);
			const rebuilt = await eventually(() => b.rebuild(history).catch(() => undefined));
			expect(rebuilt).toEqual({ orders: 100, facts: 100 });
			const shown = await generationOn(b);
			gate.open();
			await expect(frozen).rejects.toMatchObject({ type: "REBUILD_RUNNING" });
			expect(await ordersOn(a)).toHaveLength(100);
			expect(await generationOn(a)).toBe(shown);
			await eventually(async () => (await storedGenerations()).join() === shown);
		});

		it("is not taken for dead while it goes on, however slowly", async () => {
			const [a, b] = [await startPod(undefined, 600), await startPod(undefined, 600)];
			for (let number = 0; number < 100; number++) await tell(a, placed(number));
			const begun = performance.now();
			const slow = a.rebuild(async function* () {
				for (let piece = 1; piece <= 12; piece++) {
					yield* [...log].slice(0, 64);
					await eventually(() => performance.now() > begun + piece * 150);
				}
				yield* history();
			});
			expect(await slow).toMatchObject({ orders: 100 });
			expect(await ordersOn(b)).toHaveLength(100);
		});

		it("is dead, takes its flag down and removes what there is of it", async () => {
			let dead = false;
			const a = await startPod(() => dead && Promise.reject(new Error("dead")));
			const b = await startPod(undefined, 100);
			for (let number = 0; number < 100; number++) await tell(a, placed(number));
			const killed = a.rebuild(async function* () {
				yield* history();
				dead = true;
			});
			await expect(killed).rejects.toThrow("dead");
			expect(await storedGenerations()).toHaveLength(2);
			await eventually(async () => (await storedGenerations()).length === 1);
			expect(await ordersOn(b)).toHaveLength(100);
			const [shown] = [await store.collection<InGeneration>("shown").load("shown")];
			expect(shown).toEqual({ _id: "shown", rev: expect.any(Number), generation: await generationOn(b) });
		});
	});

	it("is not harmed by one who was frozen while it removed an old view, and goes on", async () => {
		const gate = new Gate();
		const a = await startPod((operation) => (operation === "remove" ? gate.pass() : undefined));
		const b = await startPod();
		for (let number = 0; number < 100; number++) await tell(a, placed(number));
		await a.rebuild(history);
		await eventually(() => gate.reached);
		await b.rebuild(history);
		await b.rebuild(history);
		const late = b.rebuild(async function* () {
			yield* history();
			gate.open();
			for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
		});
		expect(await late).toEqual({ orders: 100, facts: 100 });
		await eventually(async () => (await storedGenerations()).length === 1);
		for (const pod of [a, b]) expect(await ordersOn(pod)).toHaveLength(100);
	});

	it("tells an event once where the pod that folded its fact died before it was in the feed", async () => {
		let dies = false;
		const a = await startPod((operation, collection) =>
			dies && operation === "save" && collection === "feeds" ? Promise.reject(new Error("died")) : undefined,
		);
		const b = await startPod();
		const first = story(0, "alice");
		const long = Array.from({ length: 60 }, (_, number) => story(number + 1, "alice")).flat();
		for (const facts of [first, long, story(61, "alice")]) {
			const last = facts.pop()!;
			for (const fact of facts) await tell(a, fact);
			dies = true;
			await expect(tell(a, last)).rejects.toThrow("died");
			dies = false;
			const before = await eventsOf("alice");
			expect(before.map(({ factId }) => factId)).not.toContain(last.id);
			await b.fold(last);
			await a.fold(last);
			const after = await eventsOf("alice");
			expect(after.at(-1)).toMatchObject({ factId: last.id, number: before.at(-1)!.number + 1 });
		}
		expect((await a.feeds.load("alice"))!.last).toBe(4 * 62);
		await b.fold(placed(0, "alice"));
		expect((await a.feeds.load("alice"))!.last).toBe(4 * 62);
	});

	it("tells what it hears for the first time when a rebuild had it already", async () => {
		const [a, b] = [await startPod(), await startPod()];
		log.push(...story(0, "alice"));
		await a.rebuild(history);
		for (const fact of log) await b.fold(fact);
		expect((await eventsOf("alice")).map(({ factId }) => factId)).toEqual(log.map(({ id }) => id));
	});

	it("has one feed for those who ask any of them", async () => {
		const openStore = () => store;
		const start = () => startShop({ SERVICES: "customer" }, { openStore });
		const [a, b] = [await start(), await start()];
		const feed = (broker = a, after?: string) =>
			broker.call<Feed, object>("customer.feed", { customerId: "alice", limit: 100, ...(after && { after }) });
		try {
			const { last } = await feed(b);
			await shopOf(a).carrier.publish(story(0, "alice"));
			await eventually(async () => (await feed(b, last)).events.length === 4);
			expect(await feed(b, last)).toEqual(await feed(a, last));
			await a.call<Rebuilt>("customer.rebuild");
			expect(await feed(b, last)).toMatchObject({ reset: true, events: [] });
			const { orders } = await b.call<MyPage, object>("customer.mypage", { customerId: "alice" });
			expect(orders).toMatchObject([{ id: "o0", status: "completed" }]);
		} finally {
			await Promise.all([a.stop(), b.stop()]);
		}
		// Whoever stopped first has disconnected the store.
		await store.connect();
	});
});
