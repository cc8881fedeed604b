import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientOf } from "../support/http/http";
import { expectCleanAudit, type RunningShop, startShopProcess } from "../support/cluster/processes";
import { eventually } from "../support/world";

const CARD = "4242424242424242";
const SIZE_MB = 24;

/** Mounts a disk of 24 MB, which takes root on Linux. Undefined where that is not possible. */
function mountSmallDisk(): string | undefined {
	const path = mkdtempSync(join(tmpdir(), "funshop-disk-"));
	try {
		execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MB}m`, "tmpfs", path], { stdio: "ignore" });
		return path;
	} catch {
		rmSync(path, { recursive: true });
		return undefined;
	}
}

const disk = mountSmallDisk();
if (!disk) process.stdout.write("disk-full: skipped, as no small disk can be mounted here (it takes root on Linux)\n");

(disk ? describe : describe.skip)("a shop whose disk is full", () => {
	let shop: RunningShop;
	const ballast = join(disk!, "ballast");

	afterAll(() => {
		shop.process.kill("SIGKILL");
		execFileSync("umount", ["-l", disk!]);
		rmSync(disk!, { recursive: true });
	});

	/** Fills the disk. */
	const fill = () => {
		const piece = Buffer.alloc(4_096);
		const file = openSync(ballast, "w");
		try {
			for (let pieces = 0; pieces < SIZE_MB * 256; pieces++) writeSync(file, piece);
			throw new Error("the disk does not get full");
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
		} finally {
			closeSync(file);
		}
	};

	it("answers 503 to requests that it cannot store, loses no acknowledged change, and goes on when there is room again", async () => {
		const dataDir = join(disk!, "data");
		shop = await startShopProcess({ DATA_DIR: dataDir, LOGLEVEL: "fatal" });
		let { get, post } = clientOf(shop.url);
		const price = { amount: 1_000, currency: "KRW" };
		const productId = (await post("/products", { name: "Full", price, stock: 1_000_000 })).body.id;
		const checkout = async () => {
			const placed = await post("/orders", { customerId: "alice", items: [{ productId, quantity: 1 }] });
			if (placed.status !== 201) return placed;
			kept.set(placed.body.id, "placed");
			const paid = await post(`/orders/${placed.body.id}/payment`, { cardNo: CARD });
			if (paid.status === 200) kept.set(placed.body.id, "completed");
			return paid;
		};
		const kept = new Map<string, string>();
		for (let number = 0; number < 5; number++) expect((await checkout()).status).toBe(200);

		fill();
		const answers: Array<Awaited<ReturnType<typeof checkout>>> = [];
		const refused = async () => {
			const answer = await checkout();
			answers.push(answer);
			return answer.status === 503;
		};
		await eventually(refused, 30_000);
		for (const { status, headers } of answers) {
			expect([200, 503]).toContain(status);
			if (status === 503) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
		}
		expect((await get("/mypages/alice")).status).toBe(200);
		expect((await get("/livez")).status).toBe(200);

		rmSync(ballast);
		await eventually(async () => (await checkout()).status === 200, 20_000);
		const expectKept = async () => {
			for (const [id, status] of kept) {
				const order = (await get(`/orders/${id}`)).body;
				if (status === "completed") expect([id, order.status]).toEqual([id, "completed"]);
				else expect(["placed", "paying", "completed"]).toContain(order.status);
			}
		};
		await expectKept();
		await expectCleanAudit(dataDir);
		expect(await shop.stop()).toBe(0);
		shop = await startShopProcess({ DATA_DIR: dataDir, LOGLEVEL: "fatal" });
		({ get, post } = clientOf(shop.url));
		await expectKept();
		await expectCleanAudit(dataDir);
	}, 120_000);
});
