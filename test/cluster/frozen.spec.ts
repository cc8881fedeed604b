import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { SEED } from "../support/shop/customer";
import { clientOf } from "../support/http/http";
import { Link } from "../support/events/link";
import { describeWith } from "../support/cluster/servers";
import { startTrading, type Trade } from "../support/cluster/trade";
import { eventually } from "../support/world";

const FROZEN_MS = process.env.LONG ? 60_000 : 30_000;
const CARD = "4242424242424242";

describeWith(["nats", "mongod"], `S15: a cluster with one frozen process of each service (SEED=${SEED})`, () => {
	let cluster: Cluster;
	let trade: Trade;

	beforeAll(async () => {
		({ cluster, trade } = await startTrading(
			{ store: "mongo", processes: 2, gateways: 1, env: { PAYMENT_SIM_LATENCY_MS: "20" } },
			SEED,
		));
	}, 180_000);
	afterAll(async () => {
		await trade?.close();
		await cluster?.stop();
	}, 60_000);

	it("goes on with the other processes within seconds, and refuses stale writes of the frozen ones when they thaw", async () => {
		const frozen = cluster.processes().filter(({ name, service }) => service !== "api" && name.endsWith("-1"));
		frozen.forEach((shopProcess) => shopProcess.freeze());
		const since = Date.now();
		const before = trade.acknowledged.completed.size;
		await eventually(() => trade.acknowledged.completed.size > before + 20, FROZEN_MS);
		const takenOverS = ((Date.now() - since) / 1_000).toFixed(1);
		await sleep(Math.max(0, since + FROZEN_MS - Date.now()));
		const meanwhile = trade.acknowledged.completed.size - before;
		frozen.forEach((shopProcess) => shopProcess.thaw());
		await eventually(
			async () => (await Promise.all(frozen.map((shopProcess) => shopProcess.isReady()))).every((ready) => ready),
			15_000,
		);
		const thawed = trade.acknowledged.completed.size;
		await eventually(() => trade.acknowledged.completed.size > thawed + 10, 20_000);
		await trade.close();
		await cluster.audit(30);
		await trade.expectKept();
		console.log(
			`SEED=${SEED}: ${frozen.length} processes frozen; 20 payments completed ${takenOverS} s later, ${meanwhile} before they thawed; ${trade.summary}`,
		);
	}, 150_000);
});

describeWith(["nats"], "S14: a cluster whose parts cannot reach each other", () => {
	let cluster: Cluster;
	let paymentLink: Link;
	let gatewayLink: Link;
	let productId: string;

	beforeAll(async () => {
		cluster = await startCluster({ processes: { payment: 0 }, gateways: 1, env: { PAYMENT_TIMEOUT_MS: "1500" } });
		[paymentLink, gatewayLink] = await Promise.all([Link.to(cluster.nats.port), Link.to(cluster.nats.port)]);
		const by = (link: Link) => ({ env: { TRANSPORTER: `nats://127.0.0.1:${link.port}` } });
		const added = [await cluster.add("payment", by(paymentLink)), await cluster.add("api", by(gatewayLink))];
		await Promise.all(added.map((shopProcess) => shopProcess.ready(60_000)));
		const product = { name: "Tea", price: { amount: 700, currency: "KRW" }, stock: 1_000 };
		productId = (await clientOf(cluster.urls[0]!).post("/products", product)).body.id;
	}, 120_000);
	afterAll(async () => {
		await cluster?.stop();
		await Promise.all([paymentLink?.close(), gatewayLink?.close()]);
	}, 60_000);

	const order = async () => {
		const items = [{ productId, quantity: 1 }];
		return (await clientOf(cluster.urls[0]!).post("/orders", { customerId: "alice", items })).body.id as string;
	};
	const timed = async <T>(work: Promise<T>) => {
		const since = performance.now();
		return { answer: await work, ms: performance.now() - since };
	};

	it("answers 503 while payment gets calls and its answers are lost, and captures once", async () => {
		const id = await order();
		const pay = () =>
			clientOf(cluster.urls[0]!).post(`/orders/${id}/payment`, { cardNo: CARD }, { "idempotency-key": "one" });
		paymentLink.cut("out");
		const { answer, ms } = await timed(pay());
		expect([answer.status, Boolean(answer.headers.get("retry-after"))]).toEqual([503, true]);
		expect(ms).toBeLessThan(5_000);
		const again = await timed(pay());
		expect([again.answer.status, again.ms < 5_000]).toEqual([503, true]);
		await sleep(3_000);
		paymentLink.mend();
		const healed = Date.now();
		await eventually(async () => (await pay()).status === 200, 20_000);
		console.log(
			`payment's answers arrive again: the order was completed ${((Date.now() - healed) / 1_000).toFixed(1)} s later`,
		);
		const captured = (await cluster.journal()).filter(({ type, orderId }) => type === "captured" && orderId === id);
		expect(captured).toHaveLength(1);
	}, 60_000);

	it("answers 503 at a gateway that is cut off, reports that gateway as not ready, and serves at the other one", async () => {
		const [reached, cutOff] = cluster.processes("api");
		gatewayLink.cut();
		const { answer, ms } = await timed(clientOf(cutOff!.url!).get("/products"));
		expect([answer.status, Boolean(answer.headers.get("retry-after")), ms < 5_500]).toEqual([503, true, true]);
		expect((await clientOf(reached!.url!).get("/products")).status).toBe(200);
		const since = Date.now();
		await eventually(async () => (await clientOf(cutOff!.url!).get("/readyz")).status === 503, 30_000);
		const noticedS = ((Date.now() - since) / 1_000).toFixed(1);
		gatewayLink.mend();
		const healed = Date.now();
		await eventually(async () => (await clientOf(cutOff!.url!).get("/products")).status === 200, 20_000);
		await eventually(async () => (await clientOf(cutOff!.url!).get("/readyz")).status === 200, 20_000);
		console.log(
			`a gateway that was cut off was not ready after ${noticedS} s, and served again ${((Date.now() - healed) / 1_000).toFixed(1)} s after its connection was mended`,
		);
	}, 90_000);

	it("has no difference in an audit", () => cluster.audit(), 60_000);
});
