import type { InGeneration } from "../../services/customer/customer.generations";
import { fold, type OrderEvent, type OrderView } from "../../services/customer/customer.rules";
import type { Shown } from "../../services/customer/customer.shown";
import type { Views } from "../../services/customer/customer.views";
import { busy } from "../../shared/domain/refusals";
import { SEED, seededRandom } from "../support/customer";
import { CUSTOMERS, Gate, PagePods, placed, story } from "../support/page-pods";
import { eventually } from "../support/world";

describe("my page on several pods", () => {
	let pods: PagePods;
	beforeEach(async () => {
		pods = await PagePods.open();
	});
	afterEach(() => pods.close());

	const orderOn = (pod: Views, orderId: string) => pod.read(({ orders }) => orders.load(orderId));
	const ordersOn = (pod: Views) =>
		pod.read(async ({ orders }) => {
			const found: string[] = [];
			for await (const { _id } of orders.all()) found.push(_id);
			return found.sort();
		});
	const generationOn = (pod: Views) => pod.read(async ({ generation }) => generation);

	it("that start on an empty store at the same time shows one view", async () => {
		const [a, b, c] = await Promise.all([pods.start(), pods.start(), pods.start()]);
		await pods.tell(a!, placed(0));
		expect(await ordersOn(b!)).toEqual(["o0"]);
		expect(await ordersOn(c!)).toEqual(["o0"]);
	});

	it("is waited for while the store is away at the start", async () => {
		const away = [busy("STORE_UNAVAILABLE", "away"), busy("STORE_UNAVAILABLE", "still away")];
		const pod = await pods.start(() => {
			const reason = away.shift();
			if (reason) throw reason;
		});
		await pods.tell(pod, placed(0));
		expect(await ordersOn(pod)).toEqual(["o0"]);
	});

	it("keeps what is shown where a pod has seen another view that a killed database then lost", async () => {
		const pod = await pods.start();
		await pods.tell(pod, placed(0));
		const documents = pods.store.collection<Shown>("shown");
		const kept = (await documents.load("shown"))!;
		const lost = (await documents.save({ _id: "shown", generation: "lost" }, kept))!;
		let isLost = false;
		const lose = async (operation: string, collection: string) => {
			if (isLost || operation !== "save" || collection !== "shown") return;
			isLost = true;
			await documents.save({ _id: "shown", generation: kept.generation }, lost);
		};
		const misled = await pods.start(lose, 100);
		await eventually(() => isLost);
		await misled.close();
		expect(await ordersOn(pod)).toEqual(["o0"]);
	});

	it("is rebuilt also where what a rebuild left is being removed at that moment", async () => {
		const documents = pods.store.collection<Shown>("shown");
		let isWritten = false;
		const pod = await pods.start(async (operation, collection) => {
			const now = operation === "save" && collection === "shown" && (await documents.load("shown"));
			if (isWritten || !now) return;
			isWritten = true;
			await documents.save(now, now);
		});
		await pods.tell(pod, placed(0));
		expect(await pod.rebuild(pods.history)).toMatchObject({ orders: 1, events: 1 });
		expect(isWritten).toBe(true);
	});

	it(`misses and repeats nothing, whoever hears what, while it is rebuilt and rebuilds die (SEED=${SEED})`, async () => {
		for (let round = 0; round < 8; round++) {
			const random = seededRandom(SEED + round);
			const some = async () => {
				for (let queue = Math.floor(random() * 4); queue > 0; queue--) await new Promise(setImmediate);
			};
			let told = false;
			const dies = async () => {
				await some();
				if (!told && random() < 0.02) throw new Error("died");
			};
			const hears = [
				await pods.start(some, 300),
				await pods.start(some, 300),
				await pods.start(() => pods.started.length > 2 && dies(), 300),
			];
			const one = () => hears[Math.floor(random() * hears.length)]!;
			const insist = async (event: OrderEvent): Promise<void> => {
				await some();
				await one()
					.fold(event)
					.catch(() => insist(event));
			};
			const events = Array.from({ length: 12 }, (_, number) => story(round * 100 + number)).flat();
			const rebuilding = (async () => {
				while (!told) {
					const reads = async function* () {
						for await (const event of pods.history()) {
							await some();
							if (random() < 0.01) throw new Error("died");
							yield event;
						}
					};
					await one()
						.rebuild(reads)
						.catch(() => undefined);
				}
			})();
			for (let left = events; left.length > 0;) {
				const now = left.slice(0, 6).sort(() => random() - 0.5);
				left = left.slice(6);
				pods.log.push(...now);
				await Promise.all([...now, ...now.filter(() => random() < 0.5)].map(insist));
			}
			told = true;
			await rebuilding;

			const fresh = new Map<string, OrderView>();
			for (const event of pods.log) {
				const { orderId } = event.data;
				fresh.set(orderId, fold(fresh.get(orderId), event)?.state ?? fresh.get(orderId)!);
			}
			for (const pod of hears) {
				for (const [orderId, view] of fresh) expect(await orderOn(pod, orderId)).toMatchObject(view);
			}
			for (const customerId of CUSTOMERS) {
				const events = await pods.eventsOf(customerId);
				const last = (await hears[0]!.feeds.load(customerId))!.last;
				const toldTo = pods.log.filter(({ data }) => data.customerId === customerId);
				expect(last).toBe(toldTo.length);
				expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => last - events.length + index + 1));
				expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
			}
			await Promise.all(pods.started.splice(0).map((pod) => pod.close()));
		}
	});

	describe("while one of them rebuilds it", () => {
		it("takes in what another hears meanwhile, and what it hears from one who was never told", async () => {
			const [a, b, c] = [await pods.start(), await pods.start(), await pods.start()];
			await pods.tell(a, placed(0));
			const rebuilt = await a.rebuild(async function* () {
				yield* pods.history();
				await pods.tell(b, placed(1));
			});
			expect(rebuilt).toEqual({ orders: 2, events: 1 });
			await pods.tell(c, placed(2));
			for (const pod of [a, b, c]) expect(await ordersOn(pod)).toEqual(["o0", "o1", "o2"]);
			expect(new Set(await Promise.all([a, b, c].map(generationOn))).size).toBe(1);
			await eventually(async () => (await pods.storedGenerations()).length === 1);
		});

		it("takes in what another was about to write to the view before it", async () => {
			const gate = new Gate();
			const a = await pods.start();
			const b = await pods.start((operation, collection) =>
				operation === "save" && collection === "orders" ? gate.pass() : undefined,
			);
			let slow: Promise<unknown> | undefined;
			await a.rebuild(async function* () {
				yield* pods.history();
				slow = pods.tell(b, placed(7));
				await eventually(() => gate.reached);
			});
			gate.open();
			await slow;
			expect(await ordersOn(a)).toEqual(["o7"]);
		});

		it("refuses a second rebuild, also at the same moment", async () => {
			const [a, b] = [await pods.start(), await pods.start()];
			await pods.tell(a, placed(0));
			const gate = new Gate();
			const slowly = async function* () {
				await gate.pass();
				yield* pods.history();
			};
			const both = [a.rebuild(slowly), b.rebuild(slowly)];
			const refused = { type: "REBUILD_RUNNING", code: 409 };
			await expect(Promise.race(both)).rejects.toMatchObject(refused);
			await expect(b.rebuild(pods.history)).rejects.toMatchObject(refused);
			gate.open();
			const ends = await Promise.allSettled(both);
			expect(ends).toContainEqual({ status: "fulfilled", value: { orders: 1, events: 1 } });
			expect(await a.rebuild(pods.history)).toEqual({ orders: 1, events: 1 });
		});

		it("reads again what was read from a view that is shown no more", async () => {
			const [a, b] = [await pods.start(), await pods.start()];
			await pods.tell(a, placed(0));
			const seen: string[][] = [];
			const page = await b.read(async ({ orders }) => {
				if (seen.length === 0) {
					await a.rebuild(pods.history);
					await eventually(async () => (await pods.storedGenerations()).length === 1);
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
			const [a, b] = [await pods.start(), await pods.start(undefined, 100)];
			for (let number = 0; number < 100; number++) await pods.tell(a, placed(number));
			const gate = new Gate();
			const frozen = a.rebuild(async function* () {
				yield* [...pods.log].slice(0, 80);
				await gate.pass();
			});
			await eventually(() => gate.reached);
			const rebuilt = await eventually(() => b.rebuild(pods.history).catch(() => undefined));
			expect(rebuilt).toEqual({ orders: 100, events: 100 });
			const shown = await generationOn(b);
			gate.open();
			await expect(frozen).rejects.toMatchObject({ type: "REBUILD_RUNNING" });
			expect(await ordersOn(a)).toHaveLength(100);
			expect(await generationOn(a)).toBe(shown);
			await eventually(async () => (await pods.storedGenerations()).join() === shown);
		});

		it("is not taken for dead while it goes on, however slowly", async () => {
			const [a, b] = [await pods.start(undefined, 600), await pods.start(undefined, 600)];
			for (let number = 0; number < 100; number++) await pods.tell(a, placed(number));
			const begun = performance.now();
			const slow = a.rebuild(async function* () {
				for (let piece = 1; piece <= 12; piece++) {
					yield* [...pods.log].slice(0, 64);
					await eventually(() => performance.now() > begun + piece * 150);
				}
				yield* pods.history();
			});
			expect(await slow).toMatchObject({ orders: 100 });
			expect(await ordersOn(b)).toHaveLength(100);
		});

		it("is dead, takes its flag down and removes what there is of it", async () => {
			let dead = false;
			const a = await pods.start(() => dead && Promise.reject(new Error("dead")));
			const b = await pods.start(undefined, 100);
			for (let number = 0; number < 100; number++) await pods.tell(a, placed(number));
			const killed = a.rebuild(async function* () {
				yield* pods.history();
				dead = true;
			});
			await expect(killed).rejects.toThrow("dead");
			expect(await pods.storedGenerations()).toHaveLength(2);
			await eventually(async () => (await pods.storedGenerations()).length === 1);
			expect(await ordersOn(b)).toHaveLength(100);
			const [shown] = [await pods.store.collection<InGeneration>("shown").load("shown")];
			expect(shown).toEqual({ _id: "shown", rev: expect.any(Number), generation: await generationOn(b) });
		});
	});

	it("is not harmed by one who was frozen while it removed an old view, and goes on", async () => {
		const gate = new Gate();
		const a = await pods.start((operation) => (operation === "remove" ? gate.pass() : undefined));
		const b = await pods.start();
		for (let number = 0; number < 100; number++) await pods.tell(a, placed(number));
		await a.rebuild(pods.history);
		await eventually(() => gate.reached);
		await b.rebuild(pods.history);
		await b.rebuild(pods.history);
		const late = b.rebuild(async function* () {
			yield* pods.history();
			gate.open();
			for (let queue = 0; queue < 50; queue++) await new Promise(setImmediate);
		});
		expect(await late).toEqual({ orders: 100, events: 100 });
		await eventually(async () => (await pods.storedGenerations()).length === 1);
		for (const pod of [a, b]) expect(await ordersOn(pod)).toHaveLength(100);
	});
});
