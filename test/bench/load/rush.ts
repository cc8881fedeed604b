// Customers who all want one unit of the same product at the same moment: each orders and pays, and asks again when Retry-After says.
// A process of its own, so that its work is not the shop's.
import { setTimeout as sleep } from "node:timers/promises";
import { type Quantiles, quantiles } from "../figures";
import { Customers, type Seen } from "./customers";
import { printFigures } from "./print";

const SETTLED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export interface RushLoad {
	url: string;
	product: string;
	customers: number;
	/** The first part of the customers' ids. */
	prefix: string;
	/** Who has no answer by then gives up. */
	seconds: number;
}

export interface RushFigures extends Seen {
	/** Customers whose payment was approved. */
	paid: number;
	/** Those of them whose order was completed in the end; the others were refunded. */
	completed: number;
	/** From their first request until customers were told that there was none left for them; milliseconds. */
	soldOutMs: Quantiles;
	/** The same until they were told that their payment was approved. */
	paidMs: Quantiles;
}

async function rush({ url, product, customers: count, prefix, seconds }: RushLoad): Promise<RushFigures> {
	const begun = performance.now();
	const isOver = () => performance.now() - begun >= seconds * 1_000;
	const customers = new Customers({ url, obey: true, isOver, connections: count });
	const paid: string[] = [];
	const [soldOutMs, paidMs]: [number[], number[]] = [[], []];
	const buyers = Array.from({ length: count }, async (_, number) => {
		const since = performance.now();
		const id = await customers.buy(`${prefix}-${number}`, product);
		(id === undefined ? soldOutMs : paidMs).push(performance.now() - since);
		if (id !== undefined) paid.push(id);
	});
	await Promise.all(buyers);
	let completed = 0;
	for (const until = performance.now() + SETTLED_WITHIN_MS; performance.now() < until; await sleep(LOOK_EVERY_MS)) {
		const states = await Promise.all(paid.map((id) => customers.look(id)));
		completed = states.filter(({ status }) => status === "completed").length;
		// A payment that came before product's answer is refunded.
		if (states.every(({ status, refund }) => status === "completed" || refund === "refunded")) break;
	}
	await customers.close();
	const figures = { paid: paid.length, completed, soldOutMs: quantiles(soldOutMs), paidMs: quantiles(paidMs) };
	return { ...figures, ...customers.sightings.seen() };
}

if (require.main === module) printFigures(rush);
