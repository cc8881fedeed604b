import type { Schemas } from "../../shared/shop";

/** An order as any of the shop's answers has it. */
export type Order = Schemas["Order"] & Partial<Schemas["PageOrder"]>;

/** By id, the orders that are known. */
export type Orders = ReadonlyMap<string, Order>;

/** The orders with newer answers in them. An answer that is older than what is known changes nothing, in whatever order they come. */
export function learn(orders: Orders, answers: readonly Order[]): Orders {
	const learnt = new Map(orders);
	for (const answer of answers) {
		const known = learnt.get(answer.id);
		learnt.set(answer.id, known ? newerOf(known, answer) : answer);
	}
	return learnt;
}

/**
 * The newer of two answers about one order. Only my page's answers have a timeline, which also grows by what happens to the payment without a
 * new version of the order.
 */
function newerOf(known: Order, answer: Order): Order {
	if (answer.version < known.version) return known;
	const { payment, timeline } = known;
	if (answer.version > known.version) return { payment, timeline, ...answer };
	return (answer.timeline?.length ?? 0) >= (timeline?.length ?? 0) ? answer : known;
}

/** Newest first. */
export function newestFirst(orders: Orders): Order[] {
	return [...orders.values()].sort((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id));
}

export function isWaiting({ status }: Order): boolean {
	return status === "placed" || status === "paying";
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
