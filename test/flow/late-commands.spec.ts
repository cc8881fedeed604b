import type { ServiceBroker } from "moleculer";
import { ROUTES } from "../../services/api/api.routes";
import { baseUrl, clientOf } from "../support/http/http";
import { eventually, startShop } from "../support/world";

const COMMANDS = new Set(ROUTES.flatMap(({ method, action }) => (method === "GET" || !action ? [] : [action])));

describe("S21: a command whose caller may have left", () => {
	let broker: ServiceBroker;
	let productId: string;
	let orderId: string;

	beforeAll(async () => {
		broker = await startShop();
		const { post } = clientOf(baseUrl(broker));
		const product = { name: "Tea", price: { amount: 700, currency: "KRW" }, stock: 9 };
		productId = (await post("/products", product)).body.id;
		const placed = await eventually(async () => {
			const answer = await post("/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] });
			return answer.status === 201 && answer.body;
		});
		orderId = placed.id;
		await eventually(async () => ((await broker.call("product.get", { id: productId })) as any).stock === 8);
	});
	afterAll(() => broker?.stop());

	/** By action, what a customer or shopkeeper may send. */
	const sent = (): Record<string, object> => ({
		"product.add": { name: "Cup", price: { amount: 900, currency: "KRW" }, stock: 1 },
		"product.change": { id: productId, stock: 1 },
		"order.place": { customerId: "alice", items: [{ productId, quantity: 1 }] },
		"order.pay": { orderId, cardNo: "4242424242424242" },
		"order.cancel": { orderId },
	});

	it.each([...COMMANDS])("is not carried out: %s", async (action) => {
		const seen = async () => [
			await broker.call("product.list"),
			await broker.call("order.list", { customerId: "alice" }),
		];
		const before = await seen();
		const late = broker.call(action, sent()[action], { headers: { deadline: Date.now() + 300 } });
		await expect(late).rejects.toMatchObject({ code: 503, type: "REQUEST_TOO_LATE" });
		expect(await seen()).toEqual(before);
	});
});
