import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, listenError } from "../../shared/process/ports";
import { COMPILED } from "../support/compile";
import { clientOf } from "../support/http/http";
import { output } from "../support/cluster/processes";
import { describeWith } from "../support/cluster/servers";
import { tradeAcross } from "../support/cluster/two-gateways";
import { eventually } from "../support/world";

const HOST = "127.0.0.1";
const START_WITHIN_MS = 90_000;
/** The customers who use both gateways go on for this long, and until they have placed this many orders. */
const [TRADE_FOR_MS, ORDERS] = process.env.LONG ? [60_000, 5_000] : [1_000, 50];
const CUSTOMERS = 12;
const CARD = "4242424242424242";

/** `npm run cluster` with these settings, before it is ready. */
class LaptopCluster {
	stdout = "";
	stderr = "";
	readonly ended: Promise<[number | null]>;
	readonly dataDir = join(folder, String(running.length));
	private readonly process: ChildProcess;

	constructor(env: Record<string, string>) {
		const { PATH, NATS_SERVER } = process.env;
		const all = { PATH, NATS_SERVER, DATA_DIR: this.dataDir, LOGLEVEL: "warn", ...env };
		this.process = spawn(process.execPath, [join(COMPILED, "operator/cluster/command.js")], { env: all });
		this.process.stdout!.on("data", (chunk) => (this.stdout += chunk));
		this.process.stderr!.on("data", (chunk) => (this.stderr += chunk));
		this.ended = once(this.process, "close") as Promise<[number | null]>;
		running.push(this);
	}

	/** @throws Error with its output where it ends before it is ready */
	async ready(): Promise<void> {
		const ready = eventually(() => this.stdout.includes("cluster is ready"), START_WITHIN_MS);
		const ended = this.ended.then(([code]) =>
			Promise.reject(new Error(`it ended (${code}): ${this.stderr}${this.stdout}`)),
		);
		await Promise.race([ready, ended]);
		ended.catch(() => undefined);
	}

	/** The process ids that it printed, those of servers too. */
	get pids(): number[] {
		return [...this.stdout.matchAll(/ is ready.* \(process (\d+)\)/g)].map(([, pid]) => Number(pid));
	}

	pidOf(name: string): number {
		return Number(new RegExp(`^${name} +\\| is ready \\(process (\\d+)\\)`, "m").exec(this.stdout)?.[1]);
	}

	kill(signal: NodeJS.Signals): void {
		this.process.kill(signal);
	}
}

const folder = mkdtempSync(join(tmpdir(), "funshop-laptop-"));
const running: LaptopCluster[] = [];
afterAll(async () => {
	for (const cluster of running) cluster.kill("SIGKILL");
	await eventually(() => running.every(({ pids }) => pids.every(isGone)), 10_000);
	rmSync(folder, { recursive: true });
});

function isGone(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return true;
	}
	// A zombie has ended; its parent has not read its exit code yet.
	return existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** The first of two adjacent free ports: the two gateways take both. */
async function portOfGateways(): Promise<number> {
	const [first, second] = (await freePorts(2, HOST)) as [number, number];
	return second === first + 1 ? first : portOfGateways();
}

describeWith(["nats"], "a cluster on a laptop", () => {
	let cluster: LaptopCluster;
	let port: number;
	let first: ReturnType<typeof clientOf>;
	let second: ReturnType<typeof clientOf>;

	beforeAll(async () => {
		port = await portOfGateways();
		cluster = new LaptopCluster({ PORT: String(port) });
		await cluster.ready();
		first = clientOf(`http://${HOST}:${port}`);
		second = clientOf(`http://${HOST}:${port + 1}`);
	}, START_WITHIN_MS);

	/** Repeats a request with the same key while the shop answers 503, as a customer would. */
	const insist = (path: string, body: object) => {
		const key = randomUUID();
		return eventually(async () => {
			const answer = await first.post(path, body, { "idempotency-key": key });
			return answer.status !== 503 && answer;
		}, 20_000);
	};

	const checkout = async () => {
		const price = { amount: 9_000, currency: "KRW" };
		const product = await first.post("/products", { name: "Green tea", price, stock: 10 });
		const items = [{ productId: product.body.id, quantity: 2 }];
		const order = await insist("/orders", { customerId: "alice", items });
		expect(order.status).toBe(201);
		const paid = await insist(`/orders/${order.body.id}/payment`, { cardNo: CARD });
		expect([paid.status, paid.body.status]).toEqual([200, "completed"]);
		return order.body.id as string;
	};

	it("prints its URLs in a few lines, and no error", () => {
		expect(cluster.stdout).toContain(`http://${HOST}:${port} and http://${HOST}:${port + 1}`);
		expect(cluster.stdout.trim().split("\n").length).toBeLessThan(30);
		expect(cluster.stderr).toBe("");
	});

	/** Runs an operator's command on the cluster; `input` is typed into it. */
	const operate = async (args: string[], input = "") => {
		const { PATH, NATS_SERVER } = process.env;
		const env = { PATH, NATS_SERVER, HOME: folder, DATA_DIR: cluster.dataDir };
		const command = spawn(process.execPath, [join(COMPILED, "operator/cluster/command.js"), ...args], { env });
		command.stdin.end(input);
		return output(command);
	};

	it("gets the sample catalogue by one command", async () => {
		expect(await operate(["samples"])).toEqual({ code: 0, text: "The sample catalogue is there.\n" });
		await eventually(async () => (await second.get("/products/green-tea")).status === 200);
	}, 30_000);

	it("shows at one gateway an order that was placed and paid at the other", async () => {
		const id = await checkout();
		await eventually(async () => {
			const { orders } = (await second.get("/mypages/alice")).body;
			return orders.some((order: { id: string; status: string }) => order.id === id && order.status === "completed");
		}, 10_000);
	}, 60_000);

	it(
		"S24: never answers at one gateway with less than the other has answered before",
		async () => {
			const began = performance.now();
			const isOver = (orders: number) => orders >= ORDERS && performance.now() - began >= TRADE_FOR_MS;
			const urls = [port, port + 1].map((each) => `http://${HOST}:${each}`);
			const { orders, pairs, stale } = await tradeAcross(urls, CUSTOMERS, isOver);
			console.log(`${orders} orders, ${pairs} pairs of an answer and a request at the other gateway, stale:`, stale);
			expect(stale).toEqual({});
		},
		process.env.LONG ? 900_000 : 60_000,
	);

	it("has a REPL, in which its processes have the names of the log", async () => {
		const { text, code } = await operate(["repl"], "place green-tea 2 bob\nnodes\n");
		expect(text).toMatch(/Order \S+ of 36000 KRW is placed\./);
		expect(text).toMatch(/ order-1 [^]* payment-2 /);
		expect(code).toBe(0);
	}, 30_000);

	it("has no difference in an audit", async () => {
		expect(await operate(["audit"])).toEqual({ code: 0, text: expect.stringContaining("No differences.") });
	}, 30_000);

	it("restarts a process that was killed", async () => {
		process.kill(cluster.pidOf("order-1"), "SIGKILL");
		await eventually(() => /^order-1 +\| is ready again/m.test(cluster.stdout), 30_000);
		await checkout();
	}, 60_000);

	it("stops in order on Ctrl-C, and leaves no process behind", async () => {
		cluster.kill("SIGINT");
		const [code] = await cluster.ended;
		expect([code, cluster.stdout.trim().split("\n").at(-1)]).toEqual([0, expect.stringMatching(/has stopped$/)]);
		expect(cluster.pids.filter((pid) => !isGone(pid))).toEqual([]);
		expect([await listenError(port, HOST), await listenError(port + 1, HOST)]).toEqual([undefined, undefined]);
	}, 60_000);

	it("can be audited after it has stopped", async () => {
		const { text, code } = await operate(["audit"]);
		expect(text).toMatch(/no service runs, and the last event is of [^]*No differences\./);
		expect(code).toBe(0);
		expect((await operate(["repl"])).code).toBe(1);
	}, 60_000);

	it(
		"leaves no process behind when it is killed itself",
		async () => {
			const small = new LaptopCluster({ PORT: "0", SERVICES: "product,api" });
			await small.ready();
			expect(small.pids).toHaveLength(5);
			small.kill("SIGKILL");
			await eventually(() => small.pids.every(isGone), 10_000);
		},
		START_WITHIN_MS,
	);
});

describe("a cluster that cannot start", () => {
	const refusal = async (env: Record<string, string>) => {
		const cluster = new LaptopCluster(env);
		const [code] = await cluster.ended;
		expect([code, cluster.stderr.trim().split("\n")]).toEqual([1, [expect.any(String)]]);
		return cluster.stderr;
	};

	it("says in one line that there was none to audit, and starts nothing", async () => {
		const { PATH } = process.env;
		const DATA_DIR = join(folder, "nothing");
		const audit = spawn(process.execPath, [join(COMPILED, "operator/cluster/command.js"), "audit"], {
			env: { PATH, DATA_DIR },
		});
		let errors = "";
		audit.stderr.on("data", (chunk) => (errors += String(chunk)));
		expect((await output(audit)).code).toBe(1);
		expect(errors).toMatch(/^[^\n]*no cluster runs in [^\n]*nothing; start it by: npm run cluster\n$/);
		expect(existsSync(DATA_DIR)).toBe(false);
	});

	it("says in one line how to get a NATS server", async () => {
		const line = await refusal({ PORT: "0", NATS_SERVER: join(folder, "none") });
		expect(line).toMatch(/go install github\.com\/nats-io\/nats-server.*NATS_SERVER/);
	});

	it("says in one line which port is taken", async () => {
		const port = await portOfGateways();
		const other = createServer().listen(port + 1, HOST);
		await once(other, "listening");
		expect(await refusal({ PORT: String(port) })).toMatch(new RegExp(`${port + 1} cannot be had.*set PORT`));
		other.close();
	});

	it.each([
		[{ PORT: "eighty" }, /PORT=eighty/],
		[{ DATA_DIR: ":memory:" }, /DATA_DIR=:memory:/],
		[{ DATA_DIR: __filename }, /DATA_DIR=.* cannot be used/],
	])("says in one line that a setting is wrong: %j", async (env, line) => {
		expect(await refusal(env)).toMatch(line);
	});
});
