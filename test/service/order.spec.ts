import type { Cancellation, Order } from "../../services/order/order.schemas";
import { tooLate } from "../support/shop/stubs";
import { OrderDesk, refusal } from "../support/shop/order-desk";
import { eventually } from "../support/world";

describe("the order service", () => {
	const desk = new OrderDesk();
	const { call, place, get, pay, cancel, publish, reserved, placeReserved, settled, published } = desk;

	describe("placing", () => {
		it("takes an order at product's price, and publishes it once", async () => {
			const order = await place();
			expect(order).toMatchObject({ status: "placed", version: 1, total: { amount: 1_000, currency: "KRW" } });
			const events = await eventually(
				async () => (await published("order.placed")).length === 1 && published("order.placed"),
			);
			expect(events[0]).toMatchObject({
				subject: order.id,
				sequence: 1,
				id: `order/${order.id}/1`,
				specversion: "1.0",
			});
		});

		it("refuses an unknown product", async () => {
			const items = [{ productId: "nothing", quantity: 1 }];
			await expect(call("order.place", { customerId: "alice", items })).rejects.toEqual(
				refusal("PRODUCT_NOT_FOUND", 404),
			);
		});

		it("S23 refuses a product whose price is in another currency than the shop's, naming the item", async () => {
			await publish("product.added", "product/cup/1", 1, {
				productId: "cup",
				name: "Cup",
				price: { amount: 1_999, currency: "USD" },
				available: 1,
				addedAt: "2026-01-01T00:00:00.000Z",
			});
			const items = ["tea", "cup"].map((productId) => ({ productId, quantity: 1 }));
			const order = (some: object[]) => call("order.place", { customerId: "alice", items: some });
			const naming = (field: string) => ({ code: 422, type: "VALIDATION_FAILED", data: { errors: [{ field }] } });
			const isKnown = ({ type }: { type: string }) => type !== "PRODUCT_NOT_FOUND";
			await eventually(() => order(items).then(() => true, isKnown));
			await expect(order(items)).rejects.toMatchObject(naming("items.1.productId"));
			await expect(order(items.slice(1))).rejects.toMatchObject(naming("items.0.productId"));
		});

		it("takes at most 100 unpaid orders of a customer, also of 150 at the same time, and more once some are paid or cancelled", async () => {
			const answers = await Promise.allSettled(Array.from({ length: 150 }, () => place()));
			const orders = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
			expect(orders).toHaveLength(100);
			for (const answer of answers)
				if (answer.status === "rejected") expect(answer.reason).toEqual(refusal("TOO_MANY_UNPAID_ORDERS", 409));
			const tea = { items: [{ productId: "tea", quantity: 1 }] };
			expect(await call("order.place", { customerId: "bob", ...tea })).toMatchObject({ status: "placed" });

			await reserved(orders[0]!.id);
			desk.payment.charge = tooLate;
			await expect(pay(orders[0]!.id)).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
			expect((await get(orders[0]!.id)).status).toBe("paying");
			await expect(place()).rejects.toEqual(refusal("TOO_MANY_UNPAID_ORDERS", 409));

			await settled(orders[0]!.id, "payment.approved");
			await cancel(orders[1]!.id);
			await eventually(async () => (await get(orders[0]!.id)).status === "completed");
			expect(await place()).toMatchObject({ status: "placed" });
			expect(await place("again")).toMatchObject({ status: "placed" });
			await expect(place()).rejects.toEqual(refusal("TOO_MANY_UNPAID_ORDERS", 409));
			expect(await place("again")).toMatchObject({ status: "placed" });
		});

		it("takes orders while product is away, once it has handled the product's event", async () => {
			await publish("product.added", "product/cup/1", 1, {
				productId: "cup",
				name: "Cup",
				price: { amount: 3_000, currency: "KRW" },
				available: 1,
				addedAt: "2026-01-01T00:00:00.000Z",
			});
			await desk.broker.destroyService(desk.broker.getLocalService("product")!);
			const placeCup = (quantity: number) =>
				call<Order>("order.place", { customerId: "alice", items: [{ productId: "cup", quantity }] });
			await eventually(() => placeCup(1).catch(() => undefined));
			// Name and stock come with one event, and are copied one after the other.
			const refused = await eventually(() =>
				placeCup(2).then(
					() => undefined,
					(error: unknown) => error,
				),
			);
			expect(refused).toEqual(refusal("OUT_OF_STOCK", 409));
			await expect(place()).rejects.toEqual(refusal("PRODUCT_UNAVAILABLE", 503));
		});
	});

	describe("cancelling", () => {
		it("is refused a second time", async () => {
			const { id } = await place();
			expect(await cancel(id)).toMatchObject({ status: "cancelled", cancelledBy: "customer", reason: "why not" });
			await expect(cancel(id)).rejects.toEqual(refusal("ORDER_CANCELLED", 409));
		});

		it("while paying is accepted, refuses the running pay call, and ends with a refund", async () => {
			const { id } = await placeReserved();
			desk.payment.charge = async () => {
				await cancel(id);
				return { status: "approved" };
			};
			await expect(pay(id)).rejects.toEqual(refusal("ORDER_CANCELLED", 409));
			const refund = async () => (await call<Cancellation>("order.cancellation", { orderId: id })).refund.status;
			expect(await refund()).toBe("pending");
			await settled(id, "payment.refunded");
			await eventually(async () => (await refund()) === "refunded");
		});

		it("happens by itself when the order is not paid in time", async () => {
			const { id } = await place();
			desk.clock.advance(1_801_000);
			await eventually(async () => (await get(id)).cancelledBy === "expired");
		});
	});

	describe("an Idempotency-Key", () => {
		it("repeats the first answer: an order, a payment, a refusal, a cancellation", async () => {
			const order = await place("k1");
			expect(await place("k1")).toEqual(order);
			await reserved(order.id);
			desk.payment.charge = async () => ({ status: "declined", code: "CARD_DECLINED" });
			await expect(pay(order.id, "k2")).rejects.toEqual(refusal("CARD_DECLINED"));
			desk.payment.charge = async () => ({ status: "approved" });
			await expect(pay(order.id, "k2")).rejects.toEqual(refusal("CARD_DECLINED"));
			const paid = await pay(order.id, "k3");
			expect(await pay(order.id, "k3")).toEqual(paid);
			const cancelled = await cancel(order.id, "k4");
			expect(await cancel(order.id, "k4")).toEqual(cancelled);
			expect(desk.payment.charges).toHaveLength(2);
		});

		it("of a customer who orders is that customer's own: another one who chose the same key gets an order too", async () => {
			const placeFor = (customerId: string) =>
				call<Order>("order.place", { customerId, items: [{ productId: "tea", quantity: 2 }] }, "1");
			const [alices, bobs] = [await placeFor("alice"), await placeFor("bob")];
			expect([alices.customerId, bobs.customerId]).toEqual(["alice", "bob"]);
			expect(await placeFor("alice")).toEqual(alices);
			expect(await placeFor("bob")).toEqual(bobs);
		});

		it("refuses another body under the same key", async () => {
			await place("k1", 2);
			await expect(place("k1", 3)).rejects.toEqual(refusal("IDEMPOTENCY_KEY_REUSED", 422));
		});

		it("refuses a second call while the first runs, and is free ten seconds after a call died", async () => {
			const { id } = await placeReserved();
			desk.payment.charge = tooLate;
			const first = pay(id, "k1").catch((error) => error);
			await eventually(() => desk.payment.charges.length === 1);
			await expect(pay(id, "k1")).rejects.toEqual(refusal("REQUEST_IN_PROGRESS", 409));
			desk.clock.advance(10_000);
			desk.payment.charge = async () => ({ status: "approved" });
			expect((await pay(id, "k1")).status).toBe("completed");
			await first;
			expect(new Set(desk.payment.charges.map(({ paymentId }) => paymentId)).size).toBe(1);
		});

		it("goes on with the same attempt after an unknown outcome, and begins a new one when that is closed", async () => {
			const { id } = await placeReserved();
			desk.payment.charge = tooLate;
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN"));
			desk.payment.charge = async () => ({ status: "voided" });
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE"));
			desk.payment.charge = async () => ({ status: "approved" });
			expect((await pay(id, "k1")).status).toBe("completed");
			const [first, second, third] = desk.payment.charges.map(({ paymentId }) => paymentId);
			expect(second).toBe(first);
			expect(third).not.toBe(first);
		});

		it("is forgotten after a day", async () => {
			const first = await place("k1");
			desk.clock.advance(24 * 3_600_000);
			expect((await place("k1")).id).not.toBe(first.id);
		});
	});

	it("lists a customer's orders newest first, page by page, and refuses a forged cursor", async () => {
		for (let order = 0; order < 3; order++) await place();
		const list = (more: object) =>
			call<{ items: Order[]; next: string | null }>("order.list", { customerId: "alice", ...more });
		const first = await list({ limit: 2 });
		const second = await list({ limit: 2, cursor: first.next });
		expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
		const times = [...first.items, ...second.items].map(({ createdAt }) => createdAt);
		expect(times).toEqual([...times].sort().reverse());
		await expect(list({ status: "weird" })).rejects.toMatchObject({
			data: { errors: [{ field: "status", message: 'must be one of "placed", "paying", "completed", "cancelled"' }] },
		});
		await expect(list({ cursor: `${first.next}x` })).rejects.toEqual(refusal("INVALID_CURSOR", 400));
		await expect(list({ status: "placed", cursor: first.next })).rejects.toEqual(refusal("INVALID_CURSOR", 400));
	});
});
