import type { ServiceBroker } from "moleculer";
import { anEvent, bigItems, secondsIn } from "../support/events/builders";
import type { Cart } from "../../services/cart/cart.schemas";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const event = (type: string, sequence: number, data: object, orderId = "o1") =>
	anEvent(type, orderId, sequence, { orderId, customerId: "alice", ...data });
const placed = event("order.placed", 1, { items, total });
const completed = event("order.completed", 2, { paymentId: "pay1", total });

describe("the cart", () => {
	let broker: ServiceBroker;
	const cart = () => broker.call<{ items: unknown[]; total: object }, object>("cart.get", { customerId: "alice" });

	beforeEach(async () => {
		broker = await startShop({ SERVICES: "cart" });
	});
	afterEach(() => broker.stop());

	it("holds a placed order until it is completed", async () => {
		await shopOf(broker).bus.publish([placed]);
		await eventually(async () => (await cart()).items.length === 1);
		expect(await cart()).toMatchObject({ customerId: "alice", items: [{ orderId: "o1", items, total }], total });
		await shopOf(broker).bus.publish([completed]);
		await eventually(async () => (await cart()).items.length === 0);
	});

	it("is paged, and its total and count are of all that waits", async () => {
		const orders = Array.from({ length: 25 }, (_, number) => `o${number}`);
		const { bus } = shopOf(broker);
		await bus.publish(
			orders.map((orderId, second) => ({
				...event("order.placed", 1, { items: bigItems(), total }, orderId),
				time: secondsIn(second),
			})),
		);
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
		const seen: string[] = [];
		for (let cursor: string | null = null; ;) {
			const params: object = { customerId: "alice", limit: 100, ...(cursor && { cursor }) };
			const shown = await broker.call<Cart, object>("cart.get", params);
			expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(1024 * 1024);
			expect(shown).toMatchObject({ count: 25, total: { amount: 25 * 300, currency: "KRW" } });
			seen.push(...shown.items.map(({ orderId }) => orderId));
			cursor = shown.next;
			if (cursor === null) break;
		}
		expect(seen).toEqual([...orders].reverse());
	});

	it("stays empty when the completion comes first, and publishes once that the order left", async () => {
		const { bus } = shopOf(broker);
		await bus.publish([completed]);
		await bus.publish([placed, completed]);
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
		expect((await cart()).items).toEqual([]);
		const published: string[] = [];
		for await (const { type } of bus.history(["cart.accepted", "cart.cancelled"])) published.push(type);
		expect(published).toEqual(["cart.accepted"]);
	});
});
