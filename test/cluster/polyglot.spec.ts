import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { clientOf } from "../support/http/http";
import { describeWith } from "../support/cluster/servers";
import { eventually } from "../support/world";

describeWith(["nats", "mongod"], "a cluster that keeps payments in MongoDB and all other documents in LMDB", () => {
	let cluster: Cluster;
	let shop: ReturnType<typeof clientOf>;

	beforeAll(async () => {
		cluster = await startCluster({ store: ["payment"] });
		shop = clientOf(cluster.urls[0]!);
	}, 120_000);
	afterAll(() => cluster?.stop(), 60_000);

	it("takes, completes, cancels and refunds an order", async () => {
		const product = { name: "Tea", price: { amount: 900, currency: "KRW" }, stock: 10 };
		const { id: productId } = (await shop.post("/products", product)).body;
		const order = { customerId: "alice", items: [{ productId, quantity: 2 }] };
		const { id } = (await shop.post("/orders", order)).body;
		const paid = await shop.post(`/orders/${id}/payment`, { cardNo: "4242424242424242" });
		expect([paid.status, paid.body.status]).toEqual([200, "completed"]);
		expect((await shop.post(`/orders/${id}/cancellation`, {})).status).toBe(200);
		await eventually(async () => (await shop.get(`/cancellations/${id}`)).body.refund.status === "refunded", 10_000);
		await cluster.audit();
		expect((await cluster.journal()).map(({ type, orderId }) => [type, orderId])).toEqual([
			["captured", id],
			["refunded", id],
		]);
	}, 60_000);

	it("keeps a payment process on LMDB from getting ready, which logs the reason", async () => {
		const stray = await cluster.add("payment", { env: { MONGO_URI_PAYMENT: "" } });
		await eventually(() => stray.output.includes("payment runs elsewhere on another store"), 20_000);
		expect(await stray.isReady()).toBe(false);
		expect((await fetch(`${stray.healthUrl}/readyz`)).status).toBe(503);
		expect(await stray.stop()).toBe(0);
	}, 60_000);

	it("keeps a second order process on another folder from getting ready, until the first has stopped; then it restores the orders from their events", async () => {
		const folder = mkdtempSync(join(tmpdir(), "funshop-other-"));
		const stray = await cluster.add("order", { env: { DATA_DIR: folder } });
		await eventually(() => stray.output.includes("order runs elsewhere on another store"), 20_000);
		expect((await fetch(`${stray.healthUrl}/readyz`)).status).toBe(503);
		expect((await shop.get("/orders?customerId=alice")).body.items).toHaveLength(1);
		await cluster.processes("order")[0]!.stop();
		await stray.ready();
		const { id, version } = await eventually(
			async () => (await shop.get("/orders?customerId=alice")).body.items?.[0],
			10_000,
		);
		expect((await shop.get("/mypages/alice")).body.orders).toMatchObject([{ id, version, status: "cancelled" }]);
		await stray.stop();
		rmSync(folder, { recursive: true });
	}, 60_000);

	it("lets one of two cart processes on different folders get ready, when both start at the same time", async () => {
		await cluster.processes("cart")[0]!.stop();
		const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "funshop-twin-")));
		const twins = await Promise.all(folders.map((folder) => cluster.add("cart", { env: { DATA_DIR: folder } })));
		await eventually(() => twins.some(({ output }) => output.includes("cart runs elsewhere on another store")), 30_000);
		await eventually(async () => (await Promise.all(twins.map((twin) => twin.isReady()))).includes(true), 30_000);
		const ready = await Promise.all(twins.map((twin) => twin.isReady()));
		expect(ready.filter(Boolean)).toHaveLength(1);
		await Promise.all(twins.map((twin) => twin.stop()));
		for (const folder of folders) rmSync(folder, { recursive: true });
	}, 90_000);
});
