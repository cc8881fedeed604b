import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_CATALOG } from "../../services/event-catalog";
import { COMPILED } from "../support/compile";
import { ended, expectCleanAudit, output, run, type RunningShop, startShopProcess } from "../support/cluster/processes";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { trimHalf } from "../support/events/trim";
import { clientOf } from "../support/http/http";
import { eventually } from "../support/world";

const ORDERS = 40;
/** Lines of the command's output after which it is killed. */
const KILL_AFTER = [/events are in/, /events are in/, /documents are in stores/];
const CARD = "4242424242424242";
const MOVE = "operator/move/command.js";

describeWith(["nats"], "S23: a shop of one process that becomes a cluster on the same folder", () => {
	const folder = mkdtempSync(join(tmpdir(), "funshop-move-"));
	/** The messages that a customer got, by id. */
	const messages = new Map<string, number>();
	let nats: TestServer;
	let other: TestServer;
	let mail: Server;
	let env: Record<string, string>;
	let clusterEnv: Record<string, string>;
	const shops: RunningShop[] = [];

	beforeAll(async () => {
		[nats, other] = await Promise.all([startNats(), startNats()]);
		mail = createServer((request, response) => {
			const id = request.headers["webhook-id"] as string;
			messages.set(id, (messages.get(id) ?? 0) + 1);
			request.resume().on("end", () => response.end());
		}).listen(0, "127.0.0.1");
		await eventually(() => mail.listening);
		env = {
			DATA_DIR: join(folder, "data"),
			NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${(mail.address() as AddressInfo).port}`,
			NOTIFY_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, "s").toString("base64")}`,
		};
		clusterEnv = { ...env, TRANSPORTER: nats.url };
	}, 30_000);
	afterAll(async () => {
		for (const shop of shops) shop.process.kill("SIGKILL");
		await Promise.all(shops.map((shop) => ended(shop.process)));
		mail?.close();
		await Promise.all([nats?.stop(), other?.stop()]);
		rmSync(folder, { recursive: true });
	}, 30_000);

	const start = async (settings: Record<string, string>) => {
		const shop = await startShopProcess(settings);
		shops.push(shop);
		return shop;
	};
	const move = () => output(run(MOVE, [], clusterEnv));
	/** The one line with which a command is refused. */
	const refusal = (module: string, settings: Record<string, string>) =>
		new Promise<string>((resolve, reject) => {
			const { PATH } = process.env;
			const options = { env: { PATH, PORT: "0", ...clusterEnv, ...settings }, timeout: 20_000 };
			const list = module.includes("dead-letters") ? ["list"] : [];
			execFile(process.execPath, [join(COMPILED, module), ...list], options, (error, stdout, stderr) => {
				if (error && stdout === "" && stderr.trim().split("\n").length === 1) resolve(stderr);
				else reject(new Error(`ended with ${error?.code}: ${stdout}${stderr}`));
			});
		});
	const journal = async (settings: Record<string, string>) =>
		(await output(run("operator/journal.ts", [], settings))).text;

	/** Orders, pays, and cancels every third order. */
	const checkout = async (url: string, productId: string, number: number) => {
		const { post } = clientOf(url);
		const order = { customerId: `c${number % 4}`, items: [{ productId, quantity: 1 }] };
		const { id } = await eventually(async () => {
			const { status, body } = await post("/orders", order);
			return status === 201 && body;
		}, 10_000);
		if (number % 5 === 0) return;
		expect((await post(`/orders/${id}/payment`, { cardNo: CARD }, { "idempotency-key": id })).status).toBe(200);
		if (number % 3 === 0) expect((await post(`/orders/${id}/cancellation`, {})).status).toBe(200);
	};
	const pages = async (url: string) => {
		const customers = ["c0", "c1", "c2", "c3"];
		const read = async (path: string) => (await clientOf(url).get(path)).body;
		return Promise.all(customers.flatMap((id) => [read(`/mypages/${id}`), read(`/notifications?customerId=${id}`)]));
	};

	it("keeps its orders, pages, messages and payments, whatever kills the move, and goes on", async () => {
		const shop = await start(env);
		const price = { amount: 500, currency: "KRW" };
		const product = await clientOf(shop.url).post("/products", { name: "Tea", price, stock: 1_000 });
		const productId = product.body.id as string;
		await Promise.all(Array.from({ length: ORDERS }, (_, number) => checkout(shop.url, productId, number)));

		expect(await refusal(MOVE, {})).toMatch(/in use by process \d+/);
		await expectCleanAudit(env.DATA_DIR!);
		const shown = await pages(shop.url);
		await shop.stop();
		expect(await trimHalf(env.DATA_DIR!, Object.keys(EVENT_CATALOG))).toBeGreaterThan(ORDERS);
		const acts = await journal(env);

		for (const line of KILL_AFTER) {
			const moving = run(MOVE, [], clusterEnv);
			moving.stdout!.on("data", (text) => line.test(String(text)) && moving.kill("SIGKILL"));
			expect(await ended(moving)).toMatchObject({ signal: "SIGKILL" });
		}
		// The last kill came before the shape was changed, or after it.
		const { text, code } = await move();
		expect([code, text]).toEqual([
			0,
			expect.stringMatching(/^moved: \d+ events are in the stream FUNSHOP|nothing to move/m),
		]);
		expect(existsSync(join(env.DATA_DIR!, "store"))).toBe(false);
		expect(await move()).toMatchObject({ code: 0, text: expect.stringContaining("nothing to move") });
		expect(await refusal(MOVE, { NAMESPACE: "other" })).toContain("leave NAMESPACE away");

		const [first, second] = await Promise.all([start(clusterEnv), start(clusterEnv)]);
		await audit();
		expect(await journal(clusterEnv)).toBe(acts);
		expect(await pages(first.url)).toEqual(shown);
		expect(await pages(second.url)).toEqual(shown);
		await Promise.all([checkout(first.url, productId, 1), checkout(second.url, productId, 3)]);
		await audit();
		const alone = { TRANSPORTER: "" };
		const refused = ["start.js", "operator/audit/command.js", "operator/dead-letters.js"].map((module) =>
			refusal(module, alone),
		);
		for (const line of await Promise.all(refused)) expect(line).toContain("set TRANSPORTER, or");
		expect(await refusal("start.js", { TRANSPORTER: other.url })).toContain("set TRANSPORTER to its NATS");
		expect([...messages.values()].filter((times) => times !== 1)).toEqual([]);
	}, 120_000);

	async function audit(): Promise<void> {
		const { text, code } = await output(run("operator/audit/command.ts", ["--wait", "30"], clusterEnv));
		expect([code, text]).toEqual([0, expect.stringContaining("No differences.")]);
	}
});
