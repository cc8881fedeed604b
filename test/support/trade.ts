import { type Cluster, type ClusterOptions, startCluster } from "./cluster";
import { type Acknowledged, PersistentCustomer, seededRandom } from "./customer";
import { clientOf } from "./http";
import { eventually } from "./world";

/** Of what was not kept, so many are named. */
const SHOWN = 10;

/** Customers who order, pay and cancel all the time, each step again until it is answered. */
export class Trade {
	readonly acknowledged: Acknowledged = { placed: new Set(), completed: new Set(), cancelled: new Set(), odd: [] };
	private over = false;
	private customers: Promise<void>[] = [];
	private productIds: string[] = [];
	private openings = 0;

	constructor(
		/** Its gateways; a customer stays with one. */
		private readonly urls: readonly string[],
		private readonly random: () => number,
	) {}

	/** Puts goods on sale, one of them scarce. */
	async stockUp(): Promise<void> {
		for (let number = 0; number < 5; number++) {
			const price = { amount: 1_000 + number, currency: "KRW" };
			const product = { name: `Goods ${number}`, price, stock: number === 0 ? 40 : 100_000 };
			this.productIds.push((await clientOf(this.urls[0]!).post("/products", product)).body.id);
		}
	}

	/** Lets so many customers shop; `pauseMs`: what each leaves between two orders. */
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

	/** Sends them home, whatever they wait for. */
	async close(): Promise<void> {
		this.over = true;
		await Promise.all(this.customers);
	}

	/** What was answered yes is still so, and nothing was answered that the contract does not have. @throws Error that names what is not so */
	async expectKept(): Promise<void> {
		const { placed, completed, cancelled, odd } = this.acknowledged;
		const broken = [...odd];
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

	/** What it came to, in words. */
	get summary(): string {
		const { placed, completed, cancelled } = this.acknowledged;
		return `told yes to ${placed.size} orders, ${completed.size} payments, ${cancelled.size} cancellations`;
	}
}

/** A cluster whose customers have shopped for a while, and go on. */
export async function startTrading(options: ClusterOptions, seed: number): Promise<{ cluster: Cluster; trade: Trade }> {
	const cluster = await startCluster(options);
	const trade = new Trade(cluster.urls, seededRandom(seed));
	await trade.stockUp();
	trade.open(6, 50);
	await eventually(() => trade.acknowledged.completed.size > 10, 30_000);
	return { cluster, trade };
}
