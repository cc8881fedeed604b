import { randomUUID } from "node:crypto";
import { clientOf } from "../http/http";

export interface Shopping {
	url: string;
	productId: string;
	/** Customers at the same time. */
	clients: number;
	/** The least number of requests. */
	least: number;
}

export interface Served {
	requests: number;
	/** A line for each request that did not get the answer it had to. */
	failures: string[];
}

/**
 * Customers look around, order, pay and read again until `act` is done, and for at least so many requests. No request is repeated: each unexpected
 * answer is a failure.
 */
export async function whileCustomersShop(
	{ url, productId, clients, least }: Shopping,
	act: () => Promise<void>,
): Promise<Served> {
	const served: Served = { requests: 0, failures: [] };
	let isDone = false;
	const customers = Array.from({ length: clients }, async () => {
		for (let round = 0; !isDone || served.requests < least; round++) await shopAround(url, productId, round, served);
	});
	await act();
	isDone = true;
	await Promise.all(customers);
	return served;
}

/** Reads products, orders, pays and reads again; cancels the order of each fifth round. */
async function shopAround(url: string, productId: string, round: number, served: Served): Promise<void> {
	const { get, post } = clientOf(url);
	const expectAnswer = async (what: string, asked: Promise<{ status: number; body: any }>, expected: number) => {
		served.requests++;
		try {
			const { status, body } = await asked;
			if (status !== expected) served.failures.push(`${what}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
			return body;
		} catch (error) {
			served.failures.push(`${what}: ${String((error as Error).cause ?? error)}`);
			return undefined;
		}
	};
	const customerId = `c-${randomUUID().slice(0, 8)}`;
	await expectAnswer("products", get("/products"), 200);
	await expectAnswer("product", get(`/products/${productId}`), 200);
	const items = [{ productId, quantity: 1 }];
	const order = await expectAnswer("order", post("/orders", { customerId, items }), 201);
	if (!order?.id) return;
	await expectAnswer("cart", get(`/carts/${customerId}`), 200);
	await expectAnswer("pay", post(`/orders/${order.id}/payment`, { cardNo: "4242424242424242" }), 200);
	await expectAnswer("my page", get(`/mypages/${customerId}`), 200);
	await expectAnswer("order", get(`/orders/${order.id}`), 200);
	await expectAnswer("payments", get(`/paymentLists?orderId=${order.id}`), 200);
	if (round % 5 === 0) await expectAnswer("cancel", post(`/orders/${order.id}/cancellation`, {}), 200);
	await expectAnswer("messages", get(`/notifications?customerId=${customerId}`), 200);
}
