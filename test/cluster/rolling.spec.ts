import { randomUUID } from "node:crypto";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { clientOf } from "../support/http/http";
import { RoundRobin } from "../support/cluster/round-robin";
import { describeWith } from "../support/cluster/servers";

const REQUESTS = process.env.LONG ? 20_000 : 3_000;
const CLIENTS = 12;

describeWith(["nats"], "S13: a cluster whose processes are replaced one after the other while customers use it", () => {
	let cluster: Cluster;
	let balancer: RoundRobin;
	let url: string;
	const failures: string[] = [];
	let requests = 0;
	let over = false;

	beforeAll(async () => {
		cluster = await startCluster({ processes: 2, gateways: 2 });
		balancer = new RoundRobin(() => cluster.urls);
		url = await balancer.start();
	}, 120_000);
	afterAll(async () => {
		await balancer?.stop();
		await cluster?.stop();
	}, 60_000);

	/** Counts every unexpected answer as a failure: no request is repeated. */
	const expectAnswer = async (what: string, asked: Promise<{ status: number; body: any }>, expected: number) => {
		requests++;
		try {
			const { status, body } = await asked;
			if (status !== expected) failures.push(`${what}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
			return body;
		} catch (error) {
			failures.push(`${what}: ${String((error as Error).cause ?? error)}`);
			return undefined;
		}
	};

	/** Reads products, orders, pays and reads again; cancels every fifth order. */
	const shopAround = async (productId: string, round: number) => {
		const { get, post } = clientOf(url);
		const customerId = `c-${randomUUID().slice(0, 8)}`;
		await expectAnswer("products", get("/products"), 200);
		await expectAnswer("product", get(`/products/${productId}`), 200);
		const items = [{ productId, quantity: 1 }];
		const order = await expectAnswer("order", post("/orders", { customerId, items }), 201);
		if (!order?.id) return;
		await expectAnswer("cart", get(`/carts/${customerId}`), 200);
		await expectAnswer("pay", post(`/orders/${order.id}/payment`, { cardNo: "4242424242424242" }), 200);
		await expectAnswer("my page", get(`/mypages/${customerId}`), 200);
		await expectAnswer("order", get(`/orders/${order.id}`), 200);
		await expectAnswer("payments", get(`/paymentLists?orderId=${order.id}`), 200);
		if (round % 5 === 0) await expectAnswer("cancel", post(`/orders/${order.id}/cancellation`, {}), 200);
		await expectAnswer("messages", get(`/notifications?customerId=${customerId}`), 200);
	};

	it("answers every request", async () => {
		const product = { name: "Rolling tea", price: { amount: 500, currency: "KRW" }, stock: 1_000_000 };
		const { id } = (await clientOf(url).post("/products", product)).body;
		const clients = Array.from({ length: CLIENTS }, async () => {
			for (let round = 0; !over || requests < REQUESTS; round++) await shopAround(id, round);
		});
		const codes: Array<number | null> = [];
		const replaced = cluster.processes().filter(({ name }) => process.env.LONG || name.endsWith("-1"));
		for (const shopProcess of replaced) {
			codes.push(await shopProcess.stop());
			shopProcess.start();
			await shopProcess.ready();
		}
		over = true;
		await Promise.all(clients);
		console.log(
			`${replaced.length} of ${cluster.processes().length} processes replaced, ${requests} requests, ${failures.length} failed`,
		);
		expect(failures.slice(0, 20)).toEqual([]);
		expect(codes).toEqual(codes.map(() => 0));
		await cluster.audit();
	}, 600_000);
});
