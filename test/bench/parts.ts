// The parts of the benchmark. Each runs the shop and what it is compared with in turn, round after round, on fresh data.
import { clientOf } from "../support/http/http";
import { eventually } from "../support/world";
import type { RequestFigures } from "./load/requests";
import { type Behaviour, measure, type Run, type Settings } from "./measure";
import { type Kind, load, Subject } from "./subject";

export interface Ratio {
	name: string;
	/** One for each round. */
	values: number[];
}
export interface PartResult {
	runs: Run[];
	ratios: Ratio[];
}

/** Checkouts of the shop, of a naive one, and of requests that do nothing. */
export async function checkout(settings: Settings): Promise<PartResult> {
	const kinds: Kind[] = ["shop", "naive on file", "naive in memory", "empty"];
	const runs: Run[] = [];
	for (let round = 0; round < settings.rounds; round++)
		for (const clients of settings.clients) for (const kind of kinds) runs.push(await measure(kind, clients, settings));
	const of = (name: string, clients: number) => runs.filter((run) => run.name === name && run.clients === clients);
	const ratios = settings.clients.flatMap((clients) =>
		kinds.slice(1).map((kind) => ({
			name: `checkouts/s, ${clients} clients: shop ÷ ${kind}`,
			values: of("shop", clients).map(({ perSecond }, round) => perSecond / of(kind, clients)[round]!.perSecond),
		})),
	);
	return { runs, ratios };
}

/** One product that all order, against 1,000. */
export async function hot(settings: Settings): Promise<PartResult> {
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	for (const clients of [...settings.clients, 400]) {
		const values: number[] = [];
		for (let round = 0; round < settings.rounds; round++) {
			const one = await measure("shop", clients, settings, { products: 1 }, "one product");
			const many = await measure("shop", clients, settings, { products: 1_000 }, "1,000 products");
			runs.push(one, many);
			values.push(one.perSecond / many.perSecond);
		}
		ratios.push({ name: `checkouts/s, ${clients} clients: one product ÷ 1,000 products`, values });
	}
	return { runs, ratios };
}

/** Many more clients than the shop can serve, patient and impatient, and beside customers who only place orders. */
export async function overload(settings: Settings): Promise<PartResult> {
	const saturating = 50;
	const spread = { products: 20 };
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		const full = await measure("shop", saturating, settings, spread, "at saturation");
		runs.push(full);
		const compare = async (name: string, clients: number, parameters: Partial<Behaviour>) => {
			const run = await measure("shop", clients, settings, { ...spread, ...parameters }, name);
			runs.push(run);
			const ratio = ratios.find((known) => known.name === name) ?? { name, values: [] };
			if (ratio.values.length === 0) ratios.push(ratio);
			ratio.values.push(run.perSecond / full.perSecond);
		};
		for (const times of [5, 20, 50]) {
			await compare(`goodput with ${times} times the clients, patient`, times * saturating, { obey: true });
			await compare(`goodput with ${times} times the clients, impatient`, times * saturating, { obey: false });
		}
		await compare("goodput beside 100 who only place orders", saturating, { onlyOrdering: 100 });
	}
	return { runs, ratios };
}

/** My page with five orders, against an action of moleculer-web that returns the same bytes. */
export async function page(settings: Settings): Promise<PartResult> {
	const [clients = 10] = settings.clients;
	const values: number[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		const shop = await Subject.start("shop");
		let text: string;
		let served: { perSecond: number };
		try {
			text = await pageWithOrders(shop.url);
			served = await requests(`${shop.url}/mypages/alice`, clients, settings);
		} finally {
			await shop.stop();
		}
		const bare = await Subject.start("empty", { PAGE: text });
		try {
			const bareServed = await requests(`${bare.url}/page`, clients, settings);
			values.push(served.perSecond / bareServed.perSecond);
			settings.progress(`my page: ${served.perSecond.toFixed(0)}/s, bare ${bareServed.perSecond.toFixed(0)}/s`);
		} finally {
			await bare.stop();
		}
	}
	return {
		runs: [],
		ratios: [{ name: `my page with 5 orders, ${clients} clients: shop ÷ bare moleculer-web`, values }],
	};
}

async function requests(url: string, clients: number, { warmUpSeconds, seconds }: Settings) {
	if (warmUpSeconds > 0) await load("requests", { url, clients, seconds: warmUpSeconds });
	const figures = await load<RequestFigures>("requests", { url, clients, seconds });
	if (figures.failed > 0) throw new Error(`${figures.failed} requests of ${url} failed`);
	return figures;
}

/** Places five orders for alice, and returns her page. */
async function pageWithOrders(url: string): Promise<string> {
	const { get, post } = clientOf(url);
	const product = { name: "Tea", price: { amount: 100, currency: "KRW" }, stock: 1_000 };
	const items = [{ productId: (await post("/products", product)).body.id, quantity: 1 }];
	for (let order = 0; order < 5; order++) await post("/orders", { customerId: "alice", items });
	const body = await eventually(async () => {
		const answer = await get("/mypages/alice");
		return answer.body.orders.length === 5 && answer.body;
	});
	return JSON.stringify(body);
}
