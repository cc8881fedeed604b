import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type RunningShop, startShopProcess } from "../support/cluster/processes";
import { RoundRobin } from "../support/cluster/round-robin";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { clientOf } from "../support/http/http";
import { whileCustomersShop } from "../support/shop/unbroken-service";
import { eventually } from "../support/world";

const [OLD, NEW] = ["0ld-s3cr3t", "n3w-s3cr3t"];

describeWith(["nats"], "S13: the password of NATS, changed while customers shop", () => {
	const folder = mkdtempSync(join(tmpdir(), "funshop-rotation-"));
	const config = join(folder, "nats.conf");
	const shops: RunningShop[] = [];
	let nats: TestServer;
	let balancer: RoundRobin;

	/** NATS takes these passwords, each under a user of its own. */
	const take = (...passwords: string[]) => {
		const users = passwords.map((password) => `{ user: "${password}", password: "${password}" }`);
		writeFileSync(config, `authorization { users: [${users.join(", ")}] }\n`);
	};
	const start = async (password: string, env: Record<string, string> = {}): Promise<RunningShop> => {
		const TRANSPORTER = `nats://${password}:${password}@127.0.0.1:${nats.port}`;
		const shop = await startShopProcess({ TRANSPORTER, DATA_DIR: join(folder, "data"), ...env });
		shops.push(shop);
		return shop;
	};

	beforeAll(async () => {
		take(OLD!);
		nats = await startNats("-c", config);
		balancer = new RoundRobin(() => shops.map(({ url }) => url));
	});
	afterAll(async () => {
		await balancer.stop();
		for (const { process } of shops) process.kill("SIGKILL");
		await nats.stop();
		rmSync(folder, { recursive: true });
	}, 60_000);

	it("fails no request where NATS takes both until all processes have the new one; a process that was forgotten is restarted", async () => {
		const before = await start(OLD!);
		const healthPort = await freePort();
		const url = await balancer.start();
		const product = { name: "Secret tea", price: { amount: 500, currency: "KRW" }, stock: 1_000_000 };
		const productId = (await clientOf(url).post("/products", product)).body.id;
		const reload = () => nats.process.kill("SIGHUP");
		const { requests, failures } = await whileCustomersShop({ url, productId, clients: 4, least: 500 }, async () => {
			take(OLD!, NEW!);
			reload();
			await eventually(
				() =>
					start(NEW!).then(
						() => true,
						() => false,
					),
				30_000,
			);
			expect(await before.stop()).toBe(0);
		});
		console.log(`the password of NATS was changed: ${requests} requests, ${failures.length} failed`);
		expect(failures.slice(0, 20)).toEqual([]);

		await start(OLD!, { HEALTH_PORT: String(healthPort) });
		take(NEW!);
		reload();
		// What liveness asks: Kubernetes starts the container again, with the Secret as it is now.
		await eventually(async () => (await fetch(`http://127.0.0.1:${healthPort}/livez`)).status === 503, 20_000);
		expect((await clientOf(url).get("/products")).status).toBe(200);
	}, 120_000);
});
