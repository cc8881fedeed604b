// Chaos: customers order, pay, click twice, cancel and change their mind after a 503, while processes, NATS and MongoDB are killed, frozen and started again at random.
// Afterwards the audit must find no difference, every acknowledged change must be there, and no order may be captured twice.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Cluster, startCluster } from "../support/cluster/cluster";
import compile from "../support/compile";
import { seededRandom } from "../support/shop/customer";
import type { ShopProcess } from "../support/cluster/shop-process";
import type { TestServer } from "../support/cluster/servers";
import { Trade } from "../support/cluster/trade";

const USAGE = "npm run chaos -- [--minutes 10] [--seed N] [--store mongo|lmdb]";
const CUSTOMERS = 12;
const PAUSE_MS = 20;
const CLEAN_WITHIN_S = 120;
/** At most this many unexpected answers are printed. */
const UNEXPECTED_SHOWN = 5;

interface Fault {
	name: string;
	/** Injects the fault, and repairs it later. */
	inject(): Promise<void>;
}

async function main(): Promise<void> {
	const { minutes, seed, store } = readOptions();
	const random = seededRandom(seed);
	console.log(`chaos for ${minutes} min, SEED=${seed}, documents on ${store}`);
	compile();
	const env = {
		PAYMENT_TIMEOUT_MS: "1000",
		PAYMENT_SIM_LATENCY_MS: "10",
		PAYMENT_SIM_FAIL_RATE: "0.02",
		PAYMENT_SIM_LOSE_ANSWER_RATE: "0.02",
		PAYMENT_SIM_HANG_RATE: "0.005",
	};
	const cluster = await startCluster({ store, processes: 2, gateways: 2, env });
	try {
		const trade = new Trade(cluster.urls, random);
		await trade.stockUp();
		trade.open(CUSTOMERS, PAUSE_MS);
		const faults = await injectFaults(cluster, random, Date.now() + minutes * 60_000, trade);
		await verify(cluster, trade, faults);
	} finally {
		await cluster.stop();
	}
}

/** Injects faults until `until`, and repairs them all. Resolves with the number of faults by name. */
async function injectFaults(cluster: Cluster, random: () => number, until: number, trade: Trade) {
	let unexpected = 0;
	const counts = new Map<string, number>();
	const underWay = new Set<Promise<void>>();
	const busy = new Set<ShopProcess | TestServer>();
	let loggedAt = Date.now();
	while (Date.now() < until) {
		await sleep(500 + random() * 4_000);
		const fault = choose(cluster, random, busy);
		if (fault) {
			counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
			const injected = fault.inject().finally(() => underWay.delete(injected));
			underWay.add(injected);
		}
		if (Date.now() - loggedAt > 60_000) {
			loggedAt = Date.now();
			console.log(`${Math.round((until - loggedAt) / 60_000)} min to go: ${inWords(counts)}; ${trade.summary}`);
		}
		if (trade.acknowledged.unexpected.length > unexpected && unexpected < UNEXPECTED_SHOWN)
			printUnexpected(cluster, trade.acknowledged.unexpected.slice(unexpected));
		unexpected = trade.acknowledged.unexpected.length;
	}
	await Promise.all(underWay);
	return counts;
}

/** Prints an answer that is not in the contract, and the processes' output about it: later that may be gone. */
function printUnexpected(cluster: Cluster, answers: readonly string[]): void {
	const [first = ""] = answers;
	console.error(`${answers.length} unexpected answer(s), the first: ${first}`);
	const id = /request:([\w-]+)/.exec(first)?.[1] ?? "ERROR";
	for (const { name, output } of cluster.processes()) {
		const lines = output.split("\n");
		const from = lines.findIndex((line) => line.includes(id) || line.includes("ERROR"));
		if (from >= 0) console.error(`${name} printed:\n${lines.slice(from, from + 20).join("\n")}`);
	}
}

/** Picks a fault for a running process or server; undefined where the picked one has a fault already. */
function choose(cluster: Cluster, random: () => number, busy: Set<ShopProcess | TestServer>): Fault | undefined {
	const dice = random();
	const pauseMs = random() * 5_000;
	const during = async (part: ShopProcess | TestServer, work: () => Promise<void>) => {
		busy.add(part);
		await work().finally(() => busy.delete(part));
	};
	const server = dice < 0.1 ? cluster.nats : dice < 0.2 ? cluster.mongo : undefined;
	if (server) {
		if (busy.has(server)) return undefined;
		const name = server === cluster.nats ? "NATS killed" : "MongoDB killed";
		const inject = async () => {
			await server.kill();
			await sleep(pauseMs);
			await server.start();
		};
		return { name, inject: () => during(server, inject) };
	}
	const well = cluster.processes().filter((shopProcess) => !busy.has(shopProcess));
	const shopProcess = well[Math.floor(random() * well.length)];
	if (!shopProcess) return undefined;
	const kind = shopProcess.service === "api" ? "gateway" : "service";
	if (dice < 0.75) {
		const inject = async () => {
			await shopProcess.kill();
			await sleep(pauseMs / 2);
			shopProcess.start();
			await shopProcess.ready(120_000);
		};
		return { name: `${kind} killed`, inject: () => during(shopProcess, inject) };
	}
	if (dice < 0.9) {
		const inject = async () => {
			shopProcess.freeze();
			await sleep(2_000 + pauseMs * 2);
			shopProcess.thaw();
		};
		return { name: `${kind} frozen`, inject: () => during(shopProcess, inject) };
	}
	const inject = async () => {
		await shopProcess.stop();
		shopProcess.start();
		await shopProcess.ready(120_000);
	};
	return { name: `${kind} restarted`, inject: () => during(shopProcess, inject) };
}

async function verify(cluster: Cluster, trade: Trade, faults: Map<string, number>): Promise<void> {
	const since = Date.now();
	await trade.close();
	console.log(`faults: ${inWords(faults)}`);
	console.log(trade.summary);
	await cluster.audit(CLEAN_WITHIN_S);
	console.log(
		`audit: no differences, ${((Date.now() - since) / 1_000).toFixed(1)} s after the last fault was repaired`,
	);
	await trade.expectKept();
	const captured = (await cluster.journal()).filter(({ type }) => type === "captured");
	const twice = captured.length - new Set(captured.map(({ orderId }) => orderId)).size;
	const refunded = (await cluster.journal()).filter(({ type }) => type === "refunded").length;
	console.log(`journal: ${captured.length} captured, ${refunded} refunded, ${twice} orders captured more than once`);
	if (twice > 0) throw new Error("an order was captured twice");
	console.log("every acknowledged change is still there");
}

function inWords(counts: ReadonlyMap<string, number>): string {
	return [...counts].map(([name, count]) => `${count} ${name}`).join(", ") || "none yet";
}

function readOptions(): { minutes: number; seed: number; store: "mongo" | "lmdb" } {
	const options = { minutes: { type: "string" }, seed: { type: "string" }, store: { type: "string" } } as const;
	const { values } = parseArgs({ options });
	const minutes = Number(values.minutes ?? 10);
	const seed = Number(values.seed ?? Date.now() % 1_000_000);
	const store = values.store ?? (process.env.MONGOD || process.env.MONGO_URI ? "mongo" : "lmdb");
	if (!(minutes > 0) || !Number.isInteger(seed) || (store !== "mongo" && store !== "lmdb"))
		throw new Error(`usage: ${USAGE}`);
	return { minutes, seed, store };
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
