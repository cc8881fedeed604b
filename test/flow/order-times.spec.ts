import type { ServiceBroker } from "moleculer";
import type { Order } from "../../services/order/order.schemas";
import { baseUrl, clientOf, EventReader } from "../support/http/http";
import { eventually, startShop } from "../support/world";

const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";

/** A clock that is later at every look: two looks never agree. */
function everLater() {
	let ms = Date.now();
	return { now: () => ++ms };
}

describe("an order at one version", () => {
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	/** By order and version, the times that any answer gave. */
	let times: Map<string, Set<string>>;

	beforeEach(async () => {
		broker = await startShop({}, { clock: everLater() });
		shop = clientOf(baseUrl(broker));
		times = new Map();
	});
	afterEach(() => broker.stop());

	function see<Seen extends Pick<Order, "id" | "version" | "createdAt" | "updatedAt" | "expiresAt">>(
		order: Seen,
	): Seen {
		const name = `${order.id} at version ${order.version}`;
		times.set(name, (times.get(name) ?? new Set()).add(`${order.createdAt} ${order.updatedAt} ${order.expiresAt}`));
		return order;
	}

	/** Looks at the order wherever it is shown, once my page has caught up. */
	async function lookAround(id: string, version: number) {
		see((await shop.get(`/orders/${id}`)).body);
		for (const order of (await shop.get("/orders?customerId=alice")).body.items) see(order);
		await eventually(async () => {
			const { orders } = (await shop.get("/mypages/alice")).body;
			return see(orders.find((order: Order) => order.id === id) ?? { id, version: 0 }).version === version;
		});
	}

	const place = async () => {
		const { items } = (await shop.get("/products?limit=1")).body;
		const order = { customerId: "alice", items: [{ productId: items[0].id, quantity: 1 }] };
		return see((await shop.post("/orders", order)).body);
	};

	it("has one createdAt, one updatedAt and, while it is unpaid, one expiresAt everywhere, from placing to the refund", async () => {
		const stream = await EventReader.open(`${baseUrl(broker)}/mypages/alice/events`);
		await eventually(() => /^id: /m.test(stream.text));
		const { id } = await place();
		await lookAround(id, 1);
		expect((await shop.post(`/orders/${id}/payment`, { cardNo: DECLINED })).status).toBe(402);
		await lookAround(id, 1);
		see((await shop.post(`/orders/${id}/payment`, { cardNo: APPROVED })).body);
		await lookAround(id, 2);
		see((await shop.post(`/orders/${id}/cancellation`, {})).body);
		await eventually(async () => (await shop.get(`/cancellations/${id}`)).body.refund.status === "refunded");
		await lookAround(id, 3);
		await eventually(() => stream.text.includes("event: payment.refunded"));
		for (const [, data] of stream.text.matchAll(/^data: (.*"version".*)$/gm)) see(JSON.parse(data!));
		stream.close();

		const [cancellation, { orders }] = [
			(await shop.get(`/cancellations/${id}`)).body,
			(await shop.get("/mypages/alice")).body,
		];
		expect(orders[0].cancellation).toEqual(cancellation);
		expect(orders[0].updatedAt).toBe(cancellation.createdAt);
		expect(times.size).toBe(3);
		for (const [name, seen] of times) expect([name, ...seen]).toHaveLength(2);
	});

	it("whose payment's outcome is not known has one updatedAt everywhere too", async () => {
		await broker.stop();
		const env = { PAYMENT_SIM_HANG_RATE: "1", PAYMENT_TIMEOUT_MS: "300" };
		broker = await startShop(env, { clock: everLater() });
		shop = clientOf(baseUrl(broker));
		const { id } = await place();
		expect((await shop.post(`/orders/${id}/payment`, { cardNo: APPROVED })).status).toBe(503);
		await lookAround(id, 2);
		for (const [name, seen] of times) expect([name, ...seen]).toHaveLength(2);
	});

	it("shows each payment with one createdAt", async () => {
		const { id } = await place();
		await shop.post(`/orders/${id}/payment`, { cardNo: APPROVED });
		const { items } = (await shop.get(`/paymentLists?orderId=${id}`)).body;
		const payment = await eventually(
			async () => (await shop.get("/mypages/alice")).body.orders[0]?.payment as object | undefined,
		);
		expect(items).toEqual([payment]);
	});
});
