/** The changes that were acknowledged with a 2xx, by order id. */
export interface Acknowledged {
	placed: Set<string>;
	completed: Set<string>;
	cancelled: Set<string>;
	/** Answers that are not in the contract. */
	unexpected: string[];
}

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
 * it has a final answer. `random` makes all choices; nothing that the customer sends depends on time.
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
		if (plan < 0.15) return this.cancel(id, isOver);
		if (plan < 0.3) {
			await Promise.all([this.pay(id, isOver), this.cancel(id, isOver)]);
			return;
		}
		await this.pay(id, isOver);
		if (plan > 0.8) await this.cancel(id, isOver);
	}

	private async pay(id: string, isOver: () => boolean): Promise<void> {
		const cardNo = this.random() < 0.15 ? "4000000000000002" : "4242424242424242";
		const key = this.newKey();
		const clicks = this.random() < 0.2 ? 2 : 1;
		const click = () => this.insist(`/orders/${id}/payment`, { cardNo }, isOver, key);
		const answers = await Promise.all(Array.from({ length: clicks }, click));
		if (answers.some((answer) => answer?.status === 200)) this.acknowledged.completed.add(id);
	}

	private async cancel(id: string, isOver: () => boolean): Promise<void> {
		const cancelled = await this.insist(`/orders/${id}/cancellation`, { reason: "changed my mind" }, isOver);
		if (cancelled?.status === 200) this.acknowledged.cancelled.add(id);
	}

	private choose() {
		const count = this.random() < 0.3 ? 2 : 1;
		const start = Math.floor(this.random() * this.productIds.length);
		return Array.from({ length: count }, (_, index) => ({
			productId: this.productIds[(start + index) % this.productIds.length]!,
			quantity: 1 + Math.floor(this.random() * 3),
		}));
	}

	/** Sends the same request with the same key until it has a final answer. */
	private async insist(
		path: string,
		body: object,
		isOver: () => boolean,
		key = this.newKey(),
	): Promise<Answer | undefined> {
		while (!isOver()) {
			const answer = await this.post(path, body, key);
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
