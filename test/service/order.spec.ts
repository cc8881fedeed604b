import type { ServiceBroker } from "moleculer";
import type { Cancellation, Order } from "../../services/order/order.schemas";
import type { CloudEvent } from "../../shared/events/event";
import { anEvent } from "../support/events/builders";
import { joinProductStub, PaymentStub, queueFull, tooLate } from "../support/shop/stubs";
import { eventually, startShop, TestClock } from "../support/world";
import { shopOf } from "../../service-context";

const CARD = "4242424242424242";
const publish = (broker: ServiceBroker, type: string, id: string, sequence: number, data: object) =>
	shopOf(broker).bus.publish([anEvent(type, id.split("/")[1]!, sequence, data, { id })]);

describe("the order service", () => {
	let broker: ServiceBroker;
	let payment: PaymentStub;
	const clock = new TestClock();

	const call = <T>(action: string, params: object, key?: string) =>
		broker.call<T, object>(action, params, { meta: { idempotencyKey: key } });
	const place = (key?: string, quantity = 2) =>
		call<Order>("order.place", { customerId: "alice", items: [{ productId: "tea", quantity }] }, key);
	const get = (id: string) => call<Order>("order.get", { id });
	const pay = (orderId: string, key?: string, cardNo = CARD) => call<Order>("order.pay", { orderId, cardNo }, key);
	const cancel = (orderId: string, key?: string) => call<Order>("order.cancel", { orderId, reason: "why not" }, key);
	const refusal = (type: string, code?: number) => expect.objectContaining(code ? { type, code } : { type });
	const reserved = (orderId: string) =>
		publish(broker, "stock.reserved", `product/tea/${orderId}`, 1, {
			productId: "tea",
			orderId,
			quantity: 2,
			available: 8,
			complete: true,
		});
	const placeReserved = async () => {
		const order = await place();
		await reserved(order.id);
		return order;
	};
	/** Payment publishes the outcome of the first charge. */
	const settled = (orderId: string, type: string) => {
		const { paymentId, customerId, amount } = payment.charges[0]!;
		const data = { paymentId, orderId, customerId, amount, card: { brand: "visa", last4: "4242" } };
		return publish(broker, type, `payment/${paymentId}/1`, 1, data);
	};
	const published = async (...types: string[]) => {
		const events: CloudEvent[] = [];
		for await (const event of shopOf(broker).bus.history(types)) events.push(event);
		return events;
	};

	beforeEach(async () => {
		broker = await startShop({ SERVICES: "order", PAYMENT_TIMEOUT_MS: "300", LOGLEVEL: "fatal" }, { clock });
		payment = new PaymentStub().join(broker);
		joinProductStub(broker);
		await broker.waitForServices(["payment", "product"], 5_000, 5);
	});
	afterEach(() => broker.stop());

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
			await publish(broker, "product.added", "product/cup/1", 1, {
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
			payment.charge = tooLate;
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
			await publish(broker, "product.added", "product/cup/1", 1, {
				productId: "cup",
				name: "Cup",
				price: { amount: 3_000, currency: "KRW" },
				available: 1,
				addedAt: "2026-01-01T00:00:00.000Z",
			});
			await broker.destroyService(broker.getLocalService("product")!);
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

	describe("paying", () => {
		it("completes the order, and saves the attempt in it before payment is called", async () => {
			const order = await placeReserved();
			let statusWhileAsked: string | undefined;
			payment.charge = async ({ orderId }) => {
				statusWhileAsked = (await get(orderId)).status;
				return { status: "approved" };
			};
			expect(await pay(order.id)).toMatchObject({ status: "completed", version: 2 });
			expect(statusWhileAsked).toBe("paying");
			expect(payment.charges[0]).toMatchObject({ orderId: order.id, amount: order.total });
			await expect(pay(order.id)).rejects.toEqual(refusal("ORDER_ALREADY_PAID", 409));
		});

		it("leaves the order payable when the card is declined", async () => {
			const { id } = await placeReserved();
			payment.charge = async () => ({ status: "declined", code: "INSUFFICIENT_FUNDS" });
			await expect(pay(id)).rejects.toEqual(refusal("INSUFFICIENT_FUNDS", 402));
			expect((await get(id)).status).toBe("placed");
			payment.charge = async () => ({ status: "approved" });
			expect((await pay(id)).status).toBe("completed");
		});

		it("S22: completes an order that payment knows as paid, and answers that it is paid already", async () => {
			const { id } = await placeReserved();
			const paidBy = { paymentId: "earlier", card: { brand: "visa", last4: "1881" } };
			payment.charge = async () => ({ status: "voided", paidBy });
			await expect(pay(id)).rejects.toEqual(refusal("ORDER_ALREADY_PAID", 409));
			expect(await get(id)).toMatchObject({ status: "completed" });
			const [completed] = await eventually(
				async () => (await published("order.completed")).length === 1 && published("order.completed"),
			);
			expect(completed!.data).toMatchObject({ orderId: id, paymentId: "earlier" });
		});

		it("goes ahead when stock does not answer within a second", async () => {
			const { id } = await place();
			expect((await pay(id)).status).toBe("completed");
		});

		it("calls payment once, however many pay at the same time", async () => {
			const { id } = await placeReserved();
			const answers = await Promise.allSettled(Array.from({ length: 100 }, () => pay(id)));
			expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
			const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.type] : []));
			expect(new Set(reasons)).toEqual(new Set(["PAYMENT_IN_PROGRESS"]));
			expect(payment.charges).toHaveLength(1);
		});

		it("is refused for a moment when payment is full or away, and the order can be paid right after", async () => {
			const { id } = await placeReserved();
			payment.charge = async () => Promise.reject(queueFull());
			await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
			await broker.destroyService(broker.getLocalService("payment")!);
			await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
			payment = new PaymentStub().join(broker);
			await broker.waitForServices("payment", 5_000, 5);
			expect((await pay(id)).status).toBe("completed");
		});

		it("is refused before anything is written, once payment was full, while it is called as often as it takes", async () => {
			const orders = await Promise.all(Array.from({ length: 4 }, () => placeReserved()));
			let answer = () => {};
			const answered = new Promise<void>((resolve) => (answer = resolve));
			payment.charge = async () => {
				if (payment.charges.length > 2) throw queueFull();
				await answered;
				return { status: "approved" };
			};
			const [first, second, full] = orders.slice(0, 3).map(({ id }) => pay(id));
			await expect(full).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
			const { id, version } = await get(orders[3]!.id);
			await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
			expect(payment.charges).toHaveLength(3);
			expect((await get(id)).version).toBe(version);
			answer();
			await Promise.all([first, second]);
			payment.charge = async () => ({ status: "approved" });
			expect((await pay(id)).status).toBe("completed");
		});

		it("does not say that nothing was charged where an earlier try of the request may have been, and payment is away now", async () => {
			const { id } = await placeReserved();
			payment.charge = tooLate;
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
			await broker.destroyService(broker.getLocalService("payment")!);
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
		});

		it("answers a repeat of the request that paid with the paid order, also while payment is away", async () => {
			const { id } = await placeReserved();
			payment.charge = tooLate;
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
			await settled(id, "payment.approved");
			await eventually(async () => (await get(id)).status === "completed");
			await broker.destroyService(broker.getLocalService("payment")!);
			expect((await pay(id, "k1")).status).toBe("completed");
		});

		it("answers that the outcome is unknown when payment does not answer, and asks payment by an event to settle it", async () => {
			const { id } = await placeReserved();
			payment.charge = tooLate;
			await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
			expect((await get(id)).status).toBe("paying");
			await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_IN_PROGRESS", 409));
			const { paymentId, customerId, amount: total } = payment.charges[0]!;
			const event = await eventually(async () => (await published("order.paying"))[0]);
			const card = { brand: "visa", last4: "4242" };
			expect(event.data).toEqual({ orderId: id, customerId, paymentId, total, card });
		});

		it("asks payment to settle the attempt also where the call died with its process", async () => {
			const { id } = await placeReserved();
			let answer!: (charged: { status: "voided" }) => void;
			payment.charge = () => new Promise((resolve) => (answer = resolve));
			pay(id).catch(() => undefined);
			await eventually(() => payment.charges.length === 1);
			clock.advance(60_000);
			const event = await eventually(async () => (await published("order.paying"))[0]);
			expect(event).toMatchObject({ subject: id, data: { paymentId: payment.charges[0]!.paymentId } });
			answer({ status: "voided" });
		});

		it.each([
			["completes the order when it turns out captured", "payment.approved", "completed"],
			["opens the order again when it turns out that nothing was captured", "payment.voided", "placed"],
		])("%s after an unknown outcome", async (_, type, status) => {
			const { id } = await placeReserved();
			payment.charge = tooLate;
			await expect(pay(id)).rejects.toBeDefined();
			await settled(id, type);
			await eventually(async () => (await get(id)).status === status);
			const reopened = status === "placed" ? [id] : [];
			await eventually(async () => (await published("order.reopened")).length >= reopened.length);
			expect((await published("order.reopened")).map(({ subject }) => subject)).toEqual(reopened);
		});

		it("refuses a card that has expired, naming the field", async () => {
			const { id } = await place();
			const expired = call("order.pay", { orderId: id, cardNo: CARD, expiry: "01/20" });
			await expect(expired).rejects.toMatchObject({ code: 422, data: { errors: [{ field: "expiry" }] } });
		});

		it("is refused when stock has refused the goods", async () => {
			const { id } = await place();
			const paid = pay(id);
			await publish(broker, "stock.rejected", "product/tea/2", 2, {
				productId: "tea",
				orderId: id,
				quantity: 2,
				available: 0,
			});
			await expect(paid).rejects.toEqual(refusal("OUT_OF_STOCK", 409));
			expect(payment.charges).toHaveLength(0);
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
			payment.charge = async () => {
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
			clock.advance(1_801_000);
			await eventually(async () => (await get(id)).cancelledBy === "expired");
		});
	});

	describe("an Idempotency-Key", () => {
		it("repeats the first answer: an order, a payment, a refusal, a cancellation", async () => {
			const order = await place("k1");
			expect(await place("k1")).toEqual(order);
			await reserved(order.id);
			payment.charge = async () => ({ status: "declined", code: "CARD_DECLINED" });
			await expect(pay(order.id, "k2")).rejects.toEqual(refusal("CARD_DECLINED"));
			payment.charge = async () => ({ status: "approved" });
			await expect(pay(order.id, "k2")).rejects.toEqual(refusal("CARD_DECLINED"));
			const paid = await pay(order.id, "k3");
			expect(await pay(order.id, "k3")).toEqual(paid);
			const cancelled = await cancel(order.id, "k4");
			expect(await cancel(order.id, "k4")).toEqual(cancelled);
			expect(payment.charges).toHaveLength(2);
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
			payment.charge = tooLate;
			const first = pay(id, "k1").catch((error) => error);
			await eventually(() => payment.charges.length === 1);
			await expect(pay(id, "k1")).rejects.toEqual(refusal("REQUEST_IN_PROGRESS", 409));
			clock.advance(10_000);
			payment.charge = async () => ({ status: "approved" });
			expect((await pay(id, "k1")).status).toBe("completed");
			await first;
			expect(new Set(payment.charges.map(({ paymentId }) => paymentId)).size).toBe(1);
		});

		it("goes on with the same attempt after an unknown outcome, and begins a new one when that is closed", async () => {
			const { id } = await placeReserved();
			payment.charge = tooLate;
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN"));
			payment.charge = async () => ({ status: "voided" });
			await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE"));
			payment.charge = async () => ({ status: "approved" });
			expect((await pay(id, "k1")).status).toBe("completed");
			const [first, second, third] = payment.charges.map(({ paymentId }) => paymentId);
			expect(second).toBe(first);
			expect(third).not.toBe(first);
		});

		it("is forgotten after a day", async () => {
			const first = await place("k1");
			clock.advance(24 * 3_600_000);
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
