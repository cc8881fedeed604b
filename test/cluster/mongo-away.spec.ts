import type { Cluster } from "../support/cluster/cluster";
import { SEED } from "../support/shop/customer";
import { clientOf } from "../support/http/http";
import { TestReplicaSet } from "../support/cluster/replica-set";
import { describeWith, startMongod, type TestServer } from "../support/cluster/servers";
import { startTrading, type Trade } from "../support/cluster/trade";
import { eventually } from "../support/world";

const AWAY_MS = 30_000;
/** Every answer comes within this time. */
const ANSWERED_WITHIN_MS = 6_000;

let cluster: Cluster;
let trade: Trade;

async function begin(uri: string): Promise<void> {
	({ cluster, trade } = await startTrading({ processes: 1, gateways: 1, env: { MONGO_URI: uri } }, SEED));
}

async function end(): Promise<void> {
	await trade?.close();
	await cluster?.stop();
}

describeWith(["nats", "mongodb"], `S4: a cluster whose MongoDB loses its primary (SEED=${SEED})`, () => {
	let set: TestReplicaSet;
	beforeAll(async () => {
		set = await TestReplicaSet.start(3);
		await begin(set.url);
	}, 180_000);
	afterAll(async () => {
		await end();
		await set?.stop();
	}, 60_000);

	const goesOnAfter = async (what: string) => {
		const since = Date.now();
		const sold = trade.acknowledged.completed.size;
		await eventually(() => trade.acknowledged.completed.size > sold + 20, 60_000);
		console.log(`MongoDB's primary ${what}: 20 more orders completed after ${Date.now() - since} ms`);
	};

	it("goes on with the next primary after a step-down", async () => {
		// The primary may close the connection of this command.
		await set.ask(await set.primary(), { replSetStepDown: 20, force: true }).catch(() => undefined);
		await goesOnAfter("stepped down");
	}, 180_000);

	it("goes on with the next primary after a kill -9, also when the lost one comes back", async () => {
		const primary = await set.primary();
		await primary.kill();
		await goesOnAfter("was killed");
		await primary.start();
		await goesOnAfter("came back");
	}, 240_000);

	it("has lost nothing, and has no difference in an audit", async () => {
		await trade.close();
		await cluster.audit(30);
		await trade.expectKept();
	}, 90_000);
});

describeWith(["nats", "ownMongod"], `S4: a cluster that loses MongoDB (SEED=${SEED})`, () => {
	let mongo: TestServer;
	beforeAll(async () => {
		mongo = await startMongod();
		await begin(mongo.url);
	}, 180_000);
	afterAll(async () => {
		await end();
		await mongo?.stop();
	}, 60_000);

	const recovers = async () => {
		const back = Date.now();
		const sold = trade.acknowledged.completed.size;
		await eventually(() => trade.acknowledged.completed.size > sold + 5, 30_000);
		return Date.now() - back;
	};

	it("completes orders again after MongoDB was killed and restarted at once", async () => {
		await mongo.kill();
		await mongo.start();
		const recoveredMs = await recovers();
		console.log(`MongoDB killed and started again: the next orders completed after ${recoveredMs} ms`);
	}, 60_000);

	it("answers 503 with Retry-After for 30 s without MongoDB, stays alive but not ready, and goes on by itself", async () => {
		await mongo.kill();
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
		await mongo.start();
		const recoveredMs = await recovers();
		expect(cluster.processes().filter(({ hasEnded }) => hasEnded)).toEqual([]);
		console.log(
			`MongoDB away for 30 s: ${asked} requests refused, the slowest after ${Math.round(slowest)} ms; the next orders completed ${recoveredMs} ms after its return`,
		);
	}, 180_000);

	it("keeps every acknowledged change, and has no difference in an audit", async () => {
		await trade.close();
		await cluster.audit(30);
		await trade.expectKept();
		console.log(`SEED=${SEED}: ${trade.summary}`);
	}, 60_000);
});
