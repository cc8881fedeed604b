import { type Cluster, startCluster } from "../support/cluster/cluster";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { eventually } from "../support/world";

const CARD = "4242424242424242";
const API = "/operator/api";

describeWith(["nats"], "an operator of a cluster with two gateways", () => {
	let cluster: Cluster;
	let [a, b]: Array<ReturnType<typeof clientOf>> = [];

	beforeAll(async () => {
		cluster = await startCluster({ processes: { payment: 2 }, gateways: 2 });
		[a, b] = cluster.urls.map(clientOf);
	}, 120_000);
	afterAll(() => cluster?.stop(), 60_000);

	const look = async () => (await a!.get(`${API}/state`)).body;

	it("sees all processes, and what was sold through any of them", async () => {
		const product = { name: "Tea", price: { amount: 100, currency: "KRW" }, stock: 10 };
		const { id: productId } = (await a!.post(`${API}/products`, product)).body;
		const order = (await b!.post("/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] })).body;
		await eventually(async () => (await b!.post(`/orders/${order.id}/payment`, { cardNo: CARD })).status === 200);
		const state = await eventually(async () => {
			const now = await look();
			return now.lastMinute.paid === 1 && now.processes.every(({ status }: any) => status === "here") && now;
		}, 20_000);
		expect(state.processes).toHaveLength(cluster.processes().length);
		const running = state.processes.flatMap(({ services }: any) => services);
		expect(running.filter((name: string) => name === "payment")).toHaveLength(2);
		expect(state.processes.every(({ report }: any) => report.network === "connected" && report.readiness.ready)).toBe(
			true,
		);
		expect(state.missing).toEqual([]);

		const story = await eventually(async () => {
			const { body } = await b!.get(`${API}/orders/${order.id}/story`);
			return body.messages?.length === 2 && body.missing.length === 0 && body;
		}, 20_000);
		expect(story.ledger).toMatchObject([{ type: "captured" }]);
		const handlers = story.events.flatMap(({ handled }: any) => handled.map(({ nodeId }: any) => nodeId));
		expect(new Set(handlers).size).toBeGreaterThan(2);
	}, 60_000);

	it("reads at one gateway what was done through another one, and sets faults in all processes of payment", async () => {
		const done = await b!.post(`${API}/faults`, { latencyMs: 5, forS: 60 });
		expect(done.body).toMatchObject({ status: "done", by: "loopback" });
		expect((await a!.get(`${API}/trail`)).body.items[0]).toMatchObject({ id: done.body.id, status: "done" });
		const { processes } = (await a!.get(`${API}/faults`)).body;
		expect(processes.map(({ faults }: any) => faults.latencyMs)).toEqual([5, 5]);
		expect((await a!.post(`${API}/faults/reset`)).body.status).toBe("done");
	});

	it("audits the stores of all services", async () => {
		const { body } = await a!.post(`${API}/audits`, { waitS: 20 });
		const audit = await eventually(async () => {
			const found = (await b!.get(`${API}/audits/${body.id}`)).body;
			return found.status !== "running" && found;
		}, 40_000);
		expect(audit).toMatchObject({ status: "done", differences: 0, report: { orders: { completed: 1 } } });
	}, 60_000);

	it("is shown a process that stands still as silent, and waits for it no longer than a moment", async () => {
		const frozen = cluster.processes("payment")[1]!;
		frozen.freeze();
		try {
			const since = Date.now();
			const state = await eventually(async () => {
				const now = await look();
				return now.processes.some(({ status }: any) => status === "silent") && now;
			}, 20_000);
			expect(Date.now() - since).toBeLessThan(15_000);
			const others = state.processes.filter(({ status }: any) => status === "here");
			expect(others).toHaveLength(cluster.processes().length - 1);
		} finally {
			frozen.thaw();
		}
		await eventually(async () => (await look()).processes.every(({ status }: any) => status === "here"), 30_000);
	}, 60_000);
});
