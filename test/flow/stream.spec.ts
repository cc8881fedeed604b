import type { ServiceBroker } from "moleculer";
import { baseUrl, clientOf, EventReader } from "../support/http/http";
import { eventually, startShop } from "../support/world";

const CARD = "4242424242424242";

describe("a stream of a customer's events", () => {
	let broker: ServiceBroker;
	let base: string;
	let productId: string;

	beforeAll(async () => {
		broker = await startShop();
		base = baseUrl(broker);
		const tea = { name: "Tea", price: { amount: 1_000, currency: "KRW" }, stock: 10 };
		productId = (await clientOf(base).post("/products", tea)).body.id;
	});
	afterAll(() => broker.stop());

	const place = async (customerId: string) => {
		const placed = await clientOf(base).post("/orders", { customerId, items: [{ productId, quantity: 1 }] });
		expect(placed.status).toBe(201);
		return placed.body;
	};
	const types = ({ text }: EventReader) => [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
	const lastId = ({ text }: EventReader) => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
	const lastOrder = ({ text }: EventReader) => JSON.parse([...text.matchAll(/^data: (.*)$/gm)].at(-1)![1]!);

	it("shows changes as they happen, and after a pause the changes of the meantime", async () => {
		const first = await EventReader.open(`${base}/mypages/alice/events`);
		await eventually(() => lastId(first));

		const order = await place("alice");
		await eventually(() => types(first).includes("order.placed"));
		expect(lastOrder(first)).toMatchObject({ id: order.id, status: "placed" });
		first.close();

		await clientOf(base).post(`/orders/${order.id}/payment`, { cardNo: CARD });
		const second = await EventReader.open(`${base}/mypages/alice/events`, lastId(first));
		await eventually(() => types(second).includes("order.completed"));
		expect(types(second)).not.toContain("order.placed");
		expect(lastOrder(second)).toMatchObject({ id: order.id, status: "completed" });
		second.close();
	});

	it("answers reset to an event id of another shop", async () => {
		const stream = await EventReader.open(`${base}/mypages/alice/events`, "of-another-shop-7");
		await eventually(() => types(stream).includes("reset"));
		const later = await EventReader.open(`${base}/mypages/alice/events`, lastId(stream));
		await clientOf(base).get("/livez");
		expect(types(later)).not.toContain("reset");
		stream.close();
		later.close();
	});

	it("goes on over a rebuild, without a reset", async () => {
		const first = await EventReader.open(`${base}/mypages/dave/events`);
		await eventually(() => lastId(first));
		first.close();
		await place("dave");
		await broker.call("customer.rebuild");
		const second = await EventReader.open(`${base}/mypages/dave/events`, lastId(first));
		await eventually(() => types(second).includes("order.placed"));
		expect(types(second)).not.toContain("reset");
		second.close();
	});

	it("shows nothing of other customers", async () => {
		const bob = await EventReader.open(`${base}/mypages/bob/events`);
		const carol = await EventReader.open(`${base}/mypages/carol/events`);
		await eventually(() => lastId(bob) && lastId(carol));
		await place("carol");
		await eventually(() => types(carol).includes("order.placed"));
		expect(types(bob)).toEqual([]);
		bob.close();
		carol.close();
	});
});
