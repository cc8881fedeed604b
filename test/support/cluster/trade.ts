import { type Cluster, type ClusterOptions, startCluster } from "./cluster";
import { type Acknowledged, PersistentCustomer, seededRandom } from "../shop/customer";
import { Shopkeeper } from "../shop/shopkeeper";
import { clientOf } from "../http/http";
import { eventually } from "../world";

/** At most this many lost changes are named in an error. */
const SHOWN = 10;
const SHOPKEEPERS = 2;

/** Customers who order, pay and cancel all the time, and repeat each request until it is answered; and shopkeepers. */
export class Trade {
	readonly acknowledged: Acknowledged = {
		placed: new Set(),
		completed: new Set(),
		cancelled: new Set(),
		paidForGood: new Set(),
		stocks: new Map(),
		contradicted: 0,
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
		const { urls, random, acknowledged, productIds } = this;
		const shopkeepers = Array.from({ length: SHOPKEEPERS }, async () => {
			const shopkeeper = new Shopkeeper(urls, random, acknowledged);
			while (!this.over) await shopkeeper.work(() => this.over);
		});
		const shopping = Array.from({ length: customers }, async (_, index) => {
			const url = urls[index % urls.length]!;
			const customer = new PersistentCustomer(`c${opening}-${index}`, url, random, acknowledged, productIds);
			while (!this.over) {
				await customer.shop(() => this.over);
				if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		});
		this.customers = [...shopkeepers, ...shopping];
	}

	/** Stops all customers, also those that wait for an answer. */
	async close(): Promise<void> {
		this.over = true;
		await Promise.all(this.customers);
	}

	/** @throws Error that names acknowledged changes that are not stored, and answers that are not in the contract */
	async expectKept(): Promise<void> {
		const { placed, completed, cancelled, paidForGood, stocks, unexpected } = this.acknowledged;
		const { get } = clientOf(this.urls[0]!);
		const broken = [...unexpected];
		for (const [id, stock] of stocks) {
			const seen = (await get(`/products/${id}`)).body.stock;
			if (seen !== stock) broken.push(`stock of ${id} is ${seen}, acknowledged ${stock}`);
		}
		for (const id of placed) {
			const { status, body } = await get(`/orders/${id}`);
			// A paid order may have been cancelled by a request whose answer was lost.
			const expected = cancelled.has(id) ? ["cancelled"] : completed.has(id) ? ["completed", "cancelled"] : undefined;
			if (status !== 200 || (expected && !expected.includes(body.status))) {
				broken.push(`${id} is ${status} ${body.status}, expected ${expected?.join(" or ") ?? "to be there"}`);
			}
		}
		for (const id of paidForGood) {
			const { status, cancelledBy } = (await get(`/orders/${id}`)).body;
			if (status !== "completed" && cancelledBy !== "out_of_stock")
				broken.push(
					`${id} is ${status} by ${cancelledBy}: a cancellation that was answered 503 was carried out after its payment`,
				);
		}
		if (broken.length === 0) return;
		const [shown, more] = [broken.slice(0, SHOWN), broken.length - SHOWN];
		throw new Error(`not kept: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`);
	}

	/** The number of acknowledged changes, in words. */
	get summary(): string {
		const { placed, completed, cancelled, contradicted } = this.acknowledged;
		const acknowledged = `acknowledged ${placed.size} orders, ${completed.size} payments, ${cancelled.size} cancellations`;
		return `${acknowledged}; ${contradicted} of all commands contradicted one that was answered 503`;
	}
}

/** Starts a cluster, and customers who have paid more than 10 orders and go on. */
export async function startTrading(options: ClusterOptions, seed: number): Promise<{ cluster: Cluster; trade: Trade }> {
	const cluster = await startCluster(options);
	const trade = new Trade(cluster.urls, seededRandom(seed));
	await trade.stockUp();
	trade.open(6, 50);
	await eventually(() => trade.acknowledged.completed.size > 10, 90_000);
	return { cluster, trade };
}
