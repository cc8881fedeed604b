/** The changes that were acknowledged with a 2xx, by order id. */
export interface Acknowledged {
	placed: Set<string>;
	completed: Set<string>;
	cancelled: Set<string>;
	/** Paid after their cancellation was answered 503, and never cancelled by the customer since. */
	paidForGood: Set<string>;
	/** By product, the stock that a shopkeeper set last. */
	stocks: Map<string, number>;
	/** Commands that contradict one that was answered 503, and were carried out. */
	contradicted: number;
	/** Answers that are not in the contract, and changes that did not stay. */
	unexpected: string[];
}

/** The share of customers who change their mind when their first try is answered 503. */
const CHANGE_THEIR_MIND = 0.5;

/** Final statuses of each command. */
const CONTRACT: ReadonlyArray<[path: RegExp, statuses: readonly number[]]> = [
	[/^\/orders$/, [201, 409]],
	[/payment$/, [200, 402, 409]],
	[/cancellation$/, [200, 409]],
];

interface Answer {
	status: number;
	body: { id?: string; status?: string; code?: string };
}

/**
 * A customer who orders, pays, sometimes with a double click, and sometimes cancels. Each step has an Idempotency-Key and is repeated until
 * it has a final answer; or the customer changes their mind at the first 503: cancels in place of paying, or pays in place of cancelling. `random` makes all choices; nothing that the customer sends depends on time.
 */
export class PersistentCustomer {
	private steps = 0;

	constructor(
		private readonly name: string,
		private readonly url: string,
		private readonly random: () => number,
		private readonly acknowledged: Acknowledged,
		private readonly productIds: readonly string[],
	) {}

	/** Places an order, and pays or cancels it. Gives up when `isOver`. */
	async shop(isOver: () => boolean): Promise<void> {
		const items = this.choose();
		const placed = await this.insist("/orders", { customerId: this.name, items }, isOver);
		if (placed?.status !== 201) return;
		const id = placed.body.id!;
		this.acknowledged.placed.add(id);
		const plan = this.random();
		if (plan < 0.15) return this.cancelOrPay(id, isOver);
		if (plan < 0.3) {
			await Promise.all([this.pay(id, isOver), this.cancel(id, isOver)]);
			return;
		}
		const paid = await this.pay(id, isOver, this.random() < CHANGE_THEIR_MIND);
		if (paid === 503 && (await this.cancel(id, isOver)) === 200) this.acknowledged.contradicted++;
		else if (plan > 0.8) await this.cancel(id, isOver);
	}

	private async cancelOrPay(id: string, isOver: () => boolean): Promise<void> {
		const cancelled = await this.cancel(id, isOver, this.random() < CHANGE_THEIR_MIND);
		if (cancelled !== 503 || (await this.pay(id, isOver)) !== 200) return;
		this.acknowledged.paidForGood.add(id);
		this.acknowledged.contradicted++;
	}

	/** Resolves with the final status; with 503 where the only try was answered so, and the customer `mayLeave`. */
	private async pay(id: string, isOver: () => boolean, mayLeave = false): Promise<number | undefined> {
		const cardNo = this.random() < 0.15 ? "4000000000000002" : "4242424242424242";
		const key = this.newKey();
		const clicks = !mayLeave && this.random() < 0.4 ? 2 : 1;
		const click = () => this.insist(`/orders/${id}/payment`, { cardNo }, isOver, key, mayLeave);
		const statuses = (await Promise.all(Array.from({ length: clicks }, click))).map((answer) => answer?.status);
		const isPaid = statuses.includes(200);
		if (isPaid) this.acknowledged.completed.add(id);
		return isPaid ? 200 : statuses[0];
	}

	/** Resolves as {@link pay} does. */
	private async cancel(id: string, isOver: () => boolean, mayLeave = false): Promise<number | undefined> {
		const path = `/orders/${id}/cancellation`;
		const cancelled = await this.insist(path, { reason: "changed my mind" }, isOver, this.newKey(), mayLeave);
		if (cancelled?.status === 200) this.acknowledged.cancelled.add(id);
		return cancelled?.status;
	}

	private choose() {
		const count = this.random() < 0.3 ? 2 : 1;
		const start = Math.floor(this.random() * this.productIds.length);
		return Array.from({ length: count }, (_, index) => ({
			productId: this.productIds[(start + index) % this.productIds.length]!,
			quantity: 1 + Math.floor(this.random() * 3),
		}));
	}

	/** Sends the same request with the same key until it has a final answer; or once, where that is answered 503 and the customer `mayLeave`. */
	private async insist(
		path: string,
		body: object,
		isOver: () => boolean,
		key = this.newKey(),
		mayLeave = false,
	): Promise<Answer | undefined> {
		for (let tries = 1; !isOver(); tries++) {
			const answer = await this.post(path, body, key);
			// A try that was never answered could still be carried out.
			if (mayLeave && tries === 1 && answer?.status === 503) return answer;
			const again =
				!answer ||
				answer.status === 503 ||
				["REQUEST_IN_PROGRESS", "PAYMENT_IN_PROGRESS"].includes(answer.body.code ?? "");
			if (!again) {
				const known = CONTRACT.some(([of, statuses]) => of.test(path) && statuses.includes(answer.status));
				if (!known) this.acknowledged.unexpected.push(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
				return answer;
			}
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		return undefined;
	}

	private newKey(): string {
		return `${this.name}-${this.steps++}`;
	}

	private async post(path: string, body: object, key: string): Promise<Answer | undefined> {
		try {
			const headers = { "content-type": "application/json", "idempotency-key": key };
			const signal = AbortSignal.timeout(8_000);
			const answer = await fetch(this.url + path, { method: "POST", headers, body: JSON.stringify(body), signal });
			return { status: answer.status, body: (await answer.json()) as Answer["body"] };
		} catch {
			return undefined;
		}
	}
}

/** The seed of all random choices in tests. Each of these tests prints it, so that a failure can be repeated. */
export const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** A repeatable source of numbers from 0 to below 1 (mulberry32, public domain). */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
