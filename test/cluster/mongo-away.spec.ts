import { MongoClient } from "mongodb";
import type { Cluster } from "../support/cluster/cluster";
import { SEED } from "../support/shop/customer";
import { clientOf } from "../support/http/http";
import { describeSkipped, describeWith, MONGO_URI_GIVEN } from "../support/cluster/servers";
import { startTrading, type Trade } from "../support/cluster/trade";
import { eventually } from "../support/world";

const AWAY_MS = 30_000;
/** Every answer comes within this time. */
const ANSWERED_WITHIN_MS = 6_000;

let cluster: Cluster;
let trade: Trade;

/** Each suite has a cluster of its own. */
function beginWithTrade(): void {
	beforeAll(async () => {
		({ cluster, trade } = await startTrading({ store: "mongo", processes: 1, gateways: 1 }, SEED));
	}, 120_000);
	afterAll(async () => {
		await trade?.close();
		await cluster?.stop();
	}, 60_000);
}

describeWithReplicaSet(`S4: a cluster whose MongoDB primary steps down (SEED=${SEED})`, () => {
	beginWithTrade();

	it("goes on with the next primary, and has lost nothing", async () => {
		const client = await MongoClient.connect(MONGO_URI_GIVEN!);
		// The primary may close the connection of this command.
		await client
			.db("admin")
			.command({ replSetStepDown: 20, force: true })
			.catch(() => undefined);
		await client.close();
		const since = Date.now();
		const sold = trade.acknowledged.completed.size;
		await eventually(() => trade.acknowledged.completed.size > sold + 20, 60_000);
		console.log(`failover: 20 more orders completed after ${Date.now() - since} ms`);
		await trade.close();
		await cluster.audit(30);
		await trade.expectKept();
	}, 150_000);
});

/** A suite that needs a replica set: skipped where `MONGO_URI` names none. */
function describeWithReplicaSet(name: string, suite: () => void): void {
	if (MONGO_URI_GIVEN?.includes("replicaSet=")) describeWith(["nats", "mongod"], name, suite);
	else describeSkipped("MONGO_URI names no replica set", name, suite);
}

// Tests never kill a server that `MONGO_URI` names.
(MONGO_URI_GIVEN ? describe.skip : describe)("with a MongoDB of its own", () => {
	describeWith(["nats", "mongod"], `S4: a cluster that loses MongoDB (SEED=${SEED})`, () => {
		beginWithTrade();

		const recovers = async () => {
			const back = Date.now();
			const sold = trade.acknowledged.completed.size;
			await eventually(() => trade.acknowledged.completed.size > sold + 5, 30_000);
			return Date.now() - back;
		};

		it("completes orders again after MongoDB was killed and restarted at once", async () => {
			await cluster.mongo!.kill();
			await cluster.mongo!.start();
			const recoveredMs = await recovers();
			console.log(`MongoDB killed and started again: the next orders completed after ${recoveredMs} ms`);
		}, 60_000);

		it("answers 503 with Retry-After for 30 s without MongoDB, stays alive but not ready, and goes on by itself", async () => {
			await cluster.mongo!.kill();
			const until = Date.now() + AWAY_MS;
			const gateway = clientOf(cluster.urls[0]!);
			let slowest = 0;
			let asked = 0;
			while (Date.now() < until) {
				for (const path of ["/products", "/orders/any", "/carts/alice", "/mypages/alice"]) {
					const since = performance.now();
					const { status, headers, body } = await gateway.get(path);
					const answer = { path, status, code: body.code, retryAfter: headers.get("retry-after") };
					expect(answer).toEqual({ path, status: 503, code: expect.any(String), retryAfter: expect.any(String) });
					slowest = Math.max(slowest, performance.now() - since);
					asked++;
				}
			}
			expect(slowest).toBeLessThan(ANSWERED_WITHIN_MS);
			for (const shopProcess of cluster.processes()) {
				expect([shopProcess.name, (await fetch(`${shopProcess.healthUrl}/livez`)).status]).toEqual([
					shopProcess.name,
					200,
				]);
				const expected = shopProcess.service === "api" ? 200 : 503;
				expect([shopProcess.name, (await fetch(`${shopProcess.healthUrl}/readyz`)).status]).toEqual([
					shopProcess.name,
					expected,
				]);
			}
			await cluster.mongo!.start();
			const recoveredMs = await recovers();
			expect(cluster.processes().filter(({ hasEnded }) => hasEnded)).toEqual([]);
			console.log(
				`MongoDB away for 30 s: ${asked} requests refused, the slowest after ${Math.round(slowest)} ms; the next orders completed ${recoveredMs} ms after its return`,
			);
		}, 120_000);

		it("keeps every acknowledged change, and has no difference in an audit", async () => {
			await trade.close();
			await cluster.audit(30);
			await trade.expectKept();
			console.log(`SEED=${SEED}: ${trade.summary}`);
		}, 60_000);
	});
});
