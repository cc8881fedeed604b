import { type Cluster, type ClusterOptions, startCluster } from "./cluster";
import { type Acknowledged, PersistentCustomer, seededRandom } from "../shop/customer";
import { clientOf } from "../http/http";
import { eventually } from "../world";

/** At most this many lost changes are named in an error. */
const SHOWN = 10;

/** Customers who order, pay and cancel all the time, and repeat each request until it is answered. */
export class Trade {
	readonly acknowledged: Acknowledged = {
		placed: new Set(),
		completed: new Set(),
		cancelled: new Set(),
		unexpected: [],
	};
	private over = false;
	private customers: Promise<void>[] = [];
	private productIds: string[] = [];
	private openings = 0;

	constructor(
		/** Base URLs of the gateways; a customer stays with one. */
		private readonly urls: readonly string[],
		private readonly random: () => number,
	) {}

	/** Adds products, one of them scarce. */
	async stockUp(): Promise<void> {
		for (let number = 0; number < 5; number++) {
			const price = { amount: 1_000 + number, currency: "KRW" };
			const product = { name: `Goods ${number}`, price, stock: number === 0 ? 40 : 100_000 };
			this.productIds.push((await clientOf(this.urls[0]!).post("/products", product)).body.id);
		}
	}

	/** Starts this number of customers; each waits `pauseMs` between two orders. */
	open(customers: number, pauseMs = 0): void {
		this.over = false;
		const opening = this.openings++;
		this.customers = Array.from({ length: customers }, async (_, index) => {
			const url = this.urls[index % this.urls.length]!;
			const { random, acknowledged, productIds } = this;
			const customer = new PersistentCustomer(`c${opening}-${index}`, url, random, acknowledged, productIds);
			while (!this.over) {
				await customer.shop(() => this.over);
				if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		});
	}

	/** Stops all customers, also those that wait for an answer. */
	async close(): Promise<void> {
		this.over = true;
		await Promise.all(this.customers);
	}

	/** @throws Error that names acknowledged changes that are not stored, and answers that are not in the contract */
	async expectKept(): Promise<void> {
		const { placed, completed, cancelled, unexpected } = this.acknowledged;
		const broken = [...unexpected];
		for (const id of placed) {
			const { status, body } = await clientOf(this.urls[0]!).get(`/orders/${id}`);
			// A paid order may have been cancelled by a request whose answer was lost.
			const expected = cancelled.has(id) ? ["cancelled"] : completed.has(id) ? ["completed", "cancelled"] : undefined;
			if (status !== 200 || (expected && !expected.includes(body.status))) {
				broken.push(`${id} is ${status} ${body.status}, expected ${expected?.join(" or ") ?? "to be there"}`);
			}
		}
		if (broken.length === 0) return;
		const [shown, more] = [broken.slice(0, SHOWN), broken.length - SHOWN];
		throw new Error(`not kept: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`);
	}

	/** The number of acknowledged changes, in words. */
	get summary(): string {
		const { placed, completed, cancelled } = this.acknowledged;
		return `acknowledged ${placed.size} orders, ${completed.size} payments, ${cancelled.size} cancellations`;
	}
}

/** Starts a cluster, and customers who have paid more than 10 orders and go on. */
export async function startTrading(options: ClusterOptions, seed: number): Promise<{ cluster: Cluster; trade: Trade }> {
	const cluster = await startCluster(options);
	const trade = new Trade(cluster.urls, seededRandom(seed));
	await trade.stockUp();
	trade.open(6, 50);
	await eventually(() => trade.acknowledged.completed.size > 10, 30_000);
	return { cluster, trade };
}
