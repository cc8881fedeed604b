import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientOf } from "../support/http/http";
import { expectCleanAudit, output, type RunningShop, run, startShopProcess } from "../support/cluster/processes";
import { eventually } from "../support/world";

const CLIENTS = 8;

/** Runs an operator's command on a data folder. */
const command = (module: string, args: string[], env: Record<string, string>) =>
	output(run(`operator/backup/${module}.ts`, args, env));

describe("a shop of one process that is backed up while customers order and pay", () => {
	const folder = mkdtempSync(join(tmpdir(), "funshop-backup-"));
	const dataDir = join(folder, "data");
	const backups = join(folder, "backups");
	const env = { DATA_DIR: dataDir };
	/** The orders that had been paid before the backup began, and those that were placed after it. Others may be in it, or not. */
	let before: string[] = [];
	const after: string[] = [];
	let shop: RunningShop;

	const checkOut = async (): Promise<string | undefined> => {
		const { post } = clientOf(shop.url);
		const placed = await post("/orders", { customerId: "alice", items: [{ productId: "green-tea", quantity: 1 }] });
		const paid =
			placed.status === 201 && (await post(`/orders/${placed.body.id}/payment`, { cardNo: "4242424242424242" }));
		return paid && paid.status === 200 ? placed.body.id : undefined;
	};

	beforeAll(async () => {
		shop = await startShopProcess(env);
		const { patch } = clientOf(shop.url);
		await patch("/products/green-tea", { stock: 100_000 });
		const paid: string[] = [];
		let isCopied = false;
		let over = false;
		const clients = Array.from({ length: CLIENTS }, async () => {
			while (!over) {
				const orders = isCopied ? after : paid;
				const id = await checkOut();
				if (id) orders.push(id);
			}
		});
		await eventually(() => paid.length > 50, 20_000);
		before = [...paid];
		const { code, text } = await command("command", [backups, "--keep", "2"], env);
		isCopied = true;
		console.log(text.trim());
		expect(code).toBe(0);
		await eventually(() => after.length > 20, 20_000);
		over = true;
		await Promise.all(clients);
		await shop.stop();
	}, 90_000);
	afterAll(async () => {
		await shop.stop();
		rmSync(folder, { recursive: true });
	});

	it("has all that was answered before, and of one moment: the audit finds no difference", async () => {
		const [backup] = readdirSync(backups);
		await expectCleanAudit(join(backups, backup!));
	}, 60_000);

	it("is refused a restore while it runs", async () => {
		shop = await startShopProcess(env);
		const { code } = await command("restore-command", [backups], env);
		expect(code).toBe(2);
		await shop.stop();
	}, 60_000);

	it("sells on from its backup, and what came later is kept aside", async () => {
		const startedAt = Date.now();
		const { code, text } = await command("restore-command", [backups], env);
		expect({ code, text }).toMatchObject({ code: 0 });
		shop = await startShopProcess(env);
		console.log(`restored and started in ${Date.now() - startedAt} ms`);
		const { get } = clientOf(shop.url);
		for (const id of before) expect((await get(`/orders/${id}`)).body).toMatchObject({ status: "completed" });
		for (const id of after) expect((await get(`/orders/${id}`)).status).toBe(404);
		expect(await checkOut()).toBeDefined();
		await shop.stop();
		await expectCleanAudit(dataDir);
		const replaced = readdirSync(dataDir).find((name) => name.startsWith("replaced-"))!;
		await expectCleanAudit(join(dataDir, replaced));
	}, 90_000);

	it("is not restored into the folder of a cluster", async () => {
		const ofCluster = mkdtempSync(join(folder, "cluster-"));
		const shape = JSON.stringify({ shape: "cluster", namespace: "" });
		writeFileSync(join(ofCluster, "shape.json"), shape);
		const { code } = await command("restore-command", [backups], { DATA_DIR: ofCluster });
		expect(code).toBe(2);
		expect(readdirSync(ofCluster)).toEqual(["shape.json"]);
	});

	it("keeps as many backups as it is told to", async () => {
		for (let count = 0; count < 2; count++) await command("command", [backups, "--keep", "2"], env);
		expect(readdirSync(backups)).toHaveLength(2);
		expect(readdirSync(backups).every((name) => existsSync(join(backups, name, "format.json")))).toBe(true);
	}, 60_000);
});

describe("a backup of a cluster's folder", () => {
	it("is refused: its events are in NATS", async () => {
		const { code } = await command("command", ["backups"], { TRANSPORTER: "nats://127.0.0.1:1", DATA_DIR: ":memory:" });
		expect(code).toBe(2);
	});
});
