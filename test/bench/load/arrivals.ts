// Customers who come at random times at a given rate, whether or not earlier ones are done, and each check out once.
// A process of its own, so that its work is not the shop's.
import { setTimeout as sleep } from "node:timers/promises";
import { ORDERS_EACH } from "./checkouts";
import { Customers, type Seen } from "./customers";
import { printFigures } from "./print";

/** One who comes while this many are there leaves again, so that nobody waits for a connection. */
const MOST_AT_ONCE = 256;

export interface ArrivalLoad {
	url: string;
	/** Arrivals a second, on average. */
	rate: number;
	seconds: number;
	/** The ids of the products over which the orders are spread. */
	products: string[];
	/** The first part of the customers' ids: another one for each load. */
	prefix: string;
}

export interface ArrivalFigures extends Seen {
	arrivals: number;
	/** Arrivals whose checkout was done. */
	ended: number;
}

async function arrive({ url, rate, seconds, products, prefix }: ArrivalLoad): Promise<ArrivalFigures> {
	const begun = performance.now();
	const untilMs = seconds * 1_000;
	const elapsedMs = () => performance.now() - begun;
	const isOver = () => elapsedMs() >= untilMs;
	const customers = new Customers({ url, obey: true, isOver, connections: MOST_AT_ONCE });
	const underWay = new Set<Promise<unknown>>();
	let arrivals = 0;
	let ended = 0;
	const checkOut = async (number: number) => {
		const customerId = `${prefix}-${Math.floor(number / ORDERS_EACH)}`;
		if (await customers.checkOut(customerId, products[number % products.length]!)) ended++;
	};
	// Independent customers: the times between two arrivals are distributed exponentially.
	for (let dueMs = 0; dueMs < untilMs; dueMs += gapMs(rate)) {
		// Those that are due while a timer is late come at once.
		if (dueMs > elapsedMs()) await sleep(dueMs - elapsedMs());
		const number = arrivals++;
		if (underWay.size >= MOST_AT_ONCE) {
			customers.sightings.note("too many at once");
			continue;
		}
		const checkout = checkOut(number);
		underWay.add(checkout);
		void checkout.finally(() => underWay.delete(checkout)).catch(() => undefined);
	}
	await Promise.all(underWay);
	await customers.close();
	return { arrivals, ended, ...customers.sightings.seen() };
}

/** A random time until the next arrival, in milliseconds. */
function gapMs(rate: number): number {
	return (-Math.log(1 - Math.random()) / rate) * 1_000;
}

if (require.main === module) printFigures(arrive);
