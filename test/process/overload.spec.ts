import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientOf } from "../support/http/http";
import { expectCleanAudit, type RunningShop, startShopProcess } from "../support/cluster/processes";
import { eventually } from "../support/world";

const CLIENTS = 10;
const CARD = "4242424242424242";

const percentile = (times: number[], share: number) =>
	[...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
const ms = (times: number[]) =>
	`p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms (${times.length})`;

describe.each([
	["with a long queue", 10_000, { PAYMENT_SIM_LATENCY_MS: "100" }],
	["with a queue of two", 5_000, { PAYMENT_SIM_LATENCY_MS: "300", PAYMENT_CONCURRENCY: "1", PAYMENT_QUEUE: "2" }],
	["slower than the payment timeout allows", 5_000, { PAYMENT_SIM_LATENCY_MS: "800", PAYMENT_TIMEOUT_MS: "1500" }],
])("ten customers who pay at a processor that serves one at a time, %s (%d ms)", (name, forMs, settings) => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-overload-"));
	let shop: RunningShop;

	beforeAll(async () => {
		shop = await startShopProcess({ DATA_DIR: dataDir, PAYMENT_SIM_CONCURRENCY: "1", ...settings });
	}, 30_000);
	afterAll(async () => {
		shop.process.kill("SIGKILL");
		rmSync(dataDir, { recursive: true, force: true });
	});

	it(
		"are all answered, some with 503 and Retry-After, and no payment is left half done",
		async () => {
			const { get, post } = clientOf(shop.url);
			const price = { amount: 1_000, currency: "KRW" };
			const product = (await post("/products", { name: "Overload", price, stock: 1_000_000 })).body.id;

			const myPage = async (until: number) => {
				const times: number[] = [];
				while (performance.now() < until) {
					const start = performance.now();
					expect((await get("/mypages/c0")).status).toBe(200);
					times.push(performance.now() - start);
					await new Promise((resolve) => setTimeout(resolve, 10));
				}
				return times;
			};
			const idle = await myPage(performance.now() + 1_500);

			const until = performance.now() + forMs;
			const answers = new Map<string, number[]>();
			const orders: string[] = [];
			const unexpected: unknown[] = [];
			const customer = async (number: number) => {
				while (performance.now() < until) {
					const items = [{ productId: product, quantity: 1 }];
					const placed = await post("/orders", { customerId: `c${number}`, items });
					expect(placed.status).toBe(201);
					orders.push(placed.body.id);
					const start = performance.now();
					const { status, body, headers } = await post(`/orders/${placed.body.id}/payment`, { cardNo: CARD });
					const kind = status === 200 ? "200" : `${status} ${body.code}`;
					answers.set(kind, [...(answers.get(kind) ?? []), performance.now() - start]);
					if (![200, 402, 409, 503].includes(status)) unexpected.push(body);
					if (status === 503 && !headers.has("retry-after")) unexpected.push(body);
					// A customer who gets 503 waits a moment before the next order.
					if (status === 503) await new Promise((resolve) => setTimeout(resolve, 50));
				}
			};
			const load = Promise.all(Array.from({ length: CLIENTS }, (_, number) => customer(number)));
			const [busy] = await Promise.all([myPage(until), load]);

			const lines = [...answers].sort().map(([kind, times]) => `  ${kind}: ${ms(times)}`);
			console.log(`${name}\n${lines.join("\n")}\n  my page idle: ${ms(idle)}\n  my page now: ${ms(busy)}`);
			expect(unexpected).toEqual([]);
			expect(answers.get("200")?.length).toBeGreaterThan(0);

			const settled = async () => {
				const found = await Promise.all(orders.map(async (id) => (await get(`/orders/${id}`)).body.status));
				return found.every((status) => status === "placed" || status === "completed") && found;
			};
			const statuses = await eventually(settled, 30_000);
			expect(statuses.filter((status) => status === "completed").length).toBeGreaterThanOrEqual(
				answers.get("200")!.length,
			);
			await expectCleanAudit(dataDir);
			expect(await shop.stop()).toBe(0);
		},
		forMs + 60_000,
	);
});
