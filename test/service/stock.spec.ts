import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import type { Product } from "../../services/product/product.schemas";
import type { Reservation } from "../../services/product/stock.rules";
import type { CloudEvent } from "../../shared/events/event";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import type { Collection, Stored } from "../../shared/store/store";
import { anEvent } from "../support/events/builders";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

const price = { amount: 4_500, currency: "KRW" };

type Goods = Record<string, number>;

function orderEvent(type: "order.placed" | "order.cancelled", orderId: string, goods: Goods, repeat = 0): CloudEvent {
	const items = Object.entries(goods).map(([productId, quantity]) => ({
		productId,
		name: "Tea",
		quantity,
		unitPrice: price,
	}));
	const data = {
		orderId,
		customerId: "alice",
		items,
		total: price,
		...(type === "order.cancelled" && { cancelledBy: "customer" }),
	};
	// The bus keeps one event for each id, so a repeat needs another id to reach the service.
	return anEvent(type, orderId, type === "order.placed" ? 1 : 2, data, { id: `order/${orderId}/${type}/${repeat}` });
}
const placed = (orderId: string, goods: Goods, repeat?: number) => orderEvent("order.placed", orderId, goods, repeat);
const cancelled = (orderId: string, goods: Goods, repeat?: number) =>
	orderEvent("order.cancelled", orderId, goods, repeat);

describe("stock", () => {
	let broker: ServiceBroker;
	/** Writes by collection. */
	let saves: Record<string, number>;
	let store: StoreAdapter;
	let folder: string;

	const add = async (stock: number) =>
		(await broker.call<Product, object>("product.add", { name: "Tea", price, stock })).id;
	const left = async (id: string) => (await broker.call<Product, object>("product.get", { id })).stock;
	const published = async (type: string) => {
		const events: CloudEvent<string, { orderId: string; productId: string; available: number; complete?: boolean }>[] =
			[];
		for await (const event of shopOf(broker).bus.history([type])) events.push(event as (typeof events)[number]);
		return events;
	};
	const reservation = (orderId: string) => store.collection<Reservation>("reservations").load(orderId);
	/** Publishes the events, and waits until product has handled all of them and published its own. */
	const deliver = async (events: CloudEvent[]) => {
		const { bus } = shopOf(broker);
		await bus.publish(events);
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0), 15_000);
		const unsent = () => store.collection("products").query("unsent", { limit: 1 });
		await eventually(async () => (await unsent()).length === 0);
		expect(await bus.deadLetters.list()).toEqual([]);
	};

	beforeEach(async () => {
		saves = {};
		folder = mkdtempSync(join(tmpdir(), "funshop-stock-"));
		broker = await startShop(
			{ SERVICES: "product" },
			{
				openStore(_, collections) {
					const lmdb = new LmdbStore({
						environment: temporaryEnvironment(folder),
						collections,
					});
					return (store = new CountingStore(lmdb, collections));
				},
			},
		);
	});
	afterEach(async () => {
		await broker.stop();
		rmSync(folder, { recursive: true });
	});

	class CountingStore extends StoreAdapter {
		override collection<D extends Stored>(name: string): Collection<D> {
			const collection = super.collection<D>(name);
			const save: Collection<D>["save"] = (next, previous) => {
				saves[name] = (saves[name] ?? 0) + 1;
				return collection.save(next, previous);
			};
			return new Proxy(collection, {
				get: (target, property) => {
					if (property === "save") return save;
					const value: unknown = Reflect.get(target, property);
					return typeof value === "function" ? value.bind(target) : value;
				},
			});
		}
	}

	it("goes to exactly one of 500 buyers of the last unit", async () => {
		const id = await add(1);
		await deliver(Array.from({ length: 500 }, (_, index) => placed(`o${index}`, { [id]: 1 })));
		const reserved = await published("stock.reserved");
		expect(reserved).toMatchObject([{ subject: id, data: { available: 0, complete: true } }]);
		const rejected = (await published("stock.rejected")).map(({ data }) => data.orderId);
		expect(new Set([...rejected, reserved[0]!.data.orderId]).size).toBe(500);
		expect(rejected).toHaveLength(499);
		expect(await left(id)).toBe(0);
	});

	it("holds nothing for an order of three products of which one is short", async () => {
		const ids = [await add(5), await add(5), await add(5)].sort();
		const [first, second, third] = ids as [string, string, string];
		for (const [orderId, short] of [
			["o1", third],
			["o2", second],
			["o3", first],
		] as const) {
			await deliver([placed(orderId, { [first]: 2, [second]: 2, [third]: 2, [short]: 6 })]);
			expect(await Promise.all(ids.map(left))).toEqual([5, 5, 5]);
			expect(await reservation(orderId)).toMatchObject({ status: "rejected" });
		}
		expect((await published("stock.rejected")).map(({ subject }) => subject)).toEqual([third, second, first]);
		expect((await published("stock.reserved")).some(({ data }) => data.complete)).toBe(false);
	});

	it("is held for all three products of an order, and the last event says that the order is complete", async () => {
		const ids = [await add(5), await add(5), await add(5)].sort();
		await deliver([placed("o1", Object.fromEntries(ids.map((id) => [id, 2])))]);
		expect(await Promise.all(ids.map(left))).toEqual([3, 3, 3]);
		const reserved = await published("stock.reserved");
		expect(reserved.map(({ subject, data }) => [subject, data.complete])).toEqual([
			[ids[0], false],
			[ids[1], false],
			[ids[2], true],
		]);
	});

	it("is given back by a cancelled order, once, also when the cancellation comes before the order", async () => {
		const id = await add(5);
		await deliver([placed("o1", { [id]: 2 })]);
		await deliver([cancelled("o1", { [id]: 2 }), cancelled("o1", { [id]: 2 }, 1)]);
		expect(await left(id)).toBe(5);
		await deliver([cancelled("o2", { [id]: 2 })]);
		await deliver([placed("o2", { [id]: 2 })]);
		expect(await left(id)).toBe(5);
		expect((await published("stock.released")).map(({ data }) => data.orderId)).toEqual(["o1"]);
		expect(await reservation("o1")).toMatchObject({ status: "returned" });
		expect(await reservation("o2")).toMatchObject({ status: "void" });
	});

	it("moves once for events that come two to five times, shuffled", async () => {
		const ids = [await add(40), await add(40)];
		const orders = Array.from({ length: 60 }, (_, index) => ({
			orderId: `o${index}`,
			goods: { [ids[0]!]: 1 + (index % 3), ...(index % 2 && { [ids[1]!]: 2 }) } as Goods,
			isCancelled: index % 4 === 0,
		}));
		const events = orders.flatMap(({ orderId, goods, isCancelled }, index) => [
			...Array.from({ length: 2 + (index % 4) }, (_, repeat) => placed(orderId, goods, repeat)),
			...(isCancelled ? Array.from({ length: 2 + (index % 3) }, (_, repeat) => cancelled(orderId, goods, repeat)) : []),
		]);
		// Shuffled, in the same way on every run.
		await deliver(
			events
				.map((event, index) => [(index * 7919) % 1009, event] as const)
				.sort(([a], [b]) => a - b)
				.map(([, event]) => event),
		);

		const held: Goods = {};
		for (const { orderId, goods, isCancelled } of orders) {
			const { status } = (await reservation(orderId))!;
			expect(isCancelled ? ["void", "rejected", "returned"] : ["reserved", "rejected"]).toContain(status);
			if (status !== "reserved") continue;
			for (const [id, quantity] of Object.entries(goods)) held[id] = (held[id] ?? 0) + quantity;
		}
		for (const id of ids) expect(await left(id)).toBe(40 - (held[id] ?? 0));
		for (const type of ["stock.reserved", "stock.rejected", "stock.released"]) {
			const moves = (await published(type)).map(({ data }) => `${data.orderId} ${data.productId}`);
			expect(moves).toEqual([...new Set(moves)]);
		}
	});

	it("is sold to 2,000 buyers of one product in few writes, and the product's document stays small", async () => {
		const id = await add(1_500);
		saves = {};
		await deliver(Array.from({ length: 2_000 }, (_, index) => placed(`o${index}`, { [id]: 1 })));
		expect(await left(id)).toBe(0);
		expect(await published("stock.reserved")).toHaveLength(1_500);
		expect(await published("stock.rejected")).toHaveLength(500);
		expect(saves.reservations).toBe(2_000);
		expect(saves.products).toBeLessThan(400);
		const document = await store.collection<Stored & { open: object }>("products").load(id);
		expect(Object.keys(document!.open).length).toBeLessThanOrEqual(300);
	});

	it("is what an administrator sets it to, also while orders are under way", async () => {
		const id = await add(10);
		const orders = deliver(Array.from({ length: 50 }, (_, index) => placed(`o${index}`, { [id]: 1 })));
		await broker.call("product.change", { id, stock: 20 });
		await orders;
		let available = 10;
		const moves = [...(await published("product.changed")), ...(await published("stock.reserved"))];
		for (const { type, data } of moves.sort((a, b) => a.sequence - b.sequence)) {
			available = type === "product.changed" ? 20 : available - 1;
			expect(data.available).toBe(available);
		}
		expect(await left(id)).toBe(available);
	});
});
