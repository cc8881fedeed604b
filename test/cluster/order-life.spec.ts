import { AckPolicy, connect, type NatsConnection } from "nats";
import type { ServiceBroker } from "moleculer";
import type { CloudEvent } from "../../shared/events/event";
import { messagesOf } from "../support/http/asyncapi";
import { baseUrl, request } from "../support/http/http";
import { aBus } from "../support/events/jetstream";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { eventually, startShop } from "../support/world";

describeWith(["nats"], "a consumer of the NATS stream without Moleculer", () => {
	let nats: TestServer;
	let broker: ServiceBroker;
	let outsider: NatsConnection;
	let base: string;

	beforeAll(async () => {
		nats = await startNats();
		broker = await startShop({}, { bus: aBus(nats.url, "") });
		base = baseUrl(broker);
		outsider = await connect({ servers: `127.0.0.1:${nats.port}` });
	});
	afterAll(async () => {
		await outsider?.close();
		await broker?.stop();
		await nats.stop();
	});

	it("can follow an order's life cycle by the AsyncAPI document", async () => {
		const { items } = (await request(`${base}/products`)).body;
		const post = (path: string, body: unknown) => request(base + path, "POST", body);
		const order = { customerId: "alice", items: [{ productId: items[0].id, quantity: 1 }] };
		const { id } = (await post("/orders", order)).body;
		expect((await post(`/orders/${id}/payment`, { cardNo: "4000000000000002" })).status).toBe(402);
		expect((await post(`/orders/${id}/payment`, { cardNo: "4242424242424242" })).status).toBe(200);
		expect((await post(`/orders/${id}/cancellation`, { reason: "found my old teapot" })).status).toBe(200);
		await eventually(async () => {
			const [shown] = (await request(`${base}/mypages/alice`)).body.orders;
			return shown?.status === "cancelled" && shown.payment.status === "refunded";
		});

		const { problemsOf, addresses } = messagesOf((await request(`${base}/asyncapi.json`)).body);
		const jsm = await outsider.jetstreamManager();
		await jsm.consumers.add("FUNSHOP", {
			durable_name: "outsider",
			ack_policy: AckPolicy.Explicit,
			filter_subjects: addresses,
		});
		const consumer = await outsider.jetstream().consumers.get("FUNSHOP", "outsider");
		const published: CloudEvent[] = [];
		for await (const message of await consumer.fetch({ max_messages: 1_000, expires: 1_000 })) {
			const event = message.json<CloudEvent>();
			const { headers } = message;
			const named = { "Nats-Msg-Id": headers!.get("Nats-Msg-Id"), "content-type": headers!.get("content-type") };
			expect([message.subject, problemsOf(message.subject, event, named)]).toEqual([message.subject, []]);
			expect(named["Nats-Msg-Id"]).toBe(event.id);
			published.push(event);
			message.ack();
		}
		const life = published
			.filter(({ subject }) => subject === id)
			.filter(({ source }) => source === "/funshop/order")
			.map(({ type, sequence }) => [sequence, type]);
		expect(life).toEqual([
			[1, "order.placed"],
			[2, "order.completed"],
			[3, "order.cancelled"],
		]);
		const ofOrder = published
			.filter(({ data }) => (data as { orderId?: string }).orderId === id)
			.map(({ type }) => type);
		for (const type of ["stock.reserved", "payment.declined", "payment.approved", "payment.refunded", "stock.released"])
			expect(ofOrder).toContain(type);
		expect(JSON.stringify(published)).not.toMatch(/4242424242424242|4000000000000002/);
	}, 30_000);
});
