import { randomUUID } from "node:crypto";
import { clientOf, EventReader } from "./http";
import { eventually } from "../world";

/** A running shop that a test knows only by its URLs. */
export interface TriedShop {
	/** Base URLs of its gateways; requests may go to any of them. */
	urls: readonly string[];
	/** @throws Error with the audit's report where anything differs */
	audit(): Promise<void>;
	stop(): Promise<void>;
}

const CARD = "4242424242424242";
const [DECLINED, NO_FUNDS, PROCESSING_ERROR] = ["4000000000000002", "4000000000009995", "4000000000000119"];
/** Every event is handled within this time. */
const SOON_MS = 10_000;

/** The contract of the shop over HTTP, the same in each way to run it. */
export function describeAcceptance(shape: string, start: () => Promise<TriedShop>): void {
	describe(`a shop as ${shape}`, () => {
		let shop: TriedShop;
		let turn = 0;
		/** Each request goes to the next gateway. */
		const client = () => clientOf(shop.urls[turn++ % shop.urls.length]!);
		const newCustomer = () => `c-${randomUUID().slice(0, 8)}`;
		const key = () => ({ "idempotency-key": randomUUID() });

		const soon = <T>(look: () => T | Promise<T>) => eventually(look, SOON_MS);

		beforeAll(async () => {
			shop = await start();
		}, 90_000);
		afterAll(() => shop?.stop(), 60_000);

		const add = async (more: object = {}) => {
			const product = { name: "Green tea", price: { amount: 18_000, currency: "KRW" }, stock: 100, ...more };
			const added = await client().post("/products", product);
			expect(added.status).toBe(201);
			return added.body as { id: string };
		};
		const order = async (customerId: string, items: Array<{ productId: string; quantity: number }>) => {
			const placed = await client().post("/orders", { customerId, items });
			expect([placed.status, placed.body.status]).toEqual([201, "placed"]);
			return placed.body as { id: string; total: { amount: number } };
		};
		const pay = (id: string, cardNo = CARD, headers = {}) =>
			client().post(`/orders/${id}/payment`, { cardNo }, headers);
		const cancel = (id: string) => client().post(`/orders/${id}/cancellation`, { reason: "changed my mind" });
		const onMyPage = async (customerId: string, id: string) => {
			const page = await client().get(`/mypages/${customerId}`);
			return page.body.orders.find((shown: { id: string }) => shown.id === id);
		};
		const stockOf = async (id: string) => (await client().get(`/products/${id}`)).body.stock as number;

		it("is ready, alive, and serves its API documents", async () => {
			for (const path of ["/livez", "/readyz", "/", "/openapi.json", "/asyncapi.json"])
				expect([path, (await client().get(path)).status]).toEqual([path, 200]);
		});

		it("keeps an order in the cart until it is paid, captures once, and sends the customer a message for each step", async () => {
			const customerId = newCustomer();
			const { id: productId } = await add();
			const { id, total } = await order(customerId, [{ productId, quantity: 2 }]);
			expect(total.amount).toBe(36_000);
			await soon(async () => (await client().get(`/carts/${customerId}`)).body.items[0]?.orderId === id);
			await soon(async () => (await stockOf(productId)) === 98);

			const headers = key();
			const paid = await pay(id, CARD, headers);
			expect([paid.status, paid.body.status]).toEqual([200, "completed"]);
			const again = await pay(id, CARD, headers);
			expect([again.status, again.body]).toEqual([200, paid.body]);
			expect(await pay(id)).toMatchObject({ status: 409, body: { code: "ORDER_ALREADY_PAID" } });

			// Two services publish these two steps, and either may come first.
			const shown = await soon(async () => {
				const order = await onMyPage(customerId, id);
				return order?.payment?.status === "approved" && order.status === "completed" && order;
			});
			expect(shown).toMatchObject({ status: "completed", payment: { card: { brand: "visa", last4: "4242" } } });
			expect(shown.timeline.map(({ type }: { type: string }) => type)).toEqual([
				"order.placed",
				"payment.approved",
				"order.completed",
			]);
			await soon(async () => (await client().get(`/carts/${customerId}`)).body.items.length === 0);
			expect((await client().get(`/paymentLists?orderId=${id}`)).body.items).toHaveLength(1);
			const sent = await soon(async () => {
				const { items } = (await client().get(`/notifications?customerId=${customerId}`)).body;
				return items.length === 2 && items.every(({ status }: { status: string }) => status === "sent") && items;
			});
			expect(sent.map(({ type }: { type: string }) => type)).toEqual(["order.completed", "order.placed"]);
		}, 40_000);

		it("gives back the money and the goods of an order that is cancelled, paid or not", async () => {
			const customerId = newCustomer();
			const { id: productId } = await add({ stock: 10 });
			const [paid, unpaid] = [
				await order(customerId, [{ productId, quantity: 1 }]),
				await order(customerId, [{ productId, quantity: 3 }]),
			];
			expect((await pay(paid.id)).status).toBe(200);
			for (const { id } of [paid, unpaid]) expect((await cancel(id)).body.status).toBe("cancelled");
			expect(await cancel(paid.id)).toMatchObject({ status: 409, body: { code: "ORDER_CANCELLED" } });
			expect(await pay(unpaid.id)).toMatchObject({ status: 409, body: { code: "ORDER_CANCELLED" } });
			await soon(async () => (await client().get(`/cancellations/${paid.id}`)).body.refund.status === "refunded");
			expect((await client().get(`/cancellations/${unpaid.id}`)).body.refund).toEqual({ status: "none" });
			await soon(async () => (await onMyPage(customerId, paid.id))?.payment?.status === "refunded");
			await soon(async () => (await stockOf(productId)) === 10);
		}, 40_000);

		it.each([
			[DECLINED, "CARD_DECLINED"],
			[NO_FUNDS, "INSUFFICIENT_FUNDS"],
			[PROCESSING_ERROR, "CARD_PROCESSING_ERROR"],
		])("answers why card %s is declined (%s), and accepts another card", async (cardNo, code) => {
			const { id: productId } = await add();
			const { id } = await order(newCustomer(), [{ productId, quantity: 1 }]);
			expect(await pay(id, cardNo)).toMatchObject({ status: 402, body: { code } });
			const { status, body } = await pay(id);
			expect([status, body.code ?? body.status]).toEqual([200, "completed"]);
		});

		it("captures once, however often a customer clicks to pay, at any gateway", async () => {
			const { id: productId } = await add();
			const { id } = await order(newCustomer(), [{ productId, quantity: 1 }]);
			const headers = key();
			const answers = await Promise.all(
				Array.from({ length: 20 }, (_, click) => pay(id, CARD, click % 2 ? headers : {})),
			);
			expect(answers.some(({ status }) => status === 200)).toBe(true);
			for (const { status } of answers) expect([200, 409]).toContain(status);
			const { items } = (await client().get(`/paymentLists?orderId=${id}`)).body;
			expect(items.map(({ status }: { status: string }) => status)).toEqual(["approved"]);
		}, 40_000);

		it("cancels an order whole where one of its products is short, and sells the last unit once", async () => {
			const customerId = newCustomer();
			const [{ id: scarce }, { id: plenty }] = [await add({ stock: 1 }), await add({ stock: 50 })];
			const items = [
				{ productId: scarce, quantity: 1 },
				{ productId: plenty, quantity: 5 },
			];
			const orders = (
				await Promise.all(Array.from({ length: 5 }, () => client().post("/orders", { customerId, items })))
			).filter(({ status }) => status === 201);
			const states = await soon(async () => {
				const found = await Promise.all(
					orders.map(async ({ body }) => (await client().get(`/orders/${body.id}`)).body),
				);
				return found.filter(({ status }) => status === "cancelled").length === orders.length - 1 && found;
			});
			for (const { status, cancelledBy } of states)
				if (status === "cancelled") expect(cancelledBy).toBe("out_of_stock");
			await soon(async () => (await stockOf(scarce)) === 0 && (await stockOf(plenty)) === 45);
		}, 40_000);

		it("streams at one gateway the events of orders at another, and after a pause the missed events", async () => {
			const customerId = newCustomer();
			const { id: productId } = await add();
			const watch = (after?: string) => EventReader.open(`${shop.urls.at(-1)}/mypages/${customerId}/events`, after);
			const typesIn = ({ text }: EventReader) => [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
			const lastId = ({ text }: EventReader) => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
			const first = await watch();
			await soon(() => lastId(first));
			const { id } = (
				await clientOf(shop.urls[0]!).post("/orders", { customerId, items: [{ productId, quantity: 1 }] })
			).body;
			await soon(() => typesIn(first).includes("order.placed"));
			first.close();
			expect((await pay(id)).status).toBe(200);
			const second = await watch(lastId(first));
			await soon(() => typesIn(second).includes("order.completed"));
			expect(typesIn(second)).not.toContain("order.placed");
			second.close();
		}, 40_000);

		it("finds, pages and changes products", async () => {
			const name = `Oolong ${randomUUID().slice(0, 8)}`;
			const { id } = await add({ name });
			await add({ name });
			expect((await client().patch(`/products/${id}`, { stock: 7 })).body).toMatchObject({ id, stock: 7 });
			const search = `/products?search=${encodeURIComponent(name.toLowerCase())}&limit=1`;
			const first = (await client().get(search)).body;
			const second = (await client().get(`${search}&cursor=${encodeURIComponent(first.next)}`)).body;
			const found = [first, second].flatMap(({ items }) => items.map((item: { id: string }) => item.id));
			expect(new Set(found).size).toBe(2);
			expect(found).toContain(id);
		});

		it("answers a wrong request with a problem that names the error", async () => {
			const [unknown, malformed, forged] = [
				await client().get("/orders/nobody-placed-this"),
				await client().post("/orders", { customerId: "x y", items: [] }),
				await client().get("/orders?customerId=alice&cursor=forged"),
			];
			expect(unknown).toMatchObject({ status: 404, body: { code: "ORDER_NOT_FOUND" } });
			expect(malformed.status).toBe(422);
			expect(malformed.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
				"customerId",
				"items",
			]);
			expect(forged.status).toBe(400);
			for (const { headers } of [unknown, malformed, forged]) {
				expect(headers.get("content-type")).toContain("application/problem+json");
				expect(headers.get("x-request-id")).toBeTruthy();
			}
		});

		it("has no difference in an audit after all this", () => shop.audit(), 60_000);
	});
}
