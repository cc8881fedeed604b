import { type Cluster, startCluster } from "../support/cluster/cluster";
import { freePort } from "../support/cluster/processes";
import { describeWith } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { type Manifest, ofKind, render } from "../support/pods/manifests";
import { eventually } from "../support/world";

const ORDERS = 30;

describeWith(["nats", "kubectl"], "what KEDA reads of JetStream to scale a service", () => {
	let cluster: Cluster;
	let monitor: string;
	/** By service, the trigger of its ScaledObject. */
	const triggers = new Map<string, Manifest>();

	beforeAll(async () => {
		for (const { spec } of ofKind(render("k8s/overlays/production"), "ScaledObject")) {
			const { metadata } = spec.triggers.find(({ type }: Manifest) => type === "nats-jetstream");
			triggers.set(metadata.consumer, metadata);
		}
		const port = await freePort();
		monitor = `http://127.0.0.1:${port}`;
		cluster = await startCluster({ nats: ["-m", String(port)] });
	}, 90_000);
	afterAll(() => cluster?.stop(), 60_000);

	/** The lag of a service's consumer, found as KEDA's scaler nats-jetstream finds it; undefined where there is no such consumer. */
	async function lagOf(service: string): Promise<number | undefined> {
		const { account, stream, consumer } = triggers.get(service);
		const answer = await fetch(`${monitor}/jsz?acc=${account}&consumers=true&config=true`);
		const { account_details: accounts } = (await answer.json()) as Manifest;
		const streams = accounts.find(({ name }: Manifest) => name === account)?.stream_detail ?? [];
		const consumers = streams.find(({ name }: Manifest) => name === stream)?.consumer_detail ?? [];
		const found = consumers.find(({ name }: Manifest) => name === consumer);
		return found && found.num_pending + found.num_ack_pending;
	}

	it("is there for each service that handles events", async () => {
		expect([...triggers.keys()].sort()).toEqual(["cart", "customer", "notification", "order", "payment", "product"]);
		for (const service of triggers.keys()) expect(await lagOf(service)).toBeDefined();
	});

	it("rises while a service does not keep up, and falls once it does", async () => {
		const [url] = cluster.urls;
		const { post } = clientOf(url!);
		const tea = { name: "Tea", price: { amount: 900, currency: "KRW" }, stock: 1_000 };
		const { id: productId } = (await post("/products", tea)).body;
		await eventually(async () => (await lagOf("cart")) === 0, 20_000);
		const [cart] = cluster.processes("cart");
		cart!.freeze();
		try {
			for (let count = 0; count < ORDERS; count++) {
				const { status } = await post("/orders", { customerId: `c-${count}`, items: [{ productId, quantity: 1 }] });
				expect(status).toBe(201);
			}
			const lag = await eventually(async () => ((await lagOf("cart")) ?? 0) >= ORDERS && lagOf("cart"), 20_000);
			console.log(`${ORDERS} orders while cart stands still: a lag of ${lag}`);
		} finally {
			cart!.thaw();
		}
		await eventually(async () => (await lagOf("cart")) === 0, 30_000);
	}, 90_000);
});
