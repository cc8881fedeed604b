import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { claimShape } from "../../shared/store/folder/folder-shape";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { layoutOf, sharedFolder } from "../../shared/store/folder/folder-layout";
import { ended, expectCleanAudit, run, startShopProcess } from "../support/cluster/processes";
import { baseUrl, clientOf } from "../support/http/http";
import { partsApart } from "../support/shop/apart";
import { eventually, startShop } from "../support/world";

/** Answers under keys, which make the copy long enough to be killed in it. */
const KEPT_ANSWERS = 40_000;
const ORDERS = 20;

describe("S1: a shop of one process that starts on the folder of an earlier version", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "funshop-earlier-"));
	afterAll(() => rmSync(dataDir, { recursive: true }));

	it("has its orders, whenever it is killed while it takes the folder over", async () => {
		prepareDataDir(dataDir);
		claimShape(dataDir, { shape: "process" });
		const parts = partsApart(dataDir);
		const earlier = await startShop({}, parts);
		const { post, get } = clientOf(baseUrl(earlier));
		const items = [{ productId: "green-tea", quantity: 1 }];
		const ids = await Promise.all(
			Array.from({ length: ORDERS }, async (_, number) => {
				const { id } = (await post("/orders", { customerId: `c${number % 3}`, items })).body;
				expect((await post(`/orders/${id}/payment`, { cardNo: "4242424242424242" })).status).toBe(200);
				return id as string;
			}),
		);
		const statuses = (client: { get: typeof get }) =>
			Promise.all(ids.map(async (id) => (await client.get(`/orders/${id}`)).body.status));
		const before = await statuses({ get });
		const answers = parts.openStore("product", { requests: {} });
		await answers.connect();
		for (let from = 0; from < KEPT_ANSWERS; from += 2_000) {
			const saved = Array.from({ length: 2_000 }, (_, index) =>
				answers.collection("requests").save({ _id: `old${from + index}`, dueAt: 8e15 } as never, undefined),
			);
			await Promise.all(saved);
		}
		await answers.disconnect();
		await earlier.stop();

		let cutOff = 0;
		for (const afterMs of [0, 20, 80, 200, 300]) {
			const shop = run("start.ts", [], { DATA_DIR: dataDir, PORT: "0", LOGLEVEL: "error" });
			shop.stdout!.resume();
			// Each start makes the folder anew.
			rmSync(sharedFolder(dataDir), { recursive: true, force: true });
			await eventually(() => existsSync(join(sharedFolder(dataDir), "data.mdb")), 20_000);
			await sleep(afterMs);
			// Both at any moment of the copy.
			const signal = afterMs === 80 ? "SIGTERM" : "SIGKILL";
			shop.kill(signal);
			const { code } = await ended(shop);
			if (signal === "SIGTERM") expect(code).toBe(0);
			if (layoutOf(dataDir) === "apart") cutOff++;
			else break;
		}
		expect(cutOff).toBeGreaterThan(0);
		const shop = await startShopProcess({ DATA_DIR: dataDir });
		expect(layoutOf(dataDir)).toBe("together");
		expect(existsSync(join(dataDir, "order"))).toBe(false);
		expect(await statuses(clientOf(shop.url))).toEqual(before);
		await expectCleanAudit(dataDir);
		expect(await shop.stop()).toBe(0);
	}, 90_000);
});
