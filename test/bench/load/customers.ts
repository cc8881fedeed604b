// Customers of a shop, as its URLs show it, and what they see: the answers, and the time that each took.
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { type Quantiles, quantiles } from "../figures";

/** The answers that customers got, and how long these took in milliseconds. */
export interface Seen {
	/** By request and status. */
	answers: Record<string, number>;
	placeMs: Quantiles;
	payMs: Quantiles;
	/** From the answer to the payment until my page shows it. */
	visibleMs: Quantiles;
	refusalMs: Quantiles;
}

const CARD = "4242424242424242";
const VISIBLE_WITHIN_MS = 15_000;

/** Collects the answers that customers get, and the time that each took. */
export class Sightings {
	readonly answers: Record<string, number> = {};
	readonly times = {
		place: [] as number[],
		pay: [] as number[],
		visible: [] as number[],
		refusal: [] as number[],
	};

	/** Adds one to the number of times that this happened. */
	note(what: string): void {
		this.answers[what] = (this.answers[what] ?? 0) + 1;
	}

	seen(): Seen {
		const { place, pay, visible, refusal } = this.times;
		return {
			answers: this.answers,
			placeMs: quantiles(place),
			payMs: quantiles(pay),
			visibleMs: quantiles(visible),
			refusalMs: quantiles(refusal),
		};
	}
}

export interface CustomersOptions {
	url: string;
	/** The greatest number of requests at the same time; 1: one customer, who has a connection of their own. */
	connections: number;
	/** Whether customers wait as Retry-After says, or ask again at once. */
	obey: boolean;
	/** Whether a refused payment is given up. */
	isOver(): boolean;
}

export class Customers {
	private readonly pool: Pool;

	/** @param sightings where they note what they see */
	constructor(
		private readonly options: CustomersOptions,
		readonly sightings = new Sightings(),
	) {
		this.pool = new Pool(options.url, { connections: options.connections });
	}

	/** Orders, pays, looks at the page until it shows the order as completed, and looks at the order. Resolves with whether all of that was done. */
	async checkOut(customerId: string, productId: string): Promise<boolean> {
		const id = await this.place(customerId, productId);
		if (id === undefined || !(await this.pay(id)) || !(await this.see(customerId, id))) return false;
		await this.send(`/orders/${id}`);
		return true;
	}

	/** Resolves with the order's id; undefined where it was refused, once the customer may ask again. */
	async place(customerId: string, productId: string): Promise<string | undefined> {
		const placed = await this.order(customerId, productId);
		return placed.status < 400 ? (placed.body.id as string) : undefined;
	}

	/** Orders and pays, again and again while the shop has no time. Resolves with the order's id; undefined where the customer got nothing. */
	async buy(customerId: string, productId: string): Promise<string | undefined> {
		let placed = await this.order(customerId, productId);
		while (placed.status === 503 && !this.options.isOver()) placed = await this.order(customerId, productId);
		if (placed.status >= 400) return undefined;
		const id = placed.body.id as string;
		return (await this.pay(id)) ? id : undefined;
	}

	/** The status of an order, and that of its refund where it is cancelled. */
	async look(id: string): Promise<{ status?: string; refund?: string }> {
		const { status, body } = await this.send(`/orders/${id}`);
		if (status !== 200 || body.status !== "cancelled") return { status: body.status };
		const cancellation = await this.send(`/orders/${id}/cancellation`);
		return { status: body.status, refund: cancellation.body.refund?.status };
	}

	close(): Promise<void> {
		return this.pool.close();
	}

	private async order(customerId: string, productId: string) {
		const placed = await this.send("/orders", { customerId, items: [{ productId, quantity: 1 }] });
		this.count("place", placed);
		if (placed.status < 400) this.sightings.times.place.push(placed.ms);
		if (placed.status >= 500) await this.rest(placed.retryAfterS);
		return placed;
	}

	private async pay(id: string): Promise<boolean> {
		const ask = async () => {
			const paid = await this.send(`/orders/${id}/payment`, { cardNo: CARD });
			this.count("pay", paid);
			return paid;
		};
		let paid = await ask();
		while (paid.status === 503 && !this.options.isOver()) {
			await this.rest(paid.retryAfterS);
			paid = await ask();
		}
		if (paid.status === 200) this.sightings.times.pay.push(paid.ms);
		return paid.status === 200;
	}

	/** Looks at the page until it shows the order as completed. Resolves with whether it did within 15 s. */
	private async see(customerId: string, id: string): Promise<boolean> {
		const since = performance.now();
		const isShown = async () => {
			const { status, body } = await this.send(`/mypages/${customerId}`);
			return status === 200 && body.orders.some((order: any) => order.status === "completed" && order.id === id);
		};
		let shown = await isShown();
		while (!shown && performance.now() - since < VISIBLE_WITHIN_MS) shown = await isShown();
		this.sightings.times.visible.push(performance.now() - since);
		if (!shown) this.sightings.note("not shown within 15 s");
		return shown;
	}

	private async send(path: string, sent?: object) {
		const since = performance.now();
		const { statusCode, headers, body } = await this.pool.request({
			path,
			method: sent ? "POST" : "GET",
			headers: sent ? { "content-type": "application/json" } : {},
			body: sent && JSON.stringify(sent),
		});
		const json = (await body.json()) as any;
		const ms = performance.now() - since;
		if (statusCode === 503 || statusCode === 429) this.sightings.times.refusal.push(ms);
		return { status: statusCode, retryAfterS: Number(headers["retry-after"] ?? 0), body: json, ms };
	}

	private count(request: string, { status, body }: { status: number; body: any }): void {
		this.sightings.note(`${request} ${status}${status >= 400 ? ` ${body.code}` : ""}`);
	}

	private async rest(retryAfterS: number): Promise<void> {
		if (this.options.obey) await sleep(retryAfterS * 1_000);
	}
}
