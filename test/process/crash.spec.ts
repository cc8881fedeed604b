import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CRASH_POINTS, type CrashPoint } from "../support/cluster/crash-points";
import { SEED, seededRandom } from "../support/shop/customer";
import { ended, expectCleanAudit, freePort, run } from "../support/cluster/processes";
import { Trade } from "../support/cluster/trade";
import { eventually } from "../support/world";

const RANDOM_KILLS = Number(process.env.KILLS ?? 10);
const CUSTOMERS = 8;

describe(`a shop that is killed again and again (SEED=${SEED})`, () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-crash-"));
	const random = seededRandom(SEED);
	let url: string;
	let env: Record<string, string>;
	let shop: ChildProcess;
	let trade: Trade;
	let kills = 0;

	const start = async () => {
		shop = run("test/support/cluster/crashing-process.ts", [], env);
		shop.stdout!.resume();
		const isReady = () =>
			fetch(`${url}/readyz`).then(
				({ ok }) => ok,
				() => false,
			);
		await eventually(isReady, 20_000);
	};

	/** Lets customers shop until the process dies. */
	const shopUntilKilled = async () => {
		trade.open(CUSTOMERS);
		const { signal } = await ended(shop);
		expect(signal).toBe("SIGKILL");
		kills++;
		await trade.close();
	};

	beforeAll(async () => {
		const port = await freePort();
		url = `http://127.0.0.1:${port}`;
		trade = new Trade([url], random);
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
		await trade.stockUp();
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
			await trade.expectKept();
		},
		60_000,
	);

	it("has taken orders, payments and cancellations all the time, and stops in order on SIGTERM", async () => {
		const { placed, completed, cancelled } = trade.acknowledged;
		console.log(`SEED=${SEED}: ${kills} kills; ${trade.summary}`);
		expect(kills).toBeGreaterThanOrEqual(20);
		expect(placed.size).toBeGreaterThan(20);
		expect(completed.size).toBeGreaterThan(10);
		expect(cancelled.size).toBeGreaterThan(5);
		shop.kill("SIGTERM");
		expect(await ended(shop)).toEqual({ code: 0, signal: null });
	});
});
