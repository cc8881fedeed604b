import type { ServiceBroker } from "moleculer";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop } from "../support/world";

describe("a customer with many unpaid orders", () => {
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	const place = (customerId: string) =>
		shop.post("/orders", { customerId, items: [{ productId: "hanji-notebook", quantity: 1 }] });

	beforeEach(async () => {
		broker = await startShop();
		shop = clientOf(baseUrl(broker));
	});
	afterEach(() => broker.stop());

	it("S25: sees all of them page by page, in the cart and from my page on, and cannot place more than 100", async () => {
		const answers = await Promise.all(Array.from({ length: 103 }, () => place("alice")));
		const ids = answers.flatMap(({ status, body }) => (status === 201 ? [body.id as string] : []));
		expect(ids).toHaveLength(100);
		for (const { status, body } of answers)
			if (status !== 201) expect([status, body.code]).toEqual([409, "TOO_MANY_UNPAID_ORDERS"]);
		expect((await place("bob")).status).toBe(201);

		const all = { count: 100, total: { amount: 980_000, currency: "KRW" } };
		await eventually(async () => (await shop.get("/carts/alice")).body.count === 100);
		await eventually(async () => (await shop.get("/mypages/alice")).body.cart.count === 100);
		const { cart } = (await shop.get("/mypages/alice?limit=1")).body;
		expect(cart).toMatchObject({ customerId: "alice", ...all });
		expect((await shop.get("/carts/alice")).body).toEqual(cart);
		const seen: string[] = cart.items.map(({ orderId }: { orderId: string }) => orderId);
		for (let next = cart.next as string | null; next !== null;) {
			const { body } = await shop.get(`/carts/alice?limit=40&cursor=${next}`);
			expect(body).toMatchObject(all);
			seen.push(...body.items.map(({ orderId }: { orderId: string }) => orderId));
			next = body.next;
		}
		expect(seen).toHaveLength(100);
		expect(new Set(seen)).toEqual(new Set(ids));
	});
});
