import type { ServiceBroker } from "moleculer";
import { readJournal } from "../support/shop/journal";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop } from "../support/world";

const CARD = "4242424242424242";
const won = (amount: number) => ({ amount, currency: "KRW" });

describe("a rush", () => {
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	const captures = async () => (await readJournal(broker)).filter(({ type }) => type === "captured");
	const product = async (stock: number) =>
		(await shop.post("/products", { name: "Rare", price: won(100), stock })).body.id as string;
	const place = async (productId: string, customerId = "alice") =>
		(await shop.post("/orders", { customerId, items: [{ productId, quantity: 1 }] })).body.id as string;

	beforeEach(async () => {
		broker = await startShop();
		shop = clientOf(baseUrl(broker));
	});
	afterEach(() => broker.stop());

	it("of 100 pays of one order under one key captures once, and gives each call the same answer, or asks it to wait", async () => {
		const id = await place(await product(5));
		const pay = () => shop.post(`/orders/${id}/payment`, { cardNo: CARD }, { "idempotency-key": "one" });
		const answers = await Promise.all(Array.from({ length: 100 }, pay));
		const codes = new Set(answers.map(({ status, body }) => (status === 200 ? body.status : body.code)));
		expect([...codes].sort()).toEqual(["REQUEST_IN_PROGRESS", "completed"]);
		expect((await pay()).body).toEqual(answers.find(({ status }) => status === 200)!.body);
		expect(await captures()).toMatchObject([{ orderId: id, amount: won(100) }]);
	});

	it("of 100 pays of one order without a key captures once, and completes it for one of them", async () => {
		const id = await place(await product(5));
		const pays = Array.from({ length: 100 }, () => shop.post(`/orders/${id}/payment`, { cardNo: CARD }));
		const answers = await Promise.all(pays);
		expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
		const refused = answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.code}`);
		for (const answer of refused) expect(["409 PAYMENT_IN_PROGRESS", "409 ORDER_ALREADY_PAID"]).toContain(answer);
		expect(await captures()).toHaveLength(1);
	});

	it("of 500 buyers for the last unit ends with one completed order, and keeps no other buyer's money", async () => {
		const productId = await product(1);
		const buyers = Array.from({ length: 500 }, async (_, buyer) => {
			const placed = await shop.post("/orders", { customerId: `buyer${buyer}`, items: [{ productId, quantity: 1 }] });
			if (placed.status !== 201) return placed.body.code as string;
			const paid = await shop.post(`/orders/${placed.body.id}/payment`, { cardNo: CARD });
			return paid.status === 200 ? (placed.body.id as string) : (paid.body.code as string);
		});
		const outcomes = await Promise.all(buyers);
		const refusals = new Set(outcomes.filter((outcome) => outcome === outcome.toUpperCase()));
		for (const refusal of refusals)
			expect(["OUT_OF_STOCK", "ORDER_CANCELLED", "PAYMENT_UNAVAILABLE"]).toContain(refusal);
		await eventually(async () => (await shop.get(`/products/${productId}`)).body.stock === 0);

		// Orders that were paid before product's answer came are cancelled and refunded in the end.
		const paid = outcomes.filter((outcome) => outcome !== outcome.toUpperCase());
		const settled = async () => {
			const orders = await Promise.all(paid.map(async (id) => (await shop.get(`/orders/${id}`)).body));
			return orders.filter(({ status }) => status === "completed").length === 1 && orders;
		};
		await eventually(settled, 15_000);
		const net = async () => {
			const journal = await readJournal(broker);
			const count = (type: string) => journal.filter((entry) => entry.type === type).length;
			return count("captured") - count("refunded") === 1;
		};
		await eventually(net, 15_000);
	}, 60_000);
});
