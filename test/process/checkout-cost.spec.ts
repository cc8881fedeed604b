import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPILED } from "../support/compile";
import { ended, freePort } from "../support/cluster/processes";
import { clientOf } from "../support/http/http";
import { combine, type Counts, countsOf } from "../support/shop/counts";
import { eventually } from "../support/world";

const CLIENTS = 10;
const CHECKOUTS = 200;

/**
 * The most that a checkout may cost: an order, its payment, and my page read until it shows both. Operations are counted, not timed; commits and reads of pages
 * depend on the machine, so they have some room. Lower a limit when the shop needs less.
 */
const BUDGET: Readonly<Partial<Counts>> = {
	documentWrites: 18,
	puts: 40,
	removes: 8,
	indexPuts: 14,
	indexRemoves: 8,
	rangeScans: 9,
	commits: 8,
	appendedEvents: 8,
	eventDeliveries: 14,
};

describe("a checkout in one process", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-cost-"));
	let shop: ChildProcess;
	let client: ReturnType<typeof clientOf>;

	beforeAll(async () => {
		const port = await freePort();
		shop = fork(join(COMPILED, "test/bench/subjects/shop.js"), {
			env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: dataDir, LOGLEVEL: "error" },
			stdio: ["ignore", "ignore", "inherit", "ipc"],
		});
		client = clientOf(`http://127.0.0.1:${port}`);
		await eventually(
			() =>
				client.get("/readyz").then(
					({ status }) => status === 200,
					() => false,
				),
			20_000,
		);
	}, 30_000);
	afterAll(async () => {
		shop.kill("SIGTERM");
		await ended(shop);
		rmSync(dataDir, { recursive: true });
	});

	it("stays within its budget of writes, index entries and commits", async () => {
		const { get, post } = client;
		const product = { name: "Tea", price: { amount: 100, currency: "KRW" }, stock: 1_000_000 };
		const items = [{ productId: (await post("/products", product)).body.id, quantity: 1 }];
		/** A busy machine may refuse a request. */
		const insist = (path: string, body: object) =>
			eventually(async () => {
				const answer = await post(path, body);
				return answer.status !== 503 && answer;
			}, 20_000);
		const checkout = async (customerId: string) => {
			const { body: order } = await insist("/orders", { customerId, items });
			expect((await insist(`/orders/${order.id}/payment`, { cardNo: "4242424242424242" })).status).toBe(200);
			await eventually(async () => {
				const page = await get(`/mypages/${customerId}`);
				return page.body.orders.some(({ id, status }: any) => id === order.id && status === "completed");
			});
		};
		const before = await countsOf(shop);
		const customers = Array.from({ length: CLIENTS }, async (_, customer) => {
			for (let number = 0; number < CHECKOUTS / CLIENTS; number++) await checkout(`c${customer}`);
		});
		await Promise.all(customers);
		const counted = combine(await countsOf(shop), before, (later, earlier) => later - earlier);
		for (const [name, limit] of Object.entries(BUDGET) as Array<[keyof Counts, number]>) {
			const each = counted[name] / CHECKOUTS;
			expect({ [name]: each <= limit ? "within budget" : each }).toEqual({ [name]: "within budget" });
			// A counter that counts nothing would pass.
			expect(each).toBeGreaterThan(0.1);
		}
	}, 60_000);
});
