import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { Agent, get as httpGet, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partOf } from "../../shared/store/folder/folder-layout";
import { claimShape } from "../../shared/store/folder/folder-shape";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { COMPILED } from "../support/compile";
import { clientOf, request } from "../support/http/http";
import { freePort } from "../support/cluster/processes";
import { eventually } from "../support/world";

const ROOT = join(__dirname, "..", "..");
const CARD = "4242424242424242";

/** `npm start` with these settings, before it is ready. */
class Start {
	stdout = "";
	stderr = "";
	private readonly exited: Promise<unknown[]>;

	private constructor(readonly process: ChildProcess) {
		process.stdout!.on("data", (chunk) => (this.stdout += chunk));
		process.stderr!.on("data", (chunk) => (this.stderr += chunk));
		this.exited = once(process, "close");
	}

	static with(env: Record<string, string>): Start {
		const options = { cwd: ROOT, env: { PATH: process.env.PATH, DATA_DIR: ":memory:", PORT: "0", ...env } };
		const start = new Start(spawn(process.execPath, [join(COMPILED, "start.js")], options));
		running.push(start);
		return start;
	}

	/** Base URL of the shop once it is ready. */
	async ready(): Promise<string> {
		return eventually(() => /ready after .*: (http\S+)/.exec(this.stdout)?.[1], 20_000);
	}

	async exitCode(): Promise<unknown> {
		return (await this.exited)[0];
	}
}

const running: Start[] = [];
const folder = mkdtempSync(join(tmpdir(), "funshop-start-"));
afterEach(() => running.splice(0).forEach((start) => start.process.kill("SIGKILL")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A data folder with a service's folder in it, which `spoil` then changes. */
function dataDir(name: string, spoil: (path: string) => void): string {
	const path = join(folder, name);
	mkdirSync(join(path, "order"), { recursive: true });
	spoil(path);
	return path;
}

describe("a shop that cannot start", () => {
	const damaged = (content: Buffer) => (path: string) => writeFileSync(join(path, "order", "data.mdb"), content);

	it.each<[string, () => Record<string, string>, RegExp]>([
		["the setting is wrong", () => ({ PORT: "eighty" }), /PORT=eighty/],
		[
			"the host is reachable by other machines, as in a container",
			() => ({ HOST: "0.0.0.0" }),
			/HOST=0\.0\.0\.0 .*docker run -e PROTECTED_MODE=off -p 127\.0\.0\.1:/,
		],
		[
			"the host's name is nowhere",
			() => ({ HOST: "nohost.invalid", PROTECTED_MODE: "off" }),
			/HOST=nohost\.invalid is not an address of this machine/,
		],
		["a setting's name is misspelt", () => ({ PAYMENT_TIMEOUT: "100" }), /do you mean PAYMENT_TIMEOUT_MS\?/],
		["the host is not this machine's", () => ({ HOST: "192.0.2.1", PROTECTED_MODE: "off" }), /HOST=192\.0\.2\.1/],
		["the data folder cannot be made", () => ({ DATA_DIR: "/proc/funshop" }), /DATA_DIR=\/proc\/funshop/],
		["the data folder is a file", () => ({ DATA_DIR: join(ROOT, "package.json") }), /DATA_DIR=.*package\.json/],
		[
			"a data file is another program's",
			() => ({ DATA_DIR: dataDir("foreign", damaged(Buffer.alloc(9_000, "x"))) }),
			/data\.mdb/,
		],
		[
			"the data folder has documents that are to be in MongoDB now",
			() => ({ DATA_DIR: dataDir("left", damaged(Buffer.alloc(0))), MONGO_URI_ORDER: "mongodb://127.0.0.1:1/shop" }),
			/DATA_DIR=.*left has the documents of order, which MONGO_URI would leave behind/,
		],
		[
			"the data folder is a newer version's",
			() => ({ DATA_DIR: dataDir("newer", (path) => writeFileSync(join(path, "format.json"), '{"format":99}')) }),
			/newer version/,
		],
		[
			"the data folder is an older version's",
			() => ({
				DATA_DIR: dataDir("older", (path) => writeFileSync(join(path, "format.json"), '{"format":2,"id":"x"}')),
			}),
			/older version/,
		],
	])("says in one line that %s, and exits with 1", async (_why, env, line) => {
		const start = Start.with(env());
		expect(await start.exitCode()).toBe(1);
		expect(start.stderr).toMatch(line);
		expect(start.stderr.trimEnd().split("\n")).toHaveLength(1);
		expect(start.stdout).toBe("");
	});

	it("S23: says in one line that its folder is of another shape, also while the shop that wrote it runs", async () => {
		const path = join(folder, "shape");
		const first = Start.with({ DATA_DIR: path });
		await first.ready();
		const refused = async (env: Record<string, string>, line: RegExp) => {
			const other = Start.with({ TRANSPORTER: "nats://127.0.0.1:1", ...env });
			expect(await other.exitCode()).toBe(1);
			expect(other.stderr).toMatch(line);
			expect(other.stderr.trimEnd().split("\n")).toHaveLength(1);
		};
		await refused({ DATA_DIR: path }, /shop of one process; .*npm run move-to-cluster/);
		await refused({ DATA_DIR: path, SERVICES: "order" }, /npm run move-to-cluster/);
		const shop = join(folder, "cluster");
		mkdirSync(shop);
		claimShape(shop, { shape: "cluster", namespace: "" });
		await refused({ DATA_DIR: shop, NAMESPACE: "b" }, /leave NAMESPACE away/);
		await refused({ DATA_DIR: shop, TRANSPORTER: "" }, /set TRANSPORTER/);
		// Its documents are in MongoDB.
		const eventsOnly = join(folder, "events-only");
		mkdirSync(eventsOnly);
		claimShape(eventsOnly, { shape: "process" });
		await refused({ DATA_DIR: eventsOnly, MONGO_URI: "mongodb://127.0.0.1:1/x" }, /npm run move-to-cluster/);
	});

	it("says in one line that its port is in use, and by which setting to choose another", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port } = other.address() as { port: number };
		for (const name of ["PORT", "HEALTH_PORT"]) {
			const start = Start.with({ [name]: String(port) });
			expect(await start.exitCode()).toBe(1);
			expect(start.stderr).toBe(
				`Funshop cannot start: ${name}=${port} is in use on 127.0.0.1; set ${name} to another port\n`,
			);
		}
		other.close();
	});

	it("says in one line that a data file was cut off", async () => {
		const path = join(folder, "cut");
		const first = Start.with({ DATA_DIR: path });
		await first.ready();
		first.process.kill("SIGTERM");
		expect(await first.exitCode()).toBe(0);
		const file = join(path, "store", "data.mdb");
		truncateSync(file, 9_000);
		const second = Start.with({ DATA_DIR: path });
		expect(await second.exitCode()).toBe(1);
		expect(second.stderr).toMatch(/store.data\.mdb is cut off/);
		expect(second.stderr.trimEnd().split("\n")).toHaveLength(1);
	});
});

describe("a shop that starts", () => {
	it("prints its URL in a few lines, and warns when PROTECTED_MODE is off", async () => {
		const start = Start.with({ HOST: "0.0.0.0", PROTECTED_MODE: "off" });
		const { port } = new URL(await start.ready());
		expect(start.stdout.trim().split("\n").length).toBeLessThan(16);
		expect(start.stderr).toMatch(/PROTECTED_MODE=off/);
		expect((await request(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
	});

	it("says which services are missing where no other process can be reached", async () => {
		const start = Start.with({ SERVICES: "api,order,product" });
		await start.ready();
		expect(start.stderr).toMatch(/SERVICES leaves out payment, cart, customer, notification, .*without TRANSPORTER/);
	});

	it("loads the clients of NATS and MongoDB only where it uses them", () => {
		const list =
			'process.on("exit", () => console.log(Object.keys(require.cache).join("\\n"))); require(process.argv[1])';
		const loadedWith = (env: Record<string, string>) => {
			const options = { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, encoding: "utf8" } as const;
			const files = execFileSync(process.execPath, ["-e", list, join(COMPILED, "start.js"), "--check"], options);
			return ["moleculer", "nats", "mongodb"].filter((name) => files.includes(`/node_modules/${name}/`));
		};
		expect(loadedWith({})).toEqual(["moleculer"]);
		const servers = { TRANSPORTER: "nats://127.0.0.1:1", MONGO_URI: "mongodb://127.0.0.1:1" };
		expect(loadedWith(servers)).toEqual(["moleculer", "nats", "mongodb"]);
	}, 20_000);

	it("serves probes and metrics on a port of their own", async () => {
		const port = await freePort();
		const { get } = clientOf(`http://127.0.0.1:${port}`);
		const start = Start.with({ HEALTH_PORT: String(port) });
		await request(`${await start.ready()}/products`);
		expect((await get("/livez")).status).toBe(200);
		expect((await get("/readyz")).body).toMatchObject({ status: "ready" });
		const { body: metrics } = await get<string>("/metrics");
		expect(metrics).toMatch(/^moleculer_request_total\{.*action="product.list".*\} 1$/m);
		expect(metrics).toMatch(/^funshop_events_waiting\{consumer="order"\} \d+$/m);
		expect(metrics).toMatch(/^funshop_events_dead\{consumer="order"\} 0$/m);
		expect(metrics).toMatch(/^# TYPE funshop_breaker_state gauge$/m);
		expect(metrics).toMatch(/^funshop_admission_limit\{.*\} \d+$/m);
		expect(metrics).toMatch(/^funshop_admission_refused\{.*\} \d+$/m);
		expect((await get("/orders")).status).toBe(404);
	});
});

describe("a shop that is asked to stop", () => {
	const begin = async (env: Record<string, string> = {}) => {
		const start = Start.with(env);
		return { start, base: await start.ready() };
	};

	it("exits with 0 within 3 s, although streams and idle connections are open", async () => {
		const { start, base } = await begin();
		const keepAlive = new Agent({ keepAlive: true });
		const response = await open(`${base}/products`, keepAlive);
		response.resume();
		await once(response, "end");
		const stream = await open(`${base}/mypages/alice/events`);
		stream.resume();
		const since = Date.now();
		start.process.kill("SIGTERM");
		expect(await start.exitCode()).toBe(0);
		expect(Date.now() - since).toBeLessThan(3_000);
		keepAlive.destroy();
	});

	it.each(["SIGTERM", "SIGINT"] as const)("by %s answers its running requests, and takes no more", async (signal) => {
		const { start, base } = await begin({ PAYMENT_SIM_LATENCY_MS: "1000" });
		const { answer } = await pay(base);
		start.process.kill(signal);
		await eventually(() =>
			fetch(`${base}/livez`)
				.then(() => false)
				.catch(() => true),
		);
		const paid = await answer;
		expect([paid.status, paid.body.status, paid.headers.get("connection")]).toEqual([200, "completed", "close"]);
		expect(await start.exitCode()).toBe(0);
	});

	it("twice exits at once", async () => {
		const { start, base } = await begin({ PAYMENT_SIM_LATENCY_MS: "3000" });
		await pay(base);
		start.process.kill("SIGTERM");
		await eventually(() => start.stdout.includes("stopping"));
		const since = Date.now();
		start.process.kill("SIGTERM");
		expect(await start.exitCode()).toBe(1);
		expect(Date.now() - since).toBeLessThan(1_000);
	});

	/** Starts a payment; resolves once it is under way, with the promise of its answer. */
	async function pay(base: string) {
		const { get, post } = clientOf(base);
		const { items } = (await get("/products")).body;
		const order = await post("/orders", { customerId: "alice", items: [{ productId: items[0].id, quantity: 1 }] });
		const answer = post(`/orders/${order.body.id}/payment`, { cardNo: CARD });
		answer.catch(() => undefined);
		await eventually(async () => (await get(`/orders/${order.body.id}`)).body.status === "paying");
		return { answer };
	}
});

function open(url: string, agent?: Agent): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => httpGet(url, { agent: agent ?? false }, resolve).on("error", reject));
}

describe("a second shop on the same data folder", () => {
	it("does not start, and names the process that uses the folder; it starts after a kill -9 of that process", async () => {
		const env = { DATA_DIR: join(folder, "shared") };
		const first = Start.with(env);
		await first.ready();
		const second = Start.with(env);
		expect(await second.exitCode()).toBe(1);
		expect(second.stderr).toContain(`in use by process ${first.process.pid}`);
		first.process.kill("SIGKILL");
		await first.exitCode();
		await Start.with(env).ready();
	});

	it("is refused, as is a third one, where all start at the same moment", async () => {
		const env = { DATA_DIR: join(folder, "race") };
		mkdirSync(env.DATA_DIR);
		const starts = [Start.with(env), Start.with(env), Start.with(env)];
		const outcomes = await Promise.all(
			starts.map((start) =>
				Promise.race([
					start.ready().then(
						() => "ready",
						() => "late",
					),
					start.exitCode().then(() => "refused"),
				]),
			),
		);
		expect(outcomes.sort()).toEqual(["ready", "refused", "refused"]);
	});
});

describe("S23 a shop whose CURRENCY is another one than that of its data", () => {
	const dir = join(folder, "currency");

	async function begin(currency: string): Promise<{ shop: ReturnType<typeof clientOf>; end(): Promise<void> }> {
		const start = Start.with({ DATA_DIR: dir, CURRENCY: currency });
		const shop = clientOf(await start.ready());
		return {
			shop,
			async end() {
				start.process.kill("SIGTERM");
				expect(await start.exitCode()).toBe(0);
			},
		};
	}
	async function isRefused(currency: string): Promise<void> {
		const start = Start.with({ DATA_DIR: dir, CURRENCY: currency });
		expect(await start.exitCode()).toBe(1);
		expect(start.stderr).toBe(
			`Funshop cannot start: CURRENCY is ${currency}, but the data in DATA_DIR=${dir} is in KRW; set CURRENCY=KRW, or name another place for new data\n`,
		);
	}

	it("is refused in one line, and starts again with the right one", async () => {
		await (await begin("KRW")).end();
		await isRefused("USD");
		const { shop, end } = await begin("KRW");
		expect((await shop.get("/products?limit=1")).body.items[0].price.currency).toBe("KRW");
		await end();
	});

	it("is refused also where the data is of a version that recorded no currency", async () => {
		const { prefix, ...folder } = partOf(dir, "shop");
		const environment = new LmdbEnvironment({ ...folder, durable: true });
		const store = new LmdbStore({ environment, prefix, collections: { settings: {} } });
		await store.connect();
		const settings = store.collection("settings");
		expect(await settings.remove((await settings.load("currency"))!)).toBe(true);
		await store.disconnect();
		await isRefused("USD");
	});
});
