import { SERVICE_NAMES } from "../../config";
import { RoundRobin } from "../support/cluster/round-robin";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { type Served, whileCustomersShop } from "../support/shop/unbroken-service";
import { Deployments } from "../support/pods/deployments";

const REQUESTS = 20_000;
const CLIENTS = 8;
/** Settings that stand for another version of the shop. */
const OLD = { env: {} };
const NEW = { env: { PAYMENT_QUEUE: "99" } };

describeWith(["nats", "kubectl"], "S13: pods that are replaced as Kubernetes does it, while customers shop", () => {
	let deployments: Deployments;
	let balancer: RoundRobin;
	let url: string;
	let productId: string;

	beforeAll(async () => {
		deployments = await Deployments.start(() => OLD);
		balancer = new RoundRobin(() => deployments.endpoints, false);
		url = await balancer.start();
		const product = { name: "Rolling tea", price: { amount: 500, currency: "KRW" }, stock: 1_000_000 };
		productId = (await clientOf(url).post("/products", product)).body.id;
	}, 180_000);
	afterAll(async () => {
		await balancer?.stop();
		await deployments?.cluster.stop();
	}, 60_000);

	const shop = (least: number, act: () => Promise<void>) =>
		whileCustomersShop({ url, productId, clients: CLIENTS, least }, act);
	const figures = (what: string, { requests, failures }: Served) =>
		console.log(`${what}: ${requests} requests, ${failures.length} failed`);

	it("answers every request of a rollout that is rolled back in the middle, and then done", async () => {
		const half = SERVICE_NAMES.slice(0, 3);
		const result = await shop(REQUESTS, async () => {
			await deployments.rollOut(half, NEW);
			await deployments.rollOut(half, OLD);
			await deployments.rollOut(SERVICE_NAMES, NEW);
		});
		figures("rollout, rollback, rollout", result);
		expect(result.failures.slice(0, 20)).toEqual([]);
		expect(SERVICE_NAMES.map((name) => deployments.count(name, NEW))).toEqual(SERVICE_NAMES.map(() => 2));
		expect(deployments.endings).toEqual(deployments.endings.map(() => 0));
		await deployments.cluster.audit();
	}, 900_000);

	it("answers every request while half of the pods leave their node at once", async () => {
		const result = await shop(2_000, () => deployments.drain());
		figures("node drain", result);
		expect(result.failures.slice(0, 20)).toEqual([]);
		await deployments.cluster.audit();
	}, 300_000);

	it("fails requests where readiness and drain are switched off, for comparison", async () => {
		const result = await shop(2_000, () => deployments.rollOut(SERVICE_NAMES, OLD, { inOrder: false }));
		figures("rollout without readiness and drain", result);
		expect(result.failures.length).toBeGreaterThan(0);
		await deployments.cluster.audit();
	}, 300_000);
});
