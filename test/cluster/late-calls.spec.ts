import { request } from "node:http";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import type { ShopProcess } from "../support/cluster/shop-process";
import { describeWith } from "../support/cluster/servers";
import { type Answer, clientOf } from "../support/http/http";
import { eventually } from "../support/world";

/** Longer than any pause of a process that runs. */
const STANDSTILL_MS = 2_500;
const CARD = { cardNo: "4242424242424242" };

describeWith(["nats", "mongod"], "S21: a cluster of two processes of order and of product, one of each frozen", () => {
	let cluster: Cluster;
	let shop: ReturnType<typeof clientOf>;
	let otherGateway: ReturnType<typeof clientOf>;
	let productIds: string[];
	const first = (service: "api" | "order" | "product") => cluster.processes(service)[0]!;

	beforeAll(async () => {
		cluster = await startCluster({
			// On LMDB a process that is frozen during a write holds up the others.
			store: "mongo",
			processes: { order: 2, product: 2, cart: 0, customer: 0, notification: 0 },
			gateways: 2,
			module: (service) => (service === "order" ? "test/support/cluster/freezing-process.ts" : undefined),
		});
		[otherGateway, shop] = cluster.urls.map(clientOf) as [typeof shop, typeof shop];
		productIds = await Promise.all(["Tea", "Cup", "Pot"].map(add));
		await eventually(async () => (await order("alice")).status === 201, 10_000);
	}, 120_000);
	afterAll(() => cluster?.stop(), 60_000);

	const add = async (name: string): Promise<string> =>
		(await shop.post("/products", { name, price: { amount: 700, currency: "KRW" }, stock: 10 })).body.id;
	const order = (customerId: string, productId = productIds[2], { post } = shop) =>
		post("/orders", { customerId, items: [{ productId, quantity: 1 }] });
	/** Two placed orders whose goods are reserved. */
	const orders = async (): Promise<string[]> => {
		const productId = await add("Sugar");
		const placed = await Promise.all([order("alice", productId), order("alice", productId)]);
		await eventually(async () => (await stockOf(productId)) === 8);
		return placed.map(({ body }) => body.id);
	};
	const stockOf = async (id: string): Promise<number> => (await shop.get(`/products/${id}`)).body.stock;
	const statusOf = async (id: string): Promise<string> => (await shop.get(`/orders/${id}`)).body.status;
	const ordersOf = async (customerId: string): Promise<number> =>
		(await shop.get(`/orders?customerId=${customerId}&limit=100`)).body.items.length;
	const setStock = (id: string, stock: number) => shop.patch(`/products/${id}`, { stock });
	const pay = (id: string) => shop.post(`/orders/${id}/payment`, CARD);
	const cancel = (id: string) => shop.post(`/orders/${id}/cancellation`, {});

	/** Sends two commands, one of which goes to the frozen process. Resolves with the subject of that one, which is answered 503. */
	const refusedOf = async (subjects: readonly string[], send: (subject: string) => Promise<Answer<any>>) => {
		const answers = await Promise.all(subjects.map((subject) => send(subject)));
		const refused = subjects.filter((_, index) => answers[index]!.status === 503);
		expect(answers.map(({ status }) => (status < 300 ? "done" : status)).sort()).toEqual([503, "done"]);
		return refused[0]!;
	};

	/**
	 * Thaws processes, and waits until each has run a command, so that it has seen all that waited and refuses no others, and until they have
	 * carried out more. The calls come from a gateway that has not called the process while it was frozen, and so does not avoid it.
	 */
	const thaw = async (frozen: readonly ShopProcess[], { patch, post }: typeof shop) => {
		for (const shopProcess of frozen) {
			shopProcess.thaw();
			const isOrder = shopProcess.service === "order";
			const command = isOrder ? "order.pay" : "product.change";
			const before = await runsOf(shopProcess, command);
			await eventually(async () => {
				await (isOrder ? post("/orders/none/payment", CARD) : patch("/products/none", { stock: 1 }));
				return (await runsOf(shopProcess, command)) > before;
			}, 15_000);
		}
		for (const id of await orders()) {
			await eventually(async () => (await post(`/orders/${id}/payment`, CARD)).status === 200, 10_000);
		}
	};

	/** How often a process ran an action and did not refuse it as too late, by its metrics. */
	const runsOf = async ({ healthUrl }: ShopProcess, action: string): Promise<number> => {
		const lines = (await (await fetch(`${healthUrl}/metrics`)).text()).split("\n");
		const count = (name: string, label = "") =>
			lines
				.filter((line) => line.startsWith(`${name}{`) && line.includes(`action="${action}"`) && line.includes(label))
				.reduce((sum, line) => sum + Number(line.split(" ")[1]), 0);
		return count("moleculer_request_total") - count("moleculer_request_error_total", 'errorType="REQUEST_TOO_LATE"');
	};

	it("carries out no command that was answered 503, when the frozen processes wake up", async () => {
		const [toPay, toCancel] = [await orders(), await orders()];
		const frozen = [first("order"), first("product")];
		frozen.forEach((shopProcess) => shopProcess.freeze());
		const [product, unpaid, uncancelled, customer] = await Promise.all([
			refusedOf(productIds.slice(0, 2), (id) => setStock(id, 111)),
			refusedOf(toPay, pay),
			refusedOf(toCancel, cancel),
			refusedOf(["bob", "carol"], order),
		]);
		expect((await setStock(product, 5)).status).toBe(200);
		expect((await pay(uncancelled)).body.status).toBe("completed");
		await thaw(frozen, otherGateway);
		expect({
			stock: await stockOf(product),
			paid: await statusOf(uncancelled),
			unpaid: await statusOf(unpaid),
			orders: await ordersOf(customer),
		}).toEqual({ stock: 5, paid: "completed", unpaid: "placed", orders: 0 });
	}, 60_000);

	it("saves no order for a caller that has left, where a process is frozen between load and save", async () => {
		first("order").child.send("freeze");
		const customer = await refusedOf(["dave", "erin"], (each) => order(each, undefined, otherGateway));
		await thaw([first("order")], shop);
		expect(await ordersOf(customer)).toBe(0);
	}, 60_000);

	it("answers 503 to what waited in a frozen gateway", async () => {
		const [productId = ""] = productIds;
		const gateway = first("api");
		gateway.freeze();
		const send = (stock: number) =>
			request(`${gateway.url}/products/${productId}`, {
				method: "PATCH",
				headers: { "Content-Type": "application/json" },
			}).end(JSON.stringify({ stock }));
		const left = send(222).on("error", () => undefined);
		const waiting = send(333);
		const answered = new Promise<number>((resolve) =>
			waiting.once("response", (response) => resolve(response.statusCode!)),
		);
		const since = Date.now();
		await eventually(async () => (await setStock(productId, 6)).status === 200);
		await eventually(() => Date.now() - since > STANDSTILL_MS);
		left.destroy();
		gateway.thaw();
		expect(await answered).toBe(503);
		await eventually(
			async () => (await clientOf(gateway.url!).patch(`/products/${productId}`, { name: "Tea" })).status === 200,
		);
		expect(await stockOf(productId)).toBe(6);
	}, 30_000);
});
