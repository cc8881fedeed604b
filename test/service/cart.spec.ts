import type { ServiceBroker } from "moleculer";
import { shopOf } from "../../shop";
import { aFact } from "../support/builders";
import { eventually, startShop } from "../support/world";

const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const fact = (type: string, sequence: number, data: object, orderId = "o1") =>
	aFact(type, orderId, sequence, { orderId, customerId: "alice", ...data });
const placed = fact("order.placed", 1, { items, total });
const completed = fact("order.completed", 2, { paymentId: "pay1", total });

describe("the cart", () => {
	let broker: ServiceBroker;
	const cart = () => broker.call<{ items: unknown[]; total: object }, object>("cart.get", { customerId: "alice" });

	beforeEach(async () => {
		broker = await startShop({ SERVICES: "cart" });
	});
	afterEach(() => broker.stop());

	it("holds a placed order until it is completed", async () => {
		await shopOf(broker).carrier.publish([placed]);
		await eventually(async () => (await cart()).items.length === 1);
		expect(await cart()).toMatchObject({ customerId: "alice", items: [{ orderId: "o1", items, total }], total });
		await shopOf(broker).carrier.publish([completed]);
		await eventually(async () => (await cart()).items.length === 0);
	});

	it("stays empty when it hears of the completion first, and tells once that the order left", async () => {
		const { carrier } = shopOf(broker);
		await carrier.publish([completed]);
		await carrier.publish([placed, completed]);
		await eventually(async () => (await carrier.backlog()).every(({ waiting }) => waiting === 0));
		expect((await cart()).items).toEqual([]);
		const told: string[] = [];
		for await (const { type } of carrier.history(["cart.accepted", "cart.cancelled"])) told.push(type);
		expect(told).toEqual(["cart.accepted"]);
	});
});
