import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/cluster/processes";
import { clientOf, request } from "../support/http/http";
import { eventually } from "../support/world";

const ROOT = join(__dirname, "..", "..");
const RESTARTED_WITHIN_MS = 20_000;

describe("npm run dev", () => {
	const folder = mkdtempSync(join(tmpdir(), "funshop-dev-"));
	let dev: ChildProcess;
	let output = "";
	/** What was printed until the shop was ready. */
	let started = "";
	let client: ReturnType<typeof clientOf>;

	beforeAll(async () => {
		const files = readdirSync(ROOT).filter((name) => /\.(ts|json)$/.test(name));
		for (const name of [...files, "services", "shared", "operator", "web"]) {
			cpSync(join(ROOT, name), join(folder, name), { recursive: true });
		}
		symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
		const port = await freePort();
		client = clientOf(`http://127.0.0.1:${port}`);
		const env = { PATH: process.env.PATH, HOME: folder, PORT: String(port), DATA_DIR: join(folder, "data") };
		// The REPL ends the shop where its input is closed, so the input stays open.
		dev = spawn("npm", ["run", "--silent", "dev"], { cwd: folder, env, detached: true });
		for (const stream of [dev.stdout!, dev.stderr!]) stream.on("data", (chunk) => (output += String(chunk)));
		await eventually(() => output.includes("Funshop is ready"), RESTARTED_WITHIN_MS);
		started = output;
	}, 40_000);

	afterAll(async () => {
		const ended = once(dev, "close");
		process.kill(-dev.pid!, "SIGTERM");
		await ended;
		rmSync(folder, { recursive: true, force: true });
	}, 40_000);

	const edit = (file: string, from: string, to: string) => {
		const path = join(folder, file);
		const text = readFileSync(path, "utf8");
		expect(text).toContain(from);
		output = "";
		writeFileSync(path, text.replaceAll(from, to));
	};
	const said = (line: string) => eventually(() => output.includes(line), RESTARTED_WITHIN_MS);
	/** The answer to a payment of a cancelled order. */
	const refusal = async () => {
		const { body: order } = await client.post("/orders", {
			customerId: "alice",
			items: [{ productId: "green-tea", quantity: 1 }],
		});
		await client.post(`/orders/${order.id}/cancellation`, {});
		return (await client.post(`/orders/${order.id}/payment`, { cardNo: "4242424242424242" })).body.code;
	};

	it("reloads the services that use a saved file, and nothing else", async () => {
		expect(await refusal()).toBe("ORDER_CANCELLED");
		edit("services/order/order.rules.ts", '"ORDER_CANCELLED"', '"ORDER_GONE"');
		await said("dev: reloaded order\n");
		await eventually(async () => (await refusal()) === "ORDER_GONE");
		expect(output).not.toContain("Funshop is ready");
	}, 60_000);

	it("restarts the shop where more than services use the file, and keeps its data", async () => {
		const { body: order } = await client.post("/orders", {
			customerId: "bob",
			items: [{ productId: "green-tea", quantity: 1 }],
		});
		for (const file of ["config.ts", "services/order/order.events.ts"]) {
			edit(file, "import ", "/* saved */ import ");
			await said("Funshop is ready");
			expect((await client.get(`/orders/${order.id}`)).body).toMatchObject({ customerId: "bob" });
		}
	}, 90_000);

	it("serves the pages from their sources, and passes other requests on to the shop", async () => {
		const [, url] = /pages, reloaded by a save: (\S+)\//.exec(started)!;
		const page = await request(`${url}/shop/products/green-tea`, "GET", undefined, { Accept: "text/html" });
		const [, script] = /src="([^"]*main\.tsx[^"]*)"/.exec(page.body)!;
		const { pathname, search } = new URL(script!, `${url}/shop/products/green-tea`);
		const loaded = await request(url + pathname + search);
		expect([loaded.headers.get("content-type"), loaded.body]).toEqual([
			"text/javascript",
			expect.stringContaining("render("),
		]);
		expect((await request(`${url}/products/green-tea`)).body).toMatchObject({ id: "green-tea" });
		edit("web/console/texts/en.ts", "Operator", "Operators");
		await eventually(async () => (await request(`${url}/console/texts/en.ts`)).body.includes("Operators"));
		expect(output).not.toContain("not taken over");
	}, 60_000);

	it("refuses a broken save in one line and goes on, and takes over its cure", async () => {
		edit("services/cart/cart.service.ts", "actions: {", "actions: {{");
		await said("dev: not taken over");
		expect(output.trim().split("\n")).toHaveLength(1);
		expect(output).toMatch(/services\/cart\/cart\.service\.ts:\d+:\d+: ERROR: /);
		expect((await client.get("/carts/alice")).status).toBe(200);
		edit("services/cart/cart.service.ts", "actions: {{", "actions: {");
		await said("dev: reloaded cart\n");
		await eventually(async () => (await client.get("/carts/alice")).status === 200);

		edit("services/cart/cart.service.ts", 'name: "cart"', 'name: ""');
		await said("dev: not taken over");
		expect((await client.get("/carts/alice")).status).toBe(200);
	}, 60_000);
});
