import fc from "fast-check";
import type { ProductEvents } from "../../services/product/product.events";
import type { CloudEvent } from "../../shared/events/event";
import { type Message, type Plan, Process, run, World } from "../support/shop/stock-world";

function eventsOf(world: World, productId: string): CloudEvent<string, ProductEvents["stock.reserved"]>[] {
	const events = [...world.saved.values()].filter(({ subject }) => subject === productId);
	return events.sort((a, b) => a.sequence - b.sequence) as CloudEvent<string, ProductEvents["stock.reserved"]>[];
}

/** I3 and I5: the events add up to the stored stock, and each order holds all of its goods or none. */
function expectSound(world: World, plan: Plan): void {
	const published = [...world.products.keys()].flatMap((id) => eventsOf(world, id));
	const count = (type: string, orderId: string, productId?: string) =>
		published.filter(
			({ type: of, data }) =>
				of === type && data.orderId === orderId && (productId === undefined || data.productId === productId),
		).length;

	for (const [id, { available, version, outbox, open }] of world.products) {
		const events = eventsOf(world, id);
		expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
		let stock = plan.stock[Number(id.slice(1))]!;
		for (const { type, data } of events) {
			if (type === "stock.reserved") stock -= data.quantity;
			else if (type === "stock.released") stock += data.quantity;
			else if (type === "stock.rejected") expect(data.quantity).toBeGreaterThan(stock);
			else stock = data.available;
			expect({ id, type, available: data.available }).toEqual({ id, type, available: stock });
		}
		expect(available).toBe(stock);
		for (const event of events)
			expect(world.published.has(event.id) || outbox?.some((kept) => kept.id === event.id)).toBe(true);
		for (const [orderId, { type }] of Object.entries(open)) {
			if (type === "held") expect(world.reservations.get(orderId)?.status).toBe("reserved");
		}
	}

	plan.orders.forEach((_, order) => {
		const orderId = `o${order}`;
		const isPlaced = plan.messages.some(({ kind, target }) => kind === "placed" && target === order);
		const isCancelled = plan.messages.some(({ kind, target }) => kind === "cancelled" && target === order);
		const status = world.reservations.get(orderId)?.status;
		if (isCancelled) expect(status).toMatch(/^(void|rejected|returned)$/);
		else if (isPlaced) expect(status).toMatch(/^(reserved|rejected)$/);
		else expect(status).toBeUndefined();
		for (const { productId } of world.items(order)) {
			const reserved = count("stock.reserved", orderId, productId);
			const released = count("stock.released", orderId, productId);
			expect(reserved).toBeLessThanOrEqual(1);
			expect({ orderId, productId, holds: reserved - released }).toEqual({
				orderId,
				productId,
				holds: status === "reserved" ? 1 : 0,
			});
		}
		const isComplete = published.some(({ data }) => data.orderId === orderId && data.complete);
		if (status === "reserved") expect(isComplete).toBe(true);
		if (status === "rejected") expect(isComplete).toBe(false);
		if (status !== "void") expect(count("stock.rejected", orderId)).toBe(status === "rejected" ? 1 : 0);
	});
}

describe("an order that was never decided because one of its products is missing", () => {
	it("holds nothing any more once it is cancelled", async () => {
		const inTurn = { schedule: (task: Promise<unknown>) => task } as fc.Scheduler;
		const world = new World(inTurn, { stock: [5], orders: [[2, 1]], messages: [], crashes: [], stalls: [] });
		const { stock } = world.start(new Process());
		await expect(stock.reserve("o0", world.items(0))).rejects.toMatchObject({ type: "PRODUCT_NOT_FOUND" });
		expect(world.products.get("p0")).toMatchObject({ available: 3 });
		await stock.cancel("o0", world.items(0));
		expect(world.products.get("p0")).toMatchObject({ available: 5, open: {} });
	});
});

const PRODUCTS = 3;
const quantities = fc
	.array(fc.integer({ min: 0, max: 3 }), { minLength: PRODUCTS, maxLength: PRODUCTS })
	.filter((order) => order.some((quantity) => quantity > 0));
const plans: fc.Arbitrary<Plan> = fc
	.record({
		stock: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: PRODUCTS, maxLength: PRODUCTS }),
		orders: fc.array(quantities, { minLength: 1, maxLength: 5 }),
		crashes: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 4 }),
		stalls: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 12 }),
		restocked: fc.array(fc.nat(PRODUCTS - 1), { maxLength: 2 }),
	})
	.chain(({ orders, restocked, ...plan }) => {
		const of = (kind: Message["kind"]) =>
			fc.array(fc.record({ kind: fc.constant(kind), target: fc.nat(orders.length - 1) }));
		const messages = fc
			.tuple(of("placed"), of("cancelled"))
			.map(([placed, cancelled]) => [
				...orders.map((_, target) => ({ kind: "placed" as const, target })),
				...placed,
				...cancelled,
				...restocked.map((target) => ({ kind: "restocked" as const, target })),
			]);
		return messages
			.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
			.map((shuffled) => ({ ...plan, orders, messages: shuffled }));
	});

describe("orders placed and cancelled in any order, repeatedly, by two processes that are killed at any step", () => {
	it("each hold all of their goods or none, never more than there is, and cancelled ones nothing", async () => {
		await fc.assert(
			fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
				expectSound(await run(plan, scheduler), plan);
			}),
			{ numRuns: 150 },
		);
	}, 60_000);
});
