import { cpSync, readFileSync, rmSync } from "node:fs";
import { parse } from "yaml";
import { SERVICE_NAMES } from "../../config";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { SEED, seededRandom } from "../support/shop/customer";
import { clientOf } from "../support/http/http";
import type { ShopProcess } from "../support/cluster/shop-process";
import { describeWith } from "../support/cluster/servers";
import { Trade } from "../support/cluster/trade";
import { eventually } from "../support/world";

const AWAY_S = process.env.LONG ? [30, 300] : [30];
const CARD = "4242424242424242";
/** What the kubelet asks to know whether a gateway gets requests. */
const { readinessProbe } = parse(readFileSync("k8s/base/http/deployment.yaml", "utf8")).spec.template.spec
	.containers[0];
const GATEWAY_PROBE: string = readinessProbe.httpGet.path;

describeWith(["nats"], `S2, S3: a cluster that loses NATS (SEED=${SEED})`, () => {
	let cluster: Cluster;
	/** A process that runs every service, beside the processes that run one each. */
	let whole: ShopProcess;
	let trade: Trade;

	beforeAll(async () => {
		cluster = await startCluster({ processes: 1, gateways: 1 });
		whole = await cluster.add("api", { env: { SERVICES: SERVICE_NAMES.join(",") } });
		await whole.ready(60_000);
		trade = new Trade([cluster.urls[0]!], seededRandom(SEED));
		await trade.stockUp();
	}, 120_000);
	afterAll(async () => {
		await trade?.close();
		await cluster?.stop();
	}, 60_000);

	const answerOf = async (asked: Promise<{ status: number; headers: Headers; body: any }>) => {
		const since = performance.now();
		const { status, headers, body } = await asked;
		return { status, body, retryAfter: headers.get("retry-after"), ms: performance.now() - since };
	};

	it.each(AWAY_S)(
		"refuses calls to other processes at once, takes orders in a process of all services, and has lost nothing after %d s",
		async (seconds) => {
			trade.open(6, 50);
			await eventually(() => trade.acknowledged.completed.size > 10, 30_000);
			await cluster.nats.kill();
			const until = Date.now() + seconds * 1_000;
			const [gateway, shop] = [clientOf(cluster.urls[0]!), clientOf(whole.url!)];
			await eventually(async () => (await gateway.get("/products")).status === 503);

			// Shopkeepers watch the stock of their own products, which nobody else may order.
			const product = (await shop.get("/products?search=Goods")).body.items[0].id;
			const accepted: string[] = [];
			let asked = 0;
			while (Date.now() < until) {
				for (const path of ["/products", "/orders/any", "/mypages/alice"]) {
					const { status, retryAfter, body, ms } = await answerOf(gateway.get(path));
					expect([path, status, body.code, Boolean(retryAfter)]).toEqual([path, 503, body.code, true]);
					expect(ms).toBeLessThan(1_000);
				}
				const order = { customerId: "alice", items: [{ productId: product, quantity: 1 }] };
				expect((await answerOf(gateway.post("/orders", order))).status).toBe(503);

				const placed = await answerOf(shop.post("/orders", order));
				expect(placed.status).toBe(201);
				accepted.push(placed.body.id);
				const paid = await answerOf(shop.post(`/orders/${placed.body.id}/payment`, { cardNo: CARD }));
				expect([paid.status, paid.ms < 5_000]).toEqual([200, true]);
				expect((await shop.get(`/orders/${placed.body.id}`)).body.status).toBe("completed");
				asked++;
			}
			for (const shopProcess of cluster.processes()) {
				expect((await fetch(`${shopProcess.healthUrl}/livez`)).status).toBe(200);
				expect((await fetch(`${shopProcess.healthUrl}/readyz`)).status).toBe(503);
			}
			// Gateways stay where proxies find them, and refuse: no proxy refuses connections in their place.
			for (const { healthUrl } of cluster.processes("api")) {
				const probe = await fetch(healthUrl + GATEWAY_PROBE);
				const { checks } = (await probe.json()) as { checks: object[] };
				expect([probe.status, checks]).toEqual([
					200,
					expect.arrayContaining([{ name: "network", ok: false, since: expect.any(String) }]),
				]);
			}

			await cluster.nats.start();
			const back = Date.now();
			await eventually(async () => (await gateway.get("/products")).status === 200, 10_000);
			const answersMs = Date.now() - back;
			const sold = trade.acknowledged.completed.size;
			await eventually(() => trade.acknowledged.completed.size > sold + 5, 20_000);
			await trade.close();
			await cluster.audit(30);
			console.log(
				`NATS away for ${seconds} s: ${asked} orders taken and paid meanwhile; first answer ${answersMs} ms after its return, clean audit ${((Date.now() - back) / 1_000).toFixed(1)} s after it; ${trade.summary}`,
			);
			await trade.expectKept();
			for (const id of accepted) expect((await gateway.get(`/orders/${id}`)).body.status).toBe("completed");
			// No process ended.
			expect(cluster.processes().filter(({ hasEnded }) => hasEnded)).toEqual([]);
		},
		420_000,
	);

	it("sends no more requests to a gateway that stops, also while NATS is away", async () => {
		const stopping = await cluster.add("api");
		await stopping.ready();
		await cluster.nats.kill();
		await eventually(async () => (await clientOf(stopping.url!).get("/products")).status === 503);
		expect((await fetch(stopping.healthUrl + GATEWAY_PROBE)).status).toBe(200);
		const stopped = stopping.stop();
		await eventually(async () => (await fetch(stopping.healthUrl + GATEWAY_PROBE)).status === 503);
		// It still answers those that come meanwhile.
		const { status, headers } = await clientOf(stopping.url!).get("/products");
		expect([status, Boolean(headers.get("retry-after"))]).toEqual([503, true]);
		expect(await stopped).toBe(0);
		await cluster.nats.start();
		await eventually(async () => (await clientOf(cluster.urls[0]!).get("/products")).status === 200, 10_000);
	}, 60_000);

	it.each(["the whole server is", "only its events, not its consumers' positions, are"])(
		"publishes the missing events again when %s rolled back to an older backup",
		async (what) => {
			const folder = what.startsWith("the whole") ? "" : "/jetstream/$G/streams/FUNSHOP/msgs";
			const { nats } = cluster;
			const backup = `${nats.dataDir}-backup`;
			await nats.kill();
			cpSync(`${nats.dataDir}${folder}`, backup, { recursive: true });
			await nats.start();
			trade.open(6, 20);
			const sold = trade.acknowledged.completed.size;
			await eventually(() => trade.acknowledged.completed.size > sold + 20, 40_000);
			await nats.kill();
			rmSync(`${nats.dataDir}${folder}`, { recursive: true });
			cpSync(backup, `${nats.dataDir}${folder}`, { recursive: true });
			rmSync(backup, { recursive: true });
			await nats.start();
			const back = Date.now();
			const after = trade.acknowledged.completed.size;
			await eventually(() => trade.acknowledged.completed.size > after + 10, 40_000);
			await trade.close();
			await cluster.audit(30);
			console.log(`stream rolled back: clean audit ${((Date.now() - back) / 1_000).toFixed(1)} s after NATS' return`);
			await trade.expectKept();
		},
		150_000,
	);
});
