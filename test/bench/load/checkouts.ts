// Customers who order, pay, look at their page until it shows the order as completed, and look at the order: each begins again when done.
// A process of its own, so that its work is not the shop's.
import { Customers, type Seen, Sightings } from "./customers";
import { LivePages } from "./live-pages";
import { printFigures } from "./print";

export interface CheckoutLoad {
	url: string;
	/** Customers at the same time. */
	clients: number;
	seconds: number;
	/** The ids of the products over which the orders are spread. */
	products: string[];
	/** The first part of the customers' ids: another one for each load, so that no page becomes long. */
	prefix: string;
	/** Whether customers wait as Retry-After says, or ask again at once. */
	obey: boolean;
	/** Customers beside them who only place orders. */
	onlyOrdering: number;
	/** Live pages that are open: those of the customers who shop, and others beside them. */
	livePages: number;
}

export interface CheckoutFigures extends Seen {
	/** Those that ended in time. */
	checkouts: number;
	/** With those that were under way when the time was over. */
	ended: number;
	perSecond: number;
	/** Events that came on live pages. */
	liveEvents: number;
}

/** A customer places this many orders; then another one comes. */
export const ORDERS_EACH = 4;

async function checkOut(load: CheckoutLoad): Promise<CheckoutFigures> {
	const { url, clients, seconds, products, prefix, obey } = load;
	const until = performance.now() + seconds * 1_000;
	const isOver = () => performance.now() >= until;
	const sightings = new Sightings();
	// Each has a connection of their own, as browsers have: who waits as Retry-After says does not share one with who does not.
	const everybody: Customers[] = [];
	const customer = () => {
		const one = new Customers({ url, obey, isOver, connections: 1 }, sightings);
		everybody.push(one);
		return one;
	};
	const productOf = (number: number) => products[number % products.length]!;
	const pages = new LivePages(url);
	const watchers = Math.max(0, load.livePages - clients);
	await Promise.all(Array.from({ length: watchers }, (_, number) => pages.show(`${prefix}-watcher-${number}`)));
	let checkouts = 0;
	let ended = 0;
	const shopping = async (client: number) => {
		const self = customer();
		for (let number = 0; !isOver(); number++) {
			const customerOf = (order: number) => `${prefix}-${client}-${Math.floor(order / ORDERS_EACH)}`;
			const customerId = customerOf(number);
			if (client < load.livePages && number % ORDERS_EACH === 0) {
				pages.hide(customerOf(number - 1));
				await pages.show(customerId);
			}
			if (!(await self.checkOut(customerId, productOf(client * 7 + number)))) continue;
			ended++;
			if (!isOver()) checkouts++;
		}
	};
	const onlyOrdering = async (client: number) => {
		const self = customer();
		for (let number = 0; !isOver(); number++) await self.place(`${prefix}-only-${client}-${number}`, productOf(number));
	};
	await Promise.all([
		...Array.from({ length: clients }, (_, client) => shopping(client)),
		...Array.from({ length: load.onlyOrdering }, (_, client) => onlyOrdering(client)),
	]);
	await pages.close();
	await Promise.all(everybody.map((one) => one.close()));
	return { checkouts, ended, perSecond: checkouts / seconds, liveEvents: pages.events, ...sightings.seen() };
}

if (require.main === module) printFigures(checkOut);
