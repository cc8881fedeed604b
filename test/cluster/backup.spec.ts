import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientOf } from "../support/http/http";
import { SEED } from "../support/shop/customer";
import type { Cluster } from "../support/cluster/cluster";
import { describeWith, startMongod, type TestServer } from "../support/cluster/servers";
import { startTrading, type Trade } from "../support/cluster/trade";
import { eventually } from "../support/world";

/** What a snapshot of a server's volume holds: its files as of one moment, while it runs. */
function snapshot({ process, dataDir }: TestServer, folder: string): number {
	const since = Date.now();
	process.kill("SIGSTOP");
	try {
		cpSync(dataDir, folder, { recursive: true });
	} finally {
		process.kill("SIGCONT");
	}
	return Date.now() - since;
}

async function putBack(server: TestServer, folder: string): Promise<void> {
	rmSync(server.dataDir, { recursive: true });
	cpSync(folder, server.dataDir, { recursive: true });
	await server.start();
}

describeWith(
	["nats", "ownMongod"],
	`S22: a cluster on MongoDB that is backed up while customers shop (SEED=${SEED})`,
	() => {
		const folder = mkdtempSync(join(tmpdir(), "funshop-cluster-backup-"));
		const [stream, documents] = [join(folder, "nats"), join(folder, "mongod")];
		let cluster: Cluster;
		let mongo: TestServer;
		let trade: Trade;

		beforeAll(async () => {
			mongo = await startMongod();
			({ cluster, trade } = await startTrading({ env: { MONGO_URI: mongo.url } }, SEED));
		}, 180_000);
		afterAll(async () => {
			await trade?.close();
			await cluster?.stop();
			await mongo?.stop();
			rmSync(folder, { recursive: true });
		}, 60_000);

		const sold = (more: number) => {
			const { completed } = trade.acknowledged;
			const least = completed.size + more;
			return eventually(() => completed.size > least, 40_000);
		};

		it("has all that was answered before, and no difference in an audit, where NATS was copied first and MongoDB a while later", async () => {
			const { placed, completed, cancelled } = trade.acknowledged;
			const natsMs = snapshot(cluster.nats, stream);
			await sold(20);
			const before = { placed: [...placed], completed: [...completed] };
			const mongoMs = snapshot(mongo, documents);
			// An order that the trade had under way may be in the copy though its answer came later: these are asked for now.
			const { get, post } = clientOf(cluster.urls[0]!);
			const [product] = (await get("/products")).body.items;
			const order = { customerId: "late", items: [{ productId: product.id, quantity: 1 }] };
			const after: string[] = [];
			for (let count = 0; count < 5; count++) {
				const answer = await post("/orders", order);
				expect(answer.status).toBe(201);
				after.push(answer.body.id);
			}
			await sold(20);
			await trade.close();

			const lostAt = Date.now();
			await Promise.all(cluster.processes().map((shopProcess) => shopProcess.kill()));
			await Promise.all([cluster.nats.kill(), mongo.kill()]);
			await Promise.all([putBack(cluster.nats, stream), putBack(mongo, documents)]);
			for (const shopProcess of cluster.processes()) shopProcess.start();
			await Promise.all(cluster.processes().map((shopProcess) => shopProcess.ready(60_000)));
			const readyMs = Date.now() - lostAt;
			await cluster.audit(30);
			console.log(
				`NATS stood still for ${natsMs} ms, MongoDB for ${mongoMs} ms; restored and ready in ${readyMs} ms, clean audit ${Date.now() - lostAt} ms after the loss; ${before.completed.length} paid orders kept, the orders placed after both copies are lost`,
			);

			for (const id of before.placed) expect((await get(`/orders/${id}`)).status).toBe(200);
			for (const id of before.completed) {
				// Customers cancel some of them, before the copy or after it.
				const { status } = (await get(`/orders/${id}`)).body;
				expect(cancelled.has(id) ? ["completed", "cancelled"] : ["completed"]).toContain(status);
			}
			for (const id of after) expect((await get(`/orders/${id}`)).status).toBe(404);
		}, 150_000);

		it("sells on from there, with no difference in an audit", async () => {
			trade.open(6, 50);
			await sold(20);
			await trade.close();
			await cluster.audit(30);
		}, 90_000);
	},
);
