import { EventEmitter } from "node:events";
import type { OrderState } from "../../services/order/order.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import { queueFull, tooLate } from "../support/shop/stubs";
import { OrderDesk, refusal } from "../support/shop/order-desk";
import { eventually } from "../support/world";

const CARD = "4242424242424242";

describe("paying an order", () => {
	const desk = new OrderDesk();
	const { call, place, get, pay, publish, placeReserved, settled, published } = desk;

	it("completes the order, and saves the attempt in it before payment is called", async () => {
		const order = await placeReserved();
		let statusWhileAsked: string | undefined;
		desk.payment.charge = async ({ orderId }) => {
			statusWhileAsked = (await get(orderId)).status;
			return { status: "approved" };
		};
		expect(await pay(order.id)).toMatchObject({ status: "completed", version: 2 });
		expect(statusWhileAsked).toBe("paying");
		expect(desk.payment.charges[0]).toMatchObject({ orderId: order.id, amount: order.total });
		await expect(pay(order.id)).rejects.toEqual(refusal("ORDER_ALREADY_PAID", 409));
	});

	it("leaves the order payable when the card is declined", async () => {
		const { id } = await placeReserved();
		desk.payment.charge = async () => ({ status: "declined", code: "INSUFFICIENT_FUNDS" });
		await expect(pay(id)).rejects.toEqual(refusal("INSUFFICIENT_FUNDS", 402));
		expect((await get(id)).status).toBe("placed");
		desk.payment.charge = async () => ({ status: "approved" });
		expect((await pay(id)).status).toBe("completed");
	});

	it("S22: completes an order that payment knows as paid, and answers that it is paid already", async () => {
		const { id } = await placeReserved();
		const paidBy = { paymentId: "earlier", card: { brand: "visa", last4: "1881" } };
		desk.payment.charge = async () => ({ status: "voided", paidBy });
		await expect(pay(id)).rejects.toEqual(refusal("ORDER_ALREADY_PAID", 409));
		expect(await get(id)).toMatchObject({ status: "completed" });
		const [completed] = await eventually(
			async () => (await published("order.completed")).length === 1 && published("order.completed"),
		);
		expect(completed!.data).toMatchObject({ orderId: id, paymentId: "earlier" });
	});

	it("saves with the attempt, in one write, that its goods are reserved, where it waited for that", async () => {
		const { id } = await place();
		const { rev } = await desk.stored(id);
		const waiting = jest.spyOn(EventEmitter.prototype, "once");
		let whileAsked: Saved<OrderState> | undefined;
		desk.payment.charge = async () => {
			whileAsked = await desk.stored(id);
			return { status: "approved" };
		};
		const paid = pay(id);
		await eventually(() => waiting.mock.calls.some(([event]) => event === id));
		waiting.mockRestore();
		await desk.reserved(id);
		await paid;
		expect(whileAsked).toMatchObject({ status: "paying", stock: "reserved", rev: rev + 1 });
		expect(await desk.stored(id)).toMatchObject({ status: "completed", stock: "reserved", rev: rev + 2 });
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
		expect(desk.payment.charges).toHaveLength(1);
	});

	it("is refused for a moment when payment is full or away, and the order can be paid right after", async () => {
		const { id } = await placeReserved();
		desk.payment.charge = async () => Promise.reject(queueFull());
		await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
		await desk.removePayment();
		await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
		desk.joinPayment();
		await desk.broker.waitForServices("payment", 5_000, 5);
		expect((await pay(id)).status).toBe("completed");
	});

	it("is refused before anything is written, once payment was full, while it is called as often as it takes", async () => {
		const orders = await Promise.all(Array.from({ length: 4 }, () => placeReserved()));
		let answer = () => {};
		const answered = new Promise<void>((resolve) => (answer = resolve));
		desk.payment.charge = async () => {
			if (desk.payment.charges.length > 2) throw queueFull();
			await answered;
			return { status: "approved" };
		};
		const [first, second, full] = orders.slice(0, 3).map(({ id }) => pay(id));
		await expect(full).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
		const { id, version } = await get(orders[3]!.id);
		await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_UNAVAILABLE", 503));
		expect(desk.payment.charges).toHaveLength(3);
		expect((await get(id)).version).toBe(version);
		answer();
		await Promise.all([first, second]);
		desk.payment.charge = async () => ({ status: "approved" });
		expect((await pay(id)).status).toBe("completed");
	});

	it("does not say that nothing was charged where an earlier try of the request may have been, and payment is away now", async () => {
		const { id } = await placeReserved();
		desk.payment.charge = tooLate;
		await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
		await desk.removePayment();
		await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
	});

	it("answers a repeat of the request that paid with the paid order, also while payment is away", async () => {
		const { id } = await placeReserved();
		desk.payment.charge = tooLate;
		await expect(pay(id, "k1")).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
		await settled(id, "payment.approved");
		await eventually(async () => (await get(id)).status === "completed");
		await desk.removePayment();
		expect((await pay(id, "k1")).status).toBe("completed");
	});

	it("answers that the outcome is unknown when payment does not answer, and asks payment by an event to settle it", async () => {
		const { id } = await placeReserved();
		desk.payment.charge = tooLate;
		await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_OUTCOME_UNKNOWN", 503));
		expect((await get(id)).status).toBe("paying");
		await expect(pay(id)).rejects.toEqual(refusal("PAYMENT_IN_PROGRESS", 409));
		const { paymentId, customerId, amount: total } = desk.payment.charges[0]!;
		const event = await eventually(async () => (await published("order.paying"))[0]);
		const card = { brand: "visa", last4: "4242" };
		expect(event.data).toEqual({ orderId: id, customerId, paymentId, total, card });
	});

	it("asks payment to settle the attempt also where the call died with its process", async () => {
		const { id } = await placeReserved();
		let answer!: (charged: { status: "voided" }) => void;
		desk.payment.charge = () => new Promise((resolve) => (answer = resolve));
		pay(id).catch(() => undefined);
		await eventually(() => desk.payment.charges.length === 1);
		desk.clock.advance(60_000);
		const event = await eventually(async () => (await published("order.paying"))[0]);
		expect(event).toMatchObject({ subject: id, data: { paymentId: desk.payment.charges[0]!.paymentId } });
		answer({ status: "voided" });
	});

	it.each([
		["completes the order when it turns out captured", "payment.approved", "completed"],
		["opens the order again when it turns out that nothing was captured", "payment.voided", "placed"],
	])("%s after an unknown outcome", async (_, type, status) => {
		const { id } = await placeReserved();
		desk.payment.charge = tooLate;
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
		await publish("stock.rejected", "product/tea/2", 2, {
			productId: "tea",
			orderId: id,
			quantity: 2,
			available: 0,
		});
		await expect(paid).rejects.toEqual(refusal("OUT_OF_STOCK", 409));
		expect(desk.payment.charges).toHaveLength(0);
	});
});
