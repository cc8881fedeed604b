import { clientOf } from "../../support/http/http";
import { eventually } from "../../support/world";
import type { RequestFigures } from "../load/requests";
import { load } from "../load/run";
import type { Settings } from "../measure";
import { startOneProcess } from "../subject";
import type { PartResult } from "./part";

/** My page with five orders, against an action of moleculer-web that returns the same bytes. */
export async function page(settings: Settings): Promise<PartResult> {
	const [clients = 10] = settings.clients;
	const values: number[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		const shop = await startOneProcess("shop");
		let text: string;
		let served: { perSecond: number };
		try {
			text = await pageWithOrders(shop.url);
			served = await requests(`${shop.url}/mypages/alice`, clients, settings);
		} finally {
			await shop.stop();
		}
		const bare = await startOneProcess("empty", { env: { PAGE: text } });
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
	if (warmUpSeconds > 0) await load("load/requests", { url, clients, seconds: warmUpSeconds });
	const figures = await load<RequestFigures>("load/requests", { url, clients, seconds });
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
