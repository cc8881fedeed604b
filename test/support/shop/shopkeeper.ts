import type { Acknowledged } from "./customer";

const ANSWER_WITHIN_MS = 8_000;
const PAUSE_MS = 100;
/** Longer than chaos freezes a process. */
const WATCHED_FOR_MS = 13_000;

/**
 * A shopkeeper who sets the stock of one product, which nobody orders, again and again. Each try sets another number, so a try after a
 * 503 contradicts the one before it. An acknowledged number must stay until the next try.
 */
export class Shopkeeper {
	private productId: string | undefined;
	private stock = 0;

	/** `urls`: of the gateways, of which one is chosen for each request. */
	constructor(
		private readonly urls: readonly string[],
		private readonly random: () => number,
		private readonly acknowledged: Acknowledged,
	) {}

	/** Sets the stock until that is acknowledged; then sees whether it stays, for longer than a process is frozen where a try was refused. */
	async work(isOver: () => boolean): Promise<void> {
		const { acknowledged } = this;
		const productId = (this.productId ??= await this.add());
		if (!productId) return pause();
		acknowledged.stocks.delete(productId);
		let status: number | undefined;
		let tries = 0;
		while (status !== 200 && !isOver()) {
			status = (await this.send(`/products/${productId}`, "PATCH", { stock: ++this.stock }))?.status;
			// A try that was never answered could still be carried out: nothing is known about this product any more.
			if (!status) return void (this.productId = undefined);
			if (![200, 503].includes(status)) acknowledged.unexpected.push(`PATCH of the stock: ${status}`);
			tries++;
			await pause();
		}
		if (status !== 200) return;
		acknowledged.stocks.set(productId, this.stock);
		if (tries > 1) acknowledged.contradicted++;
		const until = performance.now() + (tries > 1 ? WATCHED_FOR_MS : 0);
		do await this.look(productId);
		while (performance.now() < until && !isOver());
	}

	private async look(productId: string): Promise<void> {
		await pause();
		const seen = await this.send(`/products/${productId}`, "GET");
		if (seen?.status !== 200 || seen.body.stock === this.stock) return;
		this.acknowledged.unexpected.push(`stock of ${productId}: ${seen.body.stock}, acknowledged ${this.stock}`);
	}

	private async add(): Promise<string | undefined> {
		const product = { name: "Shelf", price: { amount: 100, currency: "KRW" }, stock: this.stock };
		return (await this.send("/products", "POST", product))?.body.id;
	}

	private async send(path: string, method: string, body?: object) {
		const url = this.urls[Math.floor(this.random() * this.urls.length)]!;
		try {
			const headers = { "content-type": "application/json" };
			const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
			const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body), signal });
			return { status: answer.status, body: (await answer.json()) as { id?: string; stock?: number } };
		} catch {
			return undefined;
		}
	}
}

function pause(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
