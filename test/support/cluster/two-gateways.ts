import { randomUUID } from "node:crypto";
import { type Answer, clientOf } from "../http/http";
import { eventually } from "../world";

const CARD = "4242424242424242";
const READS_AT_ONCE = 8;
const INSIST_FOR_MS = 20_000;

interface PageOrder {
	id: string;
	timeline: unknown[];
}

/** What {@link tradeAcross} counted; stale answers by their kind. */
export interface Across {
	orders: number;
	/** Pairs of an answer of one gateway and a later request at the other. */
	pairs: number;
	stale: Record<string, number>;
}

/**
 * Customers who write at one of two gateways, and go on at the other as soon as it is answered; every answer has to know of the
 * one before. `isOver` is asked after each order.
 */
export async function tradeAcross(
	urls: readonly string[],
	customers: number,
	isOver: (orders: number) => boolean,
): Promise<Across> {
	const gateways = urls.map(clientOf);
	const seen: Across = { orders: 0, pairs: 0, stale: {} };
	/** Sends a request until it is not answered by 503, as a customer would. */
	const insist = (ask: () => Promise<Answer<any>>) =>
		eventually(async () => {
			const answer = await ask();
			return answer.status !== 503 && answer;
		}, INSIST_FOR_MS);
	const expectFresh = (what: string, isFresh: boolean, { status, body }: Answer<any>) => {
		seen.pairs++;
		if (isFresh) return;
		const kind = `${what}: ${status} ${body.code ?? body.status ?? ""}`;
		seen.stale[kind] = (seen.stale[kind] ?? 0) + 1;
	};

	const price = { amount: 500, currency: "KRW" };
	const products = await Promise.all(
		Array.from({ length: customers }, async (_, number) => {
			const { body } = await gateways[0]!.post("/products", { name: `Tea ${number}`, price, stock: 1_000_000 });
			return body.id as string;
		}),
	);

	async function shopOnce(customerId: string, productId: string, round: number): Promise<void> {
		const here = gateways[round % 2]!;
		const there = gateways[(round + 1) % 2]!;
		const keyed = { "idempotency-key": randomUUID() };
		const order = { customerId, items: [{ productId, quantity: 1 }] };
		const { status, body: placed } = await insist(() => here.post("/orders", order, keyed));
		// The product may not have reached order's own copy yet.
		if (status !== 201) return;
		const path = `/orders/${placed.id}`;
		const found = await insist(() => there.get(path));
		expectFresh("order after its 201", found.status === 200, found);
		const repeated = await insist(() => there.post("/orders", order, keyed));
		expectFresh("answer under a key", repeated.status === 201 && repeated.body.id === placed.id, repeated);
		const paid = await insist(() =>
			there.post(`${path}/payment`, { cardNo: CARD }, { "idempotency-key": randomUUID() }),
		);
		expectFresh("payment of an order", paid.status === 200 && paid.body.status === "completed", paid);
		const completed = await insist(() => here.get(path));
		expectFresh("order after its payment", completed.body.status === "completed", completed);
		if (round % 2 === 0) {
			await insist(() => here.post(`${path}/cancellation`, {}));
			const cancelled = await insist(() => there.get(path));
			expectFresh("order after its cancellation", cancelled.body.status === "cancelled", cancelled);
		}
		const [before, after] = [
			await insist(() => here.get(`/mypages/${customerId}`)),
			await insist(() => there.get(`/mypages/${customerId}`)),
		];
		const shown = new Map((after.body.orders as PageOrder[]).map(({ id, timeline }) => [id, timeline.length]));
		const isWhole = (before.body.orders as PageOrder[]).every(({ id, timeline }) => shown.get(id)! >= timeline.length);
		expectFresh("my page after my page", isWhole, after);
		seen.orders++;
	}

	let isEnded = false;
	// Each process that reads often would have an older state at hand.
	const reading = gateways.map(async ({ get }) => {
		while (!isEnded) await Promise.all(Array.from({ length: READS_AT_ONCE }, () => get("/orders/none")));
	});
	await Promise.all(
		products.map(async (productId, number) => {
			let customerId = "";
			for (let round = 0; !isEnded; round++) {
				// A page of few orders is quick to read.
				if (round % 5 === 0) customerId = `across-${number}-${round}`;
				await shopOnce(customerId, productId, round);
				isEnded ||= isOver(seen.orders);
			}
		}),
	);
	await Promise.all(reading);
	return seen;
}
