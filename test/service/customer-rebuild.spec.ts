import { readPage } from "../../services/customer/customer.page";
import { SameAgain } from "../../shared/store/same-again";
import type { PageEvent, PageProcess } from "../../services/customer/customer.process";
import type { GetMyPage } from "../../services/customer/customer.schemas";
import { fold, type OrderEvent, type OrderView, type ProductView } from "../../services/customer/customer.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import { anEvent } from "../support/events/builders";
import { SEED, seededRandom } from "../support/shop/customer";
import { CUSTOMERS, Gate, PageProcesses, placed, story } from "../support/shop/page-processes";
import { eventually } from "../support/world";

let processes: PageProcesses;
beforeEach(async () => {
	processes = await PageProcesses.open();
});
afterEach(() => processes.close());

const nothing = () => undefined;
const SETTINGS = { currency: "KRW", orderExpiresAfterMs: 1_800_000 };
const readMyPage = (process: PageProcess, params: GetMyPage) => readPage(process, params, SETTINGS, new SameAgain());
const pageOf = (process: PageProcess, customerId = "alice") =>
	readMyPage(process, { customerId, limit: 100 }).then(({ orders }) => orders.map(({ id }) => id));

/** Changes a stored document directly, past the shop. */
async function damage<View extends object>(collection: string, id: string, change: Partial<View>): Promise<void> {
	const documents = processes.store.collection<Saved<View>>(collection);
	const found = (await documents.load(id))!;
	await documents.save({ ...found, ...change }, found);
}

describe("a rebuild of my page", () => {
	it("changes nothing where nothing differs", async () => {
		const process = processes.start();
		for (const event of [...story(0), ...story(1)]) await processes.handle(process, event);
		const before = await process.orderViews.load("o0");
		expect(await process.rebuild()).toEqual({ orders: 2, events: 8, changed: 0, ms: expect.any(Number) });
		expect(await process.orderViews.load("o0")).toEqual(before);
	});

	it("adds the events that a view lacks, and adds nothing to the feed", async () => {
		const process = processes.start();
		await process.feedOf("alice");
		processes.log.push(...story(0, "alice"));
		expect(await process.rebuild()).toMatchObject({ orders: 1, events: 4, changed: 1 });
		expect(await pageOf(process)).toEqual(["o0"]);
		expect(await processes.entriesOf("alice")).toEqual([]);
	});

	it("keeps every order on its page where the bus has only its last 20 events", async () => {
		const process = processes.start(nothing, async function* () {
			yield* processes.log.slice(-20);
		});
		for (let number = 0; number < 10; number++) {
			for (const event of story(number, "alice")) await processes.handle(process, event);
		}
		const before = await readMyPage(process, { customerId: "alice" });
		expect(before.orders).toHaveLength(10);
		expect(await process.rebuild()).toMatchObject({ orders: 10, events: 20, changed: 0 });
		expect(await readMyPage(process, { customerId: "alice" })).toEqual(before);
	});

	describe("after a document was damaged in the store", () => {
		it("repairs the index fields of an order, also where the bus no longer has the order's events", async () => {
			const process = processes.start(nothing, () => processes.history());
			await processes.handle(process, placed(0, "alice"));
			for (const event of story(2, "alice")) await processes.handle(process, event);
			const before = await readMyPage(process, { customerId: "alice" });
			await damage<OrderView>("orderViews", "o0", { customerId: "bob", createdAt: 1, cartOf: undefined });
			await damage<OrderView>("orderViews", "o2", { cartOf: "alice", placedAt: 1 });
			expect((await readMyPage(process, { customerId: "alice" })).cart.items).toMatchObject([{ orderId: "o2" }]);
			expect(await pageOf(process, "bob")).toEqual(["o0"]);
			processes.log.splice(0);
			expect(await process.rebuild()).toMatchObject({ orders: 2, events: 0, changed: 2 });
			expect(await readMyPage(process, { customerId: "alice" })).toEqual(before);
			expect(await pageOf(process, "bob")).toEqual([]);
		});

		it("replaces an event of an order's view that differs from the bus's event of the same id", async () => {
			const process = processes.start();
			for (const event of story(0, "alice")) await processes.handle(process, event);
			const before = await process.orderViews.load("o0");
			const [first, ...later] = before!.events as OrderEvent[];
			const wrong = { ...first!, data: { ...first!.data, customerId: "bob" } } as OrderEvent;
			await damage<OrderView>("orderViews", "o0", { events: [wrong, ...later] });
			expect(await process.rebuild()).toMatchObject({ changed: 1 });
			expect((await process.orderViews.load("o0"))!.events).toEqual(before!.events);
		});

		it("repairs a product", async () => {
			const process = processes.start();
			const price = { amount: 100, currency: "KRW" };
			const data = { productId: "p1", name: "Tea", price, available: 9, addedAt: "2026-01-01T00:00:00.000Z" };
			await processes.handle(process, anEvent("product.added", "p1", 1, data) as PageEvent);
			const before = (await readMyPage(process, { customerId: "alice" })).products;
			expect(before).toMatchObject([{ name: "Tea", stock: 9 }]);
			await damage<ProductView>("productViews", "p1", {
				described: { sequence: 1, name: "Coffee", price },
				stock: { sequence: 1, available: 0 },
				addedAt: undefined,
			});
			expect((await readMyPage(process, { customerId: "alice" })).products).toEqual([]);
			expect(await process.rebuild()).toMatchObject({ events: 1, changed: 1 });
			expect((await readMyPage(process, { customerId: "alice" })).products).toEqual(before);
		});
	});

	it("leaves every page whole when it is killed in the middle, and succeeds when it is repeated", async () => {
		let isDead = false;
		const dying = processes.start(
			() => isDead && Promise.reject(new Error("killed")),
			async function* () {
				yield* processes.log.slice(0, 150);
				isDead = true;
				yield* processes.log.slice(150);
			},
		);
		const process = processes.start();
		for (let number = 0; number < 100; number++) await processes.handle(process, placed(number, "alice"));
		const before = await pageOf(process);
		for (let number = 0; number < 100; number++) processes.log.push(...story(number, "alice").slice(1));
		await expect(dying.rebuild()).rejects.toThrow("killed");
		expect(await pageOf(process)).toEqual(before);
		expect(await process.rebuild()).toMatchObject({ orders: 100, events: 400 });
		const { orders } = await readMyPage(process, { customerId: "alice", limit: 100 });
		expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(["completed"]));
	});

	it("ends early when its service stops", async () => {
		const gate = new Gate();
		const process = processes.start(nothing, async function* () {
			for (let number = 0; number < 64; number++) yield placed(number);
			await gate.pass();
			yield placed(64);
		});
		const rebuilding = process.rebuild();
		const ended = expect(rebuilding).rejects.toMatchObject({ type: "SERVICE_STOPPING", code: 503 });
		await eventually(() => gate.reached);
		const stopped = process.stop();
		gate.open();
		await Promise.all([ended, stopped]);
		expect(await processes.storedOrders()).toHaveLength(64);
	});
});

describe("several processes of my page on one store", () => {
	it("show one page when they start at the same time", async () => {
		const [a, b] = [processes.start(), processes.start()];
		await processes.handle(a, placed(0, "alice"));
		await processes.handle(b, placed(2, "alice"));
		expect(await pageOf(a)).toEqual(["o2", "o0"]);
		expect(await pageOf(b)).toEqual(["o2", "o0"]);
	});

	it("lose no event that one process was about to write while another rebuilt", async () => {
		const gate = new Gate();
		const a = processes.start();
		const b = processes.start((operation, collection) =>
			operation === "save" && collection === "orderViews" ? gate.pass() : undefined,
		);
		await processes.handle(a, placed(0, "alice"));
		const slow = b.handle(story(0, "alice")[3]!);
		await eventually(() => gate.reached);
		processes.log.push(...story(0, "alice").slice(1));
		await a.rebuild();
		gate.open();
		await slow;
		const { events } = (await a.orderViews.load("o0"))!;
		expect(events.map(({ id }) => id)).toEqual(story(0, "alice").map(({ id }) => id));
	});

	it("can rebuild at the same time, after which a rebuild changes nothing", async () => {
		const all = [processes.start(), processes.start(), processes.start()];
		for (let number = 0; number < 100; number++) processes.log.push(...story(number));
		const rebuilt = await Promise.all(all.map((process) => process.rebuild()));
		for (const one of rebuilt) expect(one).toMatchObject({ orders: 100, events: 400 });
		expect(await processes.storedOrders()).toHaveLength(100);
		expect(await all[0]!.rebuild()).toMatchObject({ changed: 0 });
	});

	it(`lose and repeat nothing while events come in and rebuilds run and fail (SEED=${SEED})`, async () => {
		for (let round = 0; round < 8; round++) {
			const random = seededRandom(SEED + round);
			const some = async () => {
				for (let turn = Math.floor(random() * 4); turn > 0; turn--) await new Promise(setImmediate);
			};
			let isOver = false;
			const failing = async () => {
				await some();
				if (!isOver && random() < 0.02) throw new Error("failed");
			};
			const slowHistory = async function* () {
				for await (const event of processes.history()) {
					await some();
					if (!isOver && random() < 0.01) throw new Error("failed");
					yield event;
				}
			};
			const all = [
				processes.start(some, slowHistory),
				processes.start(some, slowHistory),
				processes.start(failing, slowHistory),
			];
			await Promise.all(CUSTOMERS.map((customerId) => all[0]!.feedOf(customerId)));
			const one = () => all[Math.floor(random() * all.length)]!;
			const handleAtLast = async (event: OrderEvent): Promise<void> => {
				await some();
				await one()
					.handle(event)
					.catch(() => handleAtLast(event));
			};
			const rebuilding = Array.from({ length: 2 }, async () => {
				while (!isOver) await one().rebuild().catch(nothing);
			});
			const shown = new Map<string, number>();
			const reading = (async () => {
				while (!isOver) {
					for (const customerId of CUSTOMERS) {
						const orders = await pageOf(all[0]!, customerId);
						expect(orders.length).toBeGreaterThanOrEqual(shown.get(customerId) ?? 0);
						shown.set(customerId, orders.length);
					}
					await new Promise(setImmediate);
				}
			})();
			const events = Array.from({ length: 12 }, (_, number) => story(round * 12 + number)).flat();
			for (let left = events; left.length > 0;) {
				const now = left.slice(0, 6).sort(() => random() - 0.5);
				left = left.slice(6);
				processes.log.push(...now);
				await Promise.all([...now, ...now.filter(() => random() < 0.5)].map(handleAtLast));
			}
			isOver = true;
			await Promise.all([...rebuilding, reading]);

			const log = processes.log as OrderEvent[];
			const fresh = new Map<string, OrderView>();
			for (const event of log) {
				const { orderId } = event.data;
				fresh.set(orderId, fold(fresh.get(orderId), event)?.state ?? fresh.get(orderId)!);
			}
			for (const [orderId, view] of fresh) expect(await all[1]!.orderViews.load(orderId)).toMatchObject(view);
			for (const customerId of CUSTOMERS) {
				const entries = await processes.entriesOf(customerId);
				const { last } = (await all[0]!.feeds.load(customerId))!;
				expect(last).toBe(log.filter(({ data }) => data.customerId === customerId).length);
				expect(entries.map(({ number }) => number)).toEqual(
					entries.map((_, index) => last - entries.length + index + 1),
				);
				expect(new Set(entries.map(({ eventId }) => eventId)).size).toBe(entries.length);
			}
			await Promise.all(processes.started.splice(0).map((process) => process.stop()));
		}
	}, 60_000);
});
