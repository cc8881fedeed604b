// Measures the time from the answer to an order until the order is on its customer's page, in a cluster. Orders come at a steady rate, whether
// or not earlier ones are answered, and server-sent events show when each is on the page.
import { get as httpGet } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startCluster } from "../support/cluster/cluster";
import compile from "../support/compile";
import { clientOf } from "../support/http/http";
import { quantile } from "./figures";

const USAGE = "npm run bench:lag -- [--rate 100] [--seconds 20] [--store lmdb|mongo] [--processes 1]";
const CUSTOMERS = 40;
const ARRIVES_WITHIN_MS = 30_000;

async function main(): Promise<void> {
	const { rate, seconds, store, processes } = readOptions();
	compile();
	const cluster = await startCluster({ store, processes, gateways: 1 });
	try {
		const url = cluster.urls[0]!;
		const { post } = clientOf(url);
		const product = { name: "Tea", price: { amount: 100, currency: "KRW" }, stock: 2_000_000_000 };
		const items = [{ productId: (await post("/products", product)).body.id, quantity: 1 }];
		const shownAt = new Map<string, number>();
		for (let customer = 0; customer < CUSTOMERS; customer++) watch(`${url}/mypages/c${customer}/events`, shownAt);
		await sleep(1_000);

		const acknowledgedAt = new Map<string, number>();
		const answerMs: number[] = [];
		const refused = new Map<number, number>();
		const order = async (number: number) => {
			const since = performance.now();
			const { status, body } = await post("/orders", { customerId: `c${number % CUSTOMERS}`, items });
			answerMs.push(performance.now() - since);
			if (status === 201) acknowledgedAt.set(body.id, performance.now());
			else refused.set(status, (refused.get(status) ?? 0) + 1);
		};
		const begun = performance.now();
		const orders: Promise<void>[] = [];
		while (orders.length < rate * seconds) {
			const due = Math.min(rate * seconds, Math.floor(((performance.now() - begun) / 1_000) * rate));
			while (orders.length < due) orders.push(order(orders.length));
			await sleep(2);
		}
		await Promise.all(orders);
		const tookS = (performance.now() - begun) / 1_000;
		const until = performance.now() + ARRIVES_WITHIN_MS;
		while (shownAt.size < acknowledgedAt.size && performance.now() < until) await sleep(50);

		// A page may show an order before its customer has the answer.
		const lags = [...acknowledgedAt].flatMap(([id, at]) =>
			shownAt.has(id) ? [Math.max(0, shownAt.get(id)! - at)] : [],
		);
		const missing = acknowledgedAt.size - lags.length;
		console.log(
			`${store}, ${processes} process(es) of each service: ${acknowledgedAt.size} orders in ${tookS.toFixed(1)} s (${rate}/s asked), ${missing} not shown, refused: ${JSON.stringify(Object.fromEntries(refused))}`,
		);
		console.log(
			`answer       p50 ${quantile(answerMs, 0.5).toFixed(1)} ms, p99 ${quantile(answerMs, 0.99).toFixed(1)} ms`,
		);
		console.log(
			`on my page   p50 ${quantile(lags, 0.5).toFixed(1)} ms, p99 ${quantile(lags, 0.99).toFixed(1)} ms after the answer`,
		);
	} finally {
		await cluster.stop();
	}
}

/** Records in `shownAt` when each order appears on a page. */
function watch(url: string, shownAt: Map<string, number>): void {
	httpGet(url, { agent: false }, (response) => {
		let text = "";
		response.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
			const events = text.split("\n\n");
			text = events.pop()!;
			for (const event of events) {
				if (!event.startsWith("event: order.placed")) continue;
				const { id } = JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as { id: string };
				shownAt.set(id, shownAt.get(id) ?? performance.now());
			}
		});
		response.on("error", () => undefined);
	}).on("error", () => undefined);
}

function readOptions() {
	const text = { type: "string" } as const;
	const { values } = parseArgs({ options: { rate: text, seconds: text, store: text, processes: text } });
	const [rate, seconds, processes] = [
		Number(values.rate ?? 100),
		Number(values.seconds ?? 20),
		Number(values.processes ?? 1),
	];
	const store = values.store ?? "lmdb";
	if (!(rate > 0) || !(seconds > 0) || !(processes > 0) || (store !== "lmdb" && store !== "mongo"))
		throw new Error(`usage: ${USAGE}`);
	return { rate, seconds, store: store as "lmdb" | "mongo", processes };
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
