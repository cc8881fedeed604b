import type { ServiceBroker } from "moleculer";
import type { Feed, MyPage, Rebuilt } from "../../services/customer/customer.schemas";
import type { CloudEvent } from "../../shared/events/event";
import type { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { serviceFile } from "../../shop";
import { anEvent, bigItems, secondsIn } from "../support/events/builders";
import { eventually, startShop, TestClock } from "../support/world";
import { shopOf } from "../../service-context";

const HOUR = 3_600_000;
const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const card = { brand: "visa", last4: "4242" };

/** An event published `second` seconds after midnight. */
function event(type: string, subject: string, sequence: number, second: number, data: object): CloudEvent {
	return anEvent(type, subject, sequence, data, { time: secondsIn(second) });
}

/** An order's events: placed at `second`, a declined card, a payment, cancelled, refunded. */
function story(orderId: string, second = 0, customerId = "alice"): CloudEvent[] {
	const ids = { orderId, customerId };
	const attempt = (paymentId: string) => ({ ...ids, paymentId, amount: total, card });
	const [first, paid] = [`${orderId}-pay1`, `${orderId}-pay2`];
	const cancelled = {
		...ids,
		items,
		total,
		cancelledBy: "customer",
		reason: "too much",
		payment: { paymentId: paid, card },
	};
	return [
		event("order.placed", orderId, 1, second, { ...ids, items, total }),
		event("payment.declined", first, 1, second + 1, { ...attempt(first), code: "CARD_DECLINED" }),
		event("payment.approved", paid, 1, second + 2, attempt(paid)),
		event("order.completed", orderId, 2, second + 3, { ...ids, paymentId: paid, total }),
		event("order.cancelled", orderId, 3, second + 4, cancelled),
		event("payment.refunded", paid, 2, second + 5, attempt(paid)),
	];
}
const placed = (orderId: string, second = 0, customerId?: string) => story(orderId, second, customerId)[0]!;

const product = (id: string, second: number) => {
	const addedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
	return event("product.added", id, 1, second, { productId: id, name: id, price: total, available: 9, addedAt });
};

/** The largest message of NATS, without room for what surrounds an answer. */
const MESSAGE_BYTES = 1024 * 1024 - 10 * 1024;

describe("my page", () => {
	let broker: ServiceBroker;
	let clock: TestClock;
	const mypage = (params: object = {}) =>
		broker.call<MyPage, object>("customer.mypage", { customerId: "alice", ...params });
	const feed = (after?: string, limit = 100) =>
		broker.call<Feed, object>("customer.feed", { customerId: "alice", limit, ...(after !== undefined && { after }) });
	const rebuild = () => broker.call<Rebuilt>("customer.rebuild");

	async function publish(events: CloudEvent[]): Promise<void> {
		const { bus } = shopOf(broker);
		await bus.publish(events);
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
	}
	/** Gives the service events that it has handled before: the bus would deliver each only once. */
	async function handleAgain(events: CloudEvent[]): Promise<void> {
		for (const one of events) await broker.emit(one.type, one);
	}
	async function restart(): Promise<void> {
		await broker.destroyService(broker.services.find(({ name }) => name === "customer")!);
		broker.loadService(serviceFile("customer"));
		await broker.waitForServices("customer");
	}

	beforeEach(async () => {
		clock = new TestClock();
		broker = await startShop({ SERVICES: "customer" }, { clock });
	});
	afterEach(() => broker.stop());

	it("is empty for an unknown customer", async () => {
		const cart = { customerId: "alice", items: [], total: { amount: 0, currency: "KRW" }, count: 0, next: null };
		expect(await mypage()).toEqual({ customerId: "alice", cart, orders: [], next: null, products: [] });
	});

	it("shows a placed order in cart and orders, and no order of another customer", async () => {
		await publish([placed("o1"), placed("o2", 0, "bob")]);
		const page = await mypage();
		const waiting = [{ orderId: "o1", items, total }];
		expect(page.cart).toEqual({ customerId: "alice", items: waiting, total, count: 1, next: null });
		const time = "2026-01-01T00:00:00.000Z";
		const order = {
			id: "o1",
			customerId: "alice",
			status: "placed",
			items,
			total,
			createdAt: time,
			updatedAt: time,
			expiresAt: "2026-01-01T00:30:00.000Z",
			version: 1,
		};
		expect(page.orders).toEqual([{ ...order, timeline: [{ at: time, type: "order.placed" }] }]);
	});

	it("is made once until one of its orders or products changes", async () => {
		await publish([product("p1", 0), placed("o1"), placed("o2", 0, "bob")]);
		const first = await mypage();
		expect(await mypage()).toBe(first);
		expect(await mypage({ limit: 1 })).not.toBe(first);

		await publish([placed("o3", 1, "bob")]);
		expect(await mypage()).toBe(first);
		await publish(story("o1").slice(1, 4));
		const paid = await mypage();
		expect(paid.orders).toMatchObject([{ id: "o1", status: "completed" }]);
		expect(await mypage()).toBe(paid);
		await publish([product("p2", 1)]);
		expect((await mypage()).products.map(({ id }) => id)).toEqual(["p2", "p1"]);
		expect(first.orders).toMatchObject([{ id: "o1", status: "placed" }]);
	});

	it("is the same in whatever order and however often its events are handled", async () => {
		const events = story("o1");
		await publish(events);
		const inOrder = await mypage();
		expect(inOrder.cart.items).toEqual([]);
		expect(inOrder.orders[0]).toMatchObject({
			status: "cancelled",
			cancelledBy: "customer",
			reason: "too much",
			version: 3,
			payment: { id: "o1-pay2", status: "refunded", card },
			cancellation: { orderId: "o1", refund: { status: "refunded", amount: total } },
		});
		await handleAgain([...events, ...events]);
		expect(await mypage()).toEqual(inOrder);
		await publish(story("o2").reverse());
		const renamed = JSON.stringify((await mypage()).orders.find(({ id }) => id === "o2")).replaceAll("o2", "o1");
		expect(renamed).toBe(JSON.stringify(inOrder.orders[0]));
	});

	it("pages orders newest first, also over a rebuild", async () => {
		await publish([1, 4, 2, 5, 3].map((second) => placed(`o${second}`, second)));
		const first = await mypage({ limit: 2 });
		await rebuild();
		const second = await mypage({ limit: 2, cursor: first.next });
		const third = await mypage({ limit: 2, cursor: second.next });
		expect([first, second, third].map(({ orders }) => orders.map(({ id }) => id))).toEqual([
			["o5", "o4"],
			["o3", "o2"],
			["o1"],
		]);
		expect(third.next).toBeNull();
	});

	it("fits into one message of NATS, however big its orders are, and shows all of them page by page", async () => {
		const placedBig = (number: number) => {
			const one = placed(`o${number}`, number);
			return { ...one, data: { ...(one.data as object), items: bigItems() } };
		};
		const begun = await feed();
		await publish(Array.from({ length: 25 }, (_, number) => placedBig(number)));
		const seen: string[] = [];
		for (let cursor: string | null = null; ;) {
			const shown: MyPage = await mypage({ limit: 100, ...(cursor && { cursor }) });
			expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(MESSAGE_BYTES);
			expect(shown.cart).toMatchObject({ count: 25, total: { amount: 25 * total.amount, currency: "KRW" } });
			expect(shown.cart.items[0]!.orderId).toBe("o24");
			expect(shown.cart.next).not.toBeNull();
			seen.push(...shown.orders.map(({ id }) => id));
			cursor = shown.next;
			if (cursor === null) break;
		}
		expect(seen).toEqual(Array.from({ length: 25 }, (_, number) => `o${24 - number}`));

		const inFeed: string[] = [];
		for (let after = begun.last; ;) {
			const answer: Feed = await feed(after);
			expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MESSAGE_BYTES);
			inFeed.push(...answer.events.map(({ order }) => order.id));
			if (!answer.more) break;
			after = answer.last;
		}
		expect(inFeed).toEqual([...seen].reverse());
	});

	it("shows the newest 20 products with what can still be ordered", async () => {
		const products = Array.from({ length: 22 }, (_, index) => product(`p${index}`, index));
		const moved = { productId: "p21", orderId: "o1", quantity: 2, complete: true };
		const reserved = event("stock.reserved", "p21", 3, 90, { ...moved, available: 5 });
		const reservedBefore = event("stock.reserved", "p21", 2, 80, { ...moved, available: 7 });
		await publish([reserved, ...products, reservedBefore]);
		const page = await mypage();
		expect(page.products).toHaveLength(20);
		expect(page.products[0]).toEqual({ id: "p21", name: "p21", price: total, stock: 5, version: 3 });
		expect(page.products.at(-1)!.id).toBe("p2");
	});

	describe("as a feed", () => {
		it("begins with the next event", async () => {
			await publish([placed("o1")]);
			const start = await feed();
			expect(start).toEqual({ events: [], last: expect.any(String) });
			await publish([placed("o2")]);
			const next = await feed(start.last);
			expect(next.events.map(({ type, order }) => [type, order.id, order.status])).toEqual([
				["order.placed", "o2", "placed"],
			]);
		});

		it("continues after any event with exactly the later ones, also in small pages and after a restart", async () => {
			const start = await feed();
			for (const one of [...story("o1"), placed("o2", 60), placed("b1", 60, "bob")]) await publish([one]);
			const { events } = await feed(start.last);
			expect(events.map(({ type }) => type)).toEqual([...story("o1").map(({ type }) => type), "order.placed"]);
			expect(events.every(({ order }) => order.id === "o2" || order.status === "cancelled")).toBe(true);
			await restart();
			for (const [index, { id }] of events.entries()) {
				expect((await feed(id)).events.map((event) => event.id)).toEqual(
					events.slice(index + 1).map((event) => event.id),
				);
			}
			const pieces: string[] = [];
			for (let after = start.last; ;) {
				const piece = await feed(after, 2);
				if (piece.events.length === 0) break;
				pieces.push(...piece.events.map(({ id }) => id));
				after = piece.last;
			}
			expect(pieces).toEqual(events.map(({ id }) => id));
		});

		it("leaves no event out while many orders change at once", async () => {
			const orders = Array.from({ length: 30 }, (_, index) => `o${index}`);
			let { last } = await feed();
			const seen: string[] = [];
			const events = orders.flatMap((orderId) => story(orderId)).sort((a, b) => a.id.localeCompare(b.id));
			const publishing = publish(events);
			await eventually(async () => {
				const next = await feed(last, 7);
				seen.push(...next.events.map(({ type, order }) => `${order.id} ${type}`));
				last = next.last;
				return seen.length >= events.length;
			});
			await publishing;
			expect((await feed(last)).events).toEqual([]);
			expect([...seen].sort()).toEqual(orders.flatMap((id) => story(id).map(({ type }) => `${id} ${type}`)).sort());
		});

		it("has an id before its first event, from which it can be read", async () => {
			const begun = await feed();
			expect(begun).toEqual({ events: [], last: expect.stringMatching(/^.+-0$/) });
			expect(await feed(begun.last)).toEqual(begun);
			await publish([placed("o1"), placed("o2", 1)]);
			const { events, last } = await feed(begun.last);
			expect(events.map(({ order }) => order.id)).toEqual(["o1", "o2"]);
			expect(last).toMatch(/^.+-2$/);
			expect(await feed()).toEqual({ events: [], last });
		});

		it("is removed a day after it was read last; a client that comes back later gets a reset", async () => {
			const begun = await feed();
			await publish([placed("o1")]);
			clock.advance(24 * HOUR);
			const { last } = await feed(begun.last);
			clock.advance(24 * HOUR);
			expect(await feed(last)).toEqual({ events: [], last });
			const { adapter } = broker.getLocalService("customer") as unknown as { adapter: StoreAdapter };
			const feeds = adapter.collection("liveFeeds");
			expect(await feeds.load("alice")).toBeDefined();
			clock.advance(31 * HOUR);
			await eventually(async () => (await feeds.load("alice")) === undefined);
			expect(await feed(last)).toMatchObject({ events: [], reset: true });
		});

		it("answers an unknown id with a reset and its latest id", async () => {
			const begun = await feed("other-1");
			expect(begun).toEqual({ events: [], reset: true, last: expect.stringMatching(/-0$/) });
			await publish([placed("o1")]);
			const { last } = await feed();
			const [feedId] = last.split(/-(?=[0-9]+$)/);
			const unknown = [
				"",
				"nonsense",
				"1",
				"0",
				`${feedId}-`,
				`${feedId}-2`,
				`${feedId}-8999999999999999`,
				`${feedId}--1`,
				`other-1`,
			];
			for (const id of unknown) expect(await feed(id)).toEqual({ events: [], reset: true, last });
			expect(await feed(last)).toEqual({ events: [], last });
		});

		it("answers with a reset where a client missed more events than it keeps", async () => {
			const start = await feed();
			await publish(Array.from({ length: 201 }, (_, index) => placed(`o${index}`, index)));
			const reset = await feed(start.last);
			expect(reset).toMatchObject({ events: [], reset: true });
			await publish([placed("later", 300)]);
			expect((await feed(reset.last)).events.map(({ order }) => order.id)).toEqual(["later"]);
		});

		it("gets no event twice, even when it is handled again days later", async () => {
			const begun = await feed();
			const events = Array.from({ length: 40 }, (_, index) => story(`o${index}`, index * 10)).flat();
			await publish(events);
			const { last } = await feed();
			expect(last).not.toBe(begun.last);
			await handleAgain(events);
			expect(await feed(last)).toEqual({ events: [], last });
			expect(await feed()).toEqual({ events: [], last });
		});

		it("wakes the streams of its customer", async () => {
			const woken: unknown[] = [];
			const handler = ({ params }: { params: unknown }) => void woken.push(params);
			broker.createService({ name: "gateway", events: { "customer.changed": handler } });
			await feed();
			await publish([placed("o1")]);
			await eventually(() => woken.length > 0);
			expect(woken).toEqual([{ customerId: "alice" }]);
		});
	});

	describe("in a rebuild", () => {
		const orders = Array.from({ length: 200 }, (_, index) => `o${index}`);
		const events = [
			...orders.flatMap((id, index) => story(id, index)),
			...orders.map((id, index) => product(id, index)),
		];

		it("stays as it is where it is correct, and the rebuild counts orders and events", async () => {
			await publish(events);
			const before = await mypage({ limit: 100 });
			expect(await rebuild()).toEqual({ orders: 200, events: 1_400, changed: 0, ms: expect.any(Number) });
			expect(JSON.stringify(await mypage({ limit: 100 }))).toBe(JSON.stringify(before));
			await restart();
			expect(JSON.stringify(await mypage({ limit: 100 }))).toBe(JSON.stringify(before));
		});

		it("can be read all the time, never gets smaller, and loses no event that comes in meanwhile", async () => {
			await publish(events);
			const rebuilt = Promise.all([rebuild(), rebuild()]);
			let done = false;
			let count = 0;
			const publishing = (async () => {
				for (; !done && count < 500; count++) await publish([placed(`new${count}`, 1_000 + count)]);
			})();
			const reading = (async () => {
				while (!done) {
					const page = await mypage({ limit: 100 });
					expect([page.orders.length, page.products.length]).toEqual([100, 20]);
					await new Promise(setImmediate);
				}
			})();
			for (const one of await rebuilt) expect(one.orders).toBeGreaterThanOrEqual(200);
			done = true;
			await Promise.all([publishing, reading]);
			expect(count).toBeGreaterThan(0);
			expect((await mypage()).cart.count).toBe(count);
		});

		it("leaves out an event of the history that does not match its schema", async () => {
			await publish([placed("o1")]);
			const { bus } = shopOf(broker);
			const { history } = bus;
			jest.spyOn(bus, "history").mockImplementationOnce(async function* (types) {
				yield event("order.placed", "o2", 1, 0, { orderId: "o2" });
				yield* history.call(bus, types);
			});
			expect(await rebuild()).toMatchObject({ orders: 1, events: 1, changed: 0 });
			expect((await mypage()).orders.map(({ id }) => id)).toEqual(["o1"]);
		});

		it("stays as it is when the rebuild fails", async () => {
			await publish(events);
			const before = await mypage({ limit: 100 });
			const shop = shopOf(broker);
			const { history } = shop.bus;
			jest.spyOn(shop.bus, "history").mockImplementationOnce(async function* (types) {
				let given = 0;
				for await (const one of history.call(shop.bus, types)) {
					if (given++ === 500) throw new Error("killed");
					yield one;
				}
			});
			await expect(rebuild()).rejects.toThrow("killed");
			expect(await mypage({ limit: 100 })).toEqual(before);
			await publish([placed("late", 2_000)]);
			expect((await mypage()).orders[0]!.id).toBe("late");
			expect(await rebuild()).toMatchObject({ orders: 201 });
		});
	});
});
