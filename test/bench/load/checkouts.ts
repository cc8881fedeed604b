// Customers who order, pay, look at their page until it shows the order as completed, and look at the order: each begins again when done.
// A process of its own, so that its work is not the shop's.
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { quantile } from "../figures";
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
}

export interface CheckoutFigures {
	/** Those that ended in time. */
	checkouts: number;
	/** With those that were under way when the time was over. */
	ended: number;
	perSecond: number;
	/** By request and status. */
	answers: Record<string, number>;
	/** Milliseconds. */
	placeMs: Quantiles;
	payMs: Quantiles;
	/** From the answer to the payment until my page shows it. */
	visibleMs: Quantiles;
	refusalMs: Quantiles;
}
export interface Quantiles {
	p50: number;
	p99: number;
}

const CARD = "4242424242424242";
/** A customer places this many orders; then another one comes. */
const ORDERS_EACH = 4;
const VISIBLE_WITHIN_MS = 15_000;

async function checkOut(load: CheckoutLoad): Promise<CheckoutFigures> {
	const pool = new Pool(load.url, { connections: load.clients + load.onlyOrdering });
	const answers: Record<string, number> = {};
	const times = { place: [] as number[], pay: [] as number[], visible: [] as number[], refusal: [] as number[] };
	const send = async (path: string, body?: object) => {
		const since = performance.now();
		const {
			statusCode,
			headers,
			body: answer,
		} = await pool.request({
			path,
			method: body ? "POST" : "GET",
			headers: body ? { "content-type": "application/json" } : {},
			body: body && JSON.stringify(body),
		});
		const json = (await answer.json()) as any;
		const ms = performance.now() - since;
		if (statusCode === 503 || statusCode === 429) times.refusal.push(ms);
		return { status: statusCode, retryAfterS: Number(headers["retry-after"] ?? 0), body: json, ms };
	};
	const count = (request: string, { status, body }: { status: number; body: any }) => {
		const key = `${request} ${status}${status >= 400 ? ` ${body.code}` : ""}`;
		answers[key] = (answers[key] ?? 0) + 1;
	};
	const until = performance.now() + load.seconds * 1_000;
	const isOver = () => performance.now() >= until;
	const rest = (retryAfterS: number) => (load.obey ? sleep(retryAfterS * 1_000) : undefined);
	let checkouts = 0;
	let ended = 0;
	const place = async (customerId: string, number: number) => {
		const items = [{ productId: load.products[number % load.products.length], quantity: 1 }];
		const placed = await send("/orders", { customerId, items });
		count("place", placed);
		if (placed.status >= 500) await rest(placed.retryAfterS);
		return placed;
	};
	const customer = async (client: number) => {
		for (let number = 0; !isOver(); number++) {
			const customerId = `${load.prefix}-${client}-${Math.floor(number / ORDERS_EACH)}`;
			const placed = await place(customerId, client * 7 + number);
			if (placed.status >= 400) continue;
			times.place.push(placed.ms);
			const { id } = placed.body;
			let paid = await send(`/orders/${id}/payment`, { cardNo: CARD });
			for (count("pay", paid); paid.status === 503 && !isOver(); count("pay", paid)) {
				await rest(paid.retryAfterS);
				paid = await send(`/orders/${id}/payment`, { cardNo: CARD });
			}
			if (paid.status !== 200) continue;
			times.pay.push(paid.ms);
			const since = performance.now();
			const isShown = async () => {
				const { status, body } = await send(`/mypages/${customerId}`);
				return status === 200 && body.orders.some((order: any) => order.status === "completed" && order.id === id);
			};
			let shown = await isShown();
			while (!shown && performance.now() - since < VISIBLE_WITHIN_MS) shown = await isShown();
			times.visible.push(performance.now() - since);
			if (!shown) {
				answers["not shown within 15 s"] = (answers["not shown within 15 s"] ?? 0) + 1;
				continue;
			}
			await send(`/orders/${id}`);
			ended++;
			if (!isOver()) checkouts++;
		}
	};
	const onlyOrdering = async (client: number) => {
		for (let number = 0; !isOver(); number++) await place(`${load.prefix}-only-${client}-${number}`, number);
	};
	await Promise.all([
		...Array.from({ length: load.clients }, (_, client) => customer(client)),
		...Array.from({ length: load.onlyOrdering }, (_, client) => onlyOrdering(client)),
	]);
	await pool.close();
	const quantiles = (values: number[]) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) });
	return {
		checkouts,
		ended,
		perSecond: checkouts / load.seconds,
		answers,
		placeMs: quantiles(times.place),
		payMs: quantiles(times.pay),
		visibleMs: quantiles(times.visible),
		refusalMs: quantiles(times.refusal),
	};
}

if (require.main === module) printFigures(checkOut);
