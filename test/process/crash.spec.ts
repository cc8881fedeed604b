import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CRASH_POINTS, type CrashPoint } from "../support/crash-points";
import { type Acknowledged, PersistentCustomer, seededRandom } from "../support/customer";
import { ended, expectCleanAudit, freePort, message, run } from "../support/processes";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const RANDOM_KILLS = Number(process.env.KILLS ?? 10);
const CUSTOMERS = 8;

describe(`a shop that is killed again and again (SEED=${SEED})`, () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-crash-"));
	const random = seededRandom(SEED);
	const acknowledged: Acknowledged = { placed: new Set(), completed: new Set(), cancelled: new Set() };
	let url: string;
	let env: Record<string, string>;
	let shop: ChildProcess;
	const productIds: string[] = [];
	let kills = 0;

	const start = async () => {
		shop = run("test/support/crashing-shop.ts", [], env);
		await message(shop, "ready");
	};
	const get = async <T>(path: string): Promise<T> => (await (await fetch(url + path)).json()) as T;
	const expectAllKept = async () => {
		for (const id of acknowledged.placed) {
			const { status } = await get<{ status: string }>(`/orders/${id}`);
			if (acknowledged.cancelled.has(id)) expect([id, status]).toEqual([id, "cancelled"]);
			// A paid order may have been cancelled by a request whose answer was lost.
			else if (acknowledged.completed.has(id)) expect(["completed", "cancelled"]).toContain(status);
		}
	};

	/** Lets customers shop until the process dies. */
	const shopUntilKilled = async () => {
		let over = false;
		const customers = Array.from({ length: CUSTOMERS }, async (_, index) => {
			const customer = new PersistentCustomer(`c${kills}-${index}`, url, random, acknowledged, productIds);
			while (!over) await customer.shop(() => over);
		});
		const { signal } = await ended(shop);
		expect(signal).toBe("SIGKILL");
		kills++;
		over = true;
		await Promise.all(customers);
	};

	beforeAll(async () => {
		const port = await freePort();
		url = `http://127.0.0.1:${port}`;
		env = {
			DATA_DIR: dataDir,
			PORT: String(port),
			LOGLEVEL: "fatal",
			PAYMENT_TIMEOUT_MS: "500",
			PAYMENT_SIM_LATENCY_MS: "5",
			PAYMENT_SIM_LOSE_ANSWER_RATE: "0.02",
			PAYMENT_SIM_FAIL_RATE: "0.02",
		};
		await start();
		for (let number = 0; number < 5; number++) {
			const product = {
				name: `Crash ${number}`,
				price: { amount: 1_000 + number, currency: "KRW" },
				stock: number === 0 ? 40 : 100_000,
			};
			const body = JSON.stringify(product);
			const added = await fetch(`${url}/products`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body,
			});
			productIds.push(((await added.json()) as { id: string }).id);
		}
	}, 60_000);

	afterAll(async () => {
		shop.kill("SIGKILL");
		await ended(shop);
		rmSync(dataDir, { recursive: true });
	});

	const plan: Array<[CrashPoint | "at random", number]> = [
		...CRASH_POINTS.flatMap((point): Array<[CrashPoint, number]> => [
			[point, 1],
			[point, 30],
		]),
		...Array.from({ length: RANDOM_KILLS }, (): ["at random", number] => [
			"at random",
			Math.round(50 + random() * 950),
		]),
	];

	it.each(plan)(
		"loses nothing when killed %s (%d)",
		async (point, when) => {
			if (point === "at random") setTimeout(() => shop.kill("SIGKILL"), when);
			else shop.send({ crashAt: point, passes: when });
			await shopUntilKilled();
			await start();
			await expectCleanAudit(dataDir);
			await expectAllKept();
		},
		60_000,
	);

	it("has taken orders, payments and cancellations all along, and stops in order when asked to", async () => {
		const { placed, completed, cancelled } = acknowledged;
		console.log(
			`SEED=${SEED}: ${kills} kills; told yes to ${placed.size} orders, ${completed.size} payments, ${cancelled.size} cancellations`,
		);
		expect(kills).toBeGreaterThanOrEqual(20);
		expect(placed.size).toBeGreaterThan(20);
		expect(completed.size).toBeGreaterThan(10);
		expect(cancelled.size).toBeGreaterThan(5);
		shop.kill("SIGTERM");
		expect(await ended(shop)).toEqual({ code: 0, signal: null });
	});
});
