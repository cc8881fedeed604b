import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import { SEED, seededRandom } from "../support/shop/customer";
import { clientOf } from "../support/http/http";
import { describeWith } from "../support/cluster/servers";
import { eventually } from "../support/world";

const RACES = process.env.LONG ? 2_000 : 150;
const CARD = "4242424242424242";

/** A customer of a cluster with two processes of order and payment, and two gateways. */
class Desk {
	private turn = 0;
	private productId = "";

	constructor(readonly cluster: Cluster) {}

	static async open(env: Record<string, string>): Promise<Desk> {
		const desk = new Desk(await startCluster({ processes: { order: 2, payment: 2 }, gateways: 2, env }));
		const product = { name: "Tea", price: { amount: 700, currency: "KRW" }, stock: 1_000_000 };
		desk.productId = (await desk.client.post("/products", product)).body.id;
		return desk;
	}

	/** A client of the next gateway. */
	get client() {
		return clientOf(this.cluster.urls[this.turn++ % this.cluster.urls.length]!);
	}

	async order(): Promise<string> {
		const items = [{ productId: this.productId, quantity: 1 }];
		const { status, body } = await this.client.post("/orders", { customerId: "alice", items });
		expect(status).toBe(201);
		return body.id;
	}

	pay(id: string, key?: string, cardNo = CARD) {
		return this.client.post(`/orders/${id}/payment`, { cardNo }, key === undefined ? {} : { "idempotency-key": key });
	}

	cancel(id: string) {
		return this.client.post(`/orders/${id}/cancellation`, {});
	}

	async statusOf(id: string): Promise<string> {
		return (await this.client.get(`/orders/${id}`)).body.status;
	}

	async captures(): Promise<Map<string, number>> {
		const counts = new Map<string, number>();
		for (const { type, orderId } of await this.cluster.journal())
			if (type === "captured") counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
		return counts;
	}
}

describeWith(["nats"], "S8: a cluster whose payment processor captures and never answers", () => {
	let desk: Desk;

	beforeAll(async () => {
		const env = { PAYMENT_TIMEOUT_MS: "1000", PAYMENT_SIM_LATENCY_MS: "200", PAYMENT_SIM_LOSE_ANSWER_RATE: "1" };
		desk = await Desk.open(env);
	}, 120_000);
	afterAll(() => desk?.cluster.stop(), 60_000);

	const settles = async (id: string, since: number) => {
		await eventually(async () => (await desk.statusOf(id)) === "completed", 15_000);
		return ((Date.now() - since) / 1_000).toFixed(1);
	};

	it("shows the order as paying, settles the payment by itself, and then answers the same key with the completed order", async () => {
		const [id, key] = [await desk.order(), randomUUID()];
		const paid = await desk.pay(id, key);
		expect(paid).toMatchObject({ status: 503, body: { code: "PAYMENT_OUTCOME_UNKNOWN" } });
		expect(paid.headers.get("retry-after")).toBeTruthy();
		expect(await desk.statusOf(id)).toBe("paying");
		console.log(`settled ${await settles(id, Date.now())} s after the answer was lost`);
		expect(await desk.pay(id, key)).toMatchObject({ status: 200, body: { status: "completed" } });
	}, 40_000);

	it.each(["order", "payment"] as const)(
		"captures once, and settles, where every process of %s is killed while customers pay",
		async (service) => {
			const ids = await Promise.all(Array.from({ length: 5 }, () => desk.order()));
			const keys = new Map(ids.map((id) => [id, randomUUID()]));
			const paying = Promise.allSettled(ids.map((id) => desk.pay(id, keys.get(id))));
			const arePaying = async () =>
				(await Promise.all(ids.map((id) => desk.statusOf(id)))).every((status) => status === "paying");
			await eventually(arePaying);
			await Promise.all(desk.cluster.processes(service).map((shopProcess) => shopProcess.kill()));
			await Promise.all(desk.cluster.processes(service).map((shopProcess) => shopProcess.restart()));
			const back = Date.now();
			await paying;
			// A customer without an answer clicks again, with the same key.
			for (const id of ids) {
				await eventually(async () => {
					const { status } = await desk.pay(id, keys.get(id));
					return status === 200;
				}, 20_000);
			}
			console.log(`${service} killed while paying: all settled ${await settles(ids[0]!, back)} s after its return`);
			const captures = await desk.captures();
			expect(ids.map((id) => captures.get(id))).toEqual(ids.map(() => 1));
		},
		90_000,
	);

	it("has no difference in an audit", () => desk.cluster.audit(), 60_000);
});

describeWith(["nats"], `S9, S10: a cluster whose customers click twice and change their minds (SEED=${SEED})`, () => {
	let desk: Desk;
	const random = seededRandom(SEED);

	beforeAll(async () => {
		desk = await Desk.open({ PAYMENT_SIM_LATENCY_MS: "10" });
	}, 120_000);
	afterAll(() => desk?.cluster.stop(), 60_000);

	it("captures once, and gives 100 clicks with one key on both gateways the same answer", async () => {
		const [id, key] = [await desk.order(), randomUUID()];
		const answers = await Promise.all(Array.from({ length: 100 }, () => desk.pay(id, key)));
		const done = answers.filter(({ status }) => status === 200);
		expect(done.length).toBeGreaterThan(0);
		for (const { body } of done) expect(body).toEqual(done[0]!.body);
		for (const { status, body } of answers)
			if (status !== 200) expect([status, body.code]).toEqual([409, "REQUEST_IN_PROGRESS"]);
		expect((await desk.captures()).get(id)).toBe(1);
		expect(await desk.pay(id, key, "5555555555554444")).toMatchObject({
			status: 422,
			body: { code: "IDEMPOTENCY_KEY_REUSED" },
		});
		expect(await desk.pay(id, randomUUID())).toMatchObject({ status: 409, body: { code: "ORDER_ALREADY_PAID" } });
	}, 60_000);

	it(`cancels ${RACES} orders that are paid at the same time, and refunds each capture`, async () => {
		const race = async () => {
			const id = await desk.order();
			const [payAfter, cancelAfter] = [random() * 40, random() * 200];
			const [paid, cancelled] = await Promise.all([
				sleep(payAfter).then(() => desk.pay(id)),
				sleep(cancelAfter).then(() => desk.cancel(id)),
			]);
			expect([200, 409]).toContain(paid.status);
			if (paid.status === 409) expect(paid.body.code).toBe("ORDER_CANCELLED");
			expect([cancelled.status, cancelled.body.status]).toEqual([200, "cancelled"]);
			return { id, paid: paid.status === 200 };
		};
		const outcomes: Array<{ id: string; paid: boolean }> = [];
		while (outcomes.length < RACES) outcomes.push(...(await Promise.all(Array.from({ length: 10 }, race))));
		await desk.cluster.audit(30);
		const raced = new Set(outcomes.map(({ id }) => id));
		// The audit accepts a refund that is still due, so the last refunds may come after it.
		const journal = await eventually(async () => {
			const entries = await desk.cluster.journal();
			const count = (wanted: string) =>
				entries.filter(({ type, orderId }) => type === wanted && raced.has(orderId)).length;
			return count("refunded") >= count("captured") && entries;
		}, 20_000);
		for (const { id, paid } of outcomes) {
			const done = journal.filter(({ orderId }) => orderId === id).map(({ type }) => type);
			const captured = done.filter((type) => type === "captured").length;
			expect(captured).toBeLessThanOrEqual(1);
			expect(done.filter((type) => type === "refunded")).toHaveLength(captured);
			if (paid) expect(captured).toBe(1);
		}
		const paid = outcomes.filter((outcome) => outcome.paid).length;
		console.log(`SEED=${SEED}: ${outcomes.length} races; in ${paid} the payment was first`);
	}, 600_000);
});
