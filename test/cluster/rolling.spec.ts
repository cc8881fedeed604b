import { type Cluster, startCluster } from "../support/cluster/cluster";
import { clientOf } from "../support/http/http";
import { RoundRobin } from "../support/cluster/round-robin";
import { describeWith } from "../support/cluster/servers";
import { whileCustomersShop } from "../support/shop/unbroken-service";

const REQUESTS = process.env.LONG ? 20_000 : 3_000;
const CLIENTS = 12;

describeWith(["nats"], "S13: a cluster whose processes are replaced one after the other while customers use it", () => {
	let cluster: Cluster;
	let balancer: RoundRobin;
	let url: string;

	beforeAll(async () => {
		cluster = await startCluster({ processes: 2, gateways: 2 });
		balancer = new RoundRobin(() => cluster.urls);
		url = await balancer.start();
	}, 120_000);
	afterAll(async () => {
		await balancer?.stop();
		await cluster?.stop();
	}, 60_000);

	it("answers every request", async () => {
		const product = { name: "Rolling tea", price: { amount: 500, currency: "KRW" }, stock: 1_000_000 };
		const productId = (await clientOf(url).post("/products", product)).body.id;
		const codes: Array<number | null> = [];
		const replaced = cluster.processes().filter(({ name }) => process.env.LONG || name.endsWith("-1"));
		const shopping = { url, productId, clients: CLIENTS, least: REQUESTS };
		const { requests, failures } = await whileCustomersShop(shopping, async () => {
			for (const shopProcess of replaced) {
				codes.push(await shopProcess.stop());
				shopProcess.start();
				await shopProcess.ready();
			}
		});
		console.log(
			`${replaced.length} of ${cluster.processes().length} processes replaced, ${requests} requests, ${failures.length} failed`,
		);
		expect(failures.slice(0, 20)).toEqual([]);
		expect(codes).toEqual(codes.map(() => 0));
		await cluster.audit();
	}, 600_000);
});
