import type { ServiceName } from "../../config";
import { natsState } from "../bench/scale/nats-monitor";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { freePort } from "../support/cluster/processes";
import { describeWith } from "../support/cluster/servers";
import type { ShopProcess } from "../support/cluster/shop-process";
import { clientOf } from "../support/http/http";
import { whileCustomersShop } from "../support/shop/unbroken-service";

const SCALED: readonly ServiceName[] = ["order", "payment", "customer"];
/** As the autoscalers add pods: at most as many as there are. */
const STEPS = [2, 4, 8, 10];
const REQUESTS = 3_000;
const CLIENTS = 4;

describeWith(
	["nats"],
	"S13: order, payment and customer, scaled from one process to ten and back while customers shop",
	() => {
		let cluster: Cluster;
		let monitorUrl: string;

		beforeAll(async () => {
			const port = await freePort();
			monitorUrl = `http://127.0.0.1:${port}`;
			cluster = await startCluster({ nats: ["-m", String(port)] });
		}, 90_000);
		afterAll(() => cluster?.stop(), 60_000);

		it("answer every request", async () => {
			const [url] = cluster.urls;
			const product = { name: "Scaled tea", price: { amount: 500, currency: "KRW" }, stock: 1_000_000 };
			const productId = (await clientOf(url!).post("/products", product)).body.id;
			const states: Array<{ processes: number; connections: number; consumers: number }> = [];
			const note = async () => {
				const { connections, consumers } = await natsState(monitorUrl);
				const processes = cluster.processes().filter(({ hasEnded }) => !hasEnded).length;
				states.push({ processes, connections, consumers });
			};
			await note();
			const { requests, failures } = await whileCustomersShop(
				{ url: url!, productId, clients: CLIENTS, least: REQUESTS },
				async () => {
					for (const step of STEPS) {
						const added: ShopProcess[] = [];
						for (const service of SCALED) {
							while (cluster.processes(service).length < step) added.push(await cluster.add(service));
						}
						await Promise.all(added.map((shopProcess) => shopProcess.ready(60_000)));
					}
					await note();
					for (const service of SCALED) {
						for (const shopProcess of cluster.processes(service).slice(1)) expect(await shopProcess.stop()).toBe(0);
					}
				},
			);
			await note();
			console.log(`1 to 10 to 1: ${requests} requests, ${failures.length} failed; ${JSON.stringify(states)}`);
			expect(failures.slice(0, 20)).toEqual([]);
			// All processes of a service share its consumers, and take their connections with them.
			expect(states[2]).toEqual(states[0]);
			expect(states[1]!.consumers).toBe(states[0]!.consumers);
			await cluster.audit();
		}, 300_000);
	},
);
