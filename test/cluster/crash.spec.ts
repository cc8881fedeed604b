import { setTimeout as sleep } from "node:timers/promises";
import { HANDLING_SERVICES, type ServiceName } from "../../config";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { CRASH_POINTS, type CrashPoint } from "../support/cluster/crash-points";
import { SEED, seededRandom } from "../support/shop/customer";
import { ended } from "../support/cluster/processes";
import { describeWith } from "../support/cluster/servers";
import { Trade } from "../support/cluster/trade";

const STORES = process.env.LONG ? (["lmdb", "mongo"] as const) : (["lmdb"] as const);
const CUSTOMERS = 5;
/** Under load every service passes each of its crash points at least 5 times within this time. */
const DIES_WITHIN_MS = 20_000;

const PUBLISHES_NOTHING: ReadonlySet<CrashPoint> = new Set([
	"after commit before delivery",
	"after delivery before mark",
]);
const MATRIX = HANDLING_SERVICES.flatMap((service) =>
	CRASH_POINTS.filter((point) => {
		if (point === "after provider call before record") return service === "payment";
		return service !== "customer" || !PUBLISHES_NOTHING.has(point);
	}).map((point): [ServiceName, CrashPoint] => [service, point]),
);

describe.each(STORES)("on %s", (store) => {
	describeWith(
		store === "mongo" ? ["nats", "mongod"] : ["nats"],
		`S1: a cluster whose processes are killed one after the other, each at its worst moment (SEED=${SEED})`,
		() => {
			const random = seededRandom(SEED);
			let cluster: Cluster;
			let trade: Trade;
			let kills = 0;
			let last: ServiceName | undefined;

			beforeAll(async () => {
				const module = (service: ServiceName) =>
					service === "api" ? undefined : "test/support/cluster/crashing-process.ts";
				const env = {
					PAYMENT_TIMEOUT_MS: "1000",
					PAYMENT_SIM_LATENCY_MS: "5",
					PAYMENT_SIM_LOSE_ANSWER_RATE: "0.02",
					PAYMENT_SIM_FAIL_RATE: "0.02",
				};
				cluster = await startCluster({ store, processes: 2, gateways: 1, module, env });
				trade = new Trade(cluster.urls, random);
				await trade.stockUp();
				trade.open(CUSTOMERS, 150);
			}, 120_000);
			afterAll(async () => {
				await trade?.close();
				await cluster?.stop();
			}, 60_000);

			it.each(MATRIX)(
				"loses nothing when %s is killed %s",
				async (service, point) => {
					// The kills of the previous service must have left no difference.
					if (last !== undefined && last !== service) await cluster.audit();
					last = service;
					const processes = cluster.processes(service);
					const shopProcess = processes[kills++ % processes.length]!;
					shopProcess.child.send({ crashAt: point, passes: 1 + Math.floor(random() * 5) });
					const killed = await Promise.race([
						ended(shopProcess.child),
						sleep(DIES_WITHIN_MS, undefined, { ref: false }),
					]);
					expect(killed).toMatchObject({ signal: "SIGKILL" });
					await shopProcess.restart();
				},
				90_000,
			);

			it("keeps every acknowledged change, and has no difference in an audit", async () => {
				await trade.close();
				await cluster.audit();
				await trade.expectKept();
				console.log(`SEED=${SEED} on ${store}: ${kills} kills; ${trade.summary}`);
				expect(trade.acknowledged.completed.size).toBeGreaterThan(20);
			}, 90_000);
		},
	);
});
