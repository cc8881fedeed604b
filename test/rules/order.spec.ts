import fc from "fast-check";
import * as rules from "../../services/order/order.rules";
import type { OrderState } from "../../services/order/order.rules";
import { toCancellation, toOrder } from "../../services/order/order.responses";

const won = (amount: number) => ({ amount, currency: "KRW" });
const card = { brand: "visa", last4: "4242" };
const tea = { productId: "tea", name: "Tea", quantity: 2, unitPrice: won(500) };
const cup = { productId: "cup", name: "Cup", quantity: 1, unitPrice: won(3_000) };
const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

type Change = { state: OrderState; events?: ReadonlyArray<{ type: string; data: unknown }> } | undefined;
type Saved = OrderState & { _id: string; version: number };

/** Applies the decisions of rules to one order, as the store would. */
class Story {
	order: Saved | undefined;
	published: string[] = [];
	do(decide: (order: Saved | undefined) => Change): this {
		const change = decide(this.order);
		const events = change?.events ?? [];
		if (change) this.order = { ...change.state, _id: "o1", version: (this.order?.version ?? 0) + events.length };
		this.published.push(...events.map(({ type }) => type));
		return this;
	}
}

const placing = {
	orderId: "o1",
	customerId: "alice",
	items: [tea, cup],
	currency: "KRW",
	expiresAfterMs: 30 * MINUTE,
	now: NOON,
};
const placed = () => new Story().do((order) => rules.place(order, placing));
const paying = (paymentId = "pay1") => placed().do((order) => start(order, paymentId));
/** A payment by a request of its own, unless `requestId` names another. */
const start = (order: Saved | undefined, paymentId: string, requestId = `for ${paymentId}`) =>
	rules.startPayment(order, { requestId, paymentId, card, now: NOON, timeoutMs: 3_000, reservedMeanwhile: false });
const complete = (order: Saved | undefined, paymentId: string) => rules.complete(order, { paymentId, card }, NOON);
const OVERDUE = NOON + 4_000;
const cancel = (order: Saved | undefined, requestId = "req1") =>
	rules.cancel(order, { requestId, by: "customer", reason: "changed my mind", now: NOON });
const refusal = (type: string) => expect.objectContaining({ type });

describe("a placed order", () => {
	it("costs the sum of its items at the price of that moment", () => {
		expect(placed().order).toMatchObject({ status: "placed", total: won(4_000), expiresAt: NOON + 30 * MINUTE });
	});

	it("is completed by a payment that it does not know of and that has captured", () => {
		const story = placed().do((order) => complete(order, "pay1"));
		expect(story.order).toMatchObject({ status: "completed", attempt: { paymentId: "pay1", card } });
		expect(story.published).toEqual(["order.placed", "order.completed"]);
	});

	it("is the same order when its placing is repeated", () => {
		expect(placed().do((order) => rules.place(order, placing)).published).toEqual(["order.placed"]);
	});

	it("refuses the same product twice, naming the field", () => {
		expect(() => rules.eachProductOnce([tea, cup, tea])).toThrow(
			expect.objectContaining({ data: { errors: [expect.objectContaining({ field: "items.2.productId" })] } }),
		);
	});

	it("expires when its time has come, not before", () => {
		const story = placed().do((order) => rules.whenDue(order, NOON + 30 * MINUTE - 1));
		expect(toOrder(story.order!)).toMatchObject({
			status: "placed",
			expiresAt: new Date(NOON + 30 * MINUTE).toISOString(),
		});
		story.do((order) => rules.whenDue(order, NOON + 30 * MINUTE));
		expect(toOrder(story.order!)).toMatchObject({ status: "cancelled", cancelledBy: "expired" });
		expect(toOrder(story.order!)).not.toHaveProperty("expiresAt");
	});

	it("is cancelled without a refund when stock refuses it", () => {
		const [item] = placed().order!.items;
		const short = { productId: item!.productId, available: 1 };
		const story = placed().do((order) => rules.cancelOutOfStock(order, short, NOON));
		const reason = `Only 1 of ${item!.name} can be ordered.`;
		expect(toCancellation(story.order)).toMatchObject({
			cancelledBy: "out_of_stock",
			reason,
			refund: { status: "none" },
		});
		expect(() => start(story.order, "pay1")).toThrow(refusal("OUT_OF_STOCK"));
		expect(() => start(story.order, "pay1")).toThrow(`${reason} The order is cancelled.`);
	});
});

describe("an order that is being paid", () => {
	it("refuses a second payment", () => {
		expect(() => start(paying().order, "pay2")).toThrow(refusal("PAYMENT_IN_PROGRESS"));
	});

	it("is completed by its own payment, once", () => {
		const story = paying().do((order) => complete(order, "pay1"));
		expect(story.order).toMatchObject({ status: "completed", attempt: { paymentId: "pay1", requestId: "for pay1" } });
		expect(complete(story.order, "pay1")).toBeUndefined();
		expect(complete(story.order, "pay2")).toBeUndefined();
	});

	it("is completed by the payment that has captured, also where it knows of another one only", () => {
		const story = paying().do((order) => complete(order, "pay2"));
		expect(story.order).toMatchObject({ status: "completed", attempt: { paymentId: "pay2", card } });
		expect(() => start(story.order, "pay3", "for pay1")).toThrow(refusal("ORDER_ALREADY_PAID"));
	});

	it("can be paid again after a declined card, and publishes nothing of that attempt", () => {
		const story = paying().do((order) => rules.closeAttempt(order, "pay1", NOON));
		expect(story.order).toMatchObject({ status: "placed", dueAt: NOON + 30 * MINUTE });
		expect(story.published).toEqual(["order.placed"]);
	});

	it("publishes that it is paying when the outcome is unknown, once, and that it is open again when nothing was captured", () => {
		const story = paying().do((order) => rules.publishPaying(order, "pay1", NOON));
		story
			.do((order) => rules.publishPaying(order, "pay1", NOON))
			.do((order) => rules.closeAttempt(order, "pay1", NOON));
		expect(story.published).toEqual(["order.placed", "order.paying", "order.reopened"]);
	});

	it("stays paying when a repeated call does not reach payment, as the first may have", () => {
		const repeated = paying().do((order) => start(order, "pay2", "for pay1"));
		expect(repeated.order).toMatchObject({ attempt: { paymentId: "pay1" } });
		expect(repeated.do((order) => rules.closeUnsent(order, "pay1", NOON)).order?.status).toBe("paying");
		expect(paying().do((order) => rules.closeUnsent(order, "pay1", NOON)).order?.status).toBe("placed");
	});

	it("never expires", () => {
		const aYearLater = NOON + 365 * 24 * 60 * MINUTE;
		const story = paying().do((order) => rules.whenDue(order, aYearLater));
		expect(story.do((order) => rules.whenDue(order, aYearLater)).order?.status).toBe("paying");
	});

	it("can be cancelled, and owes a refund until it is known what was captured", () => {
		const story = paying().do(cancel);
		expect(toCancellation(story.order)).toMatchObject({ refund: { status: "pending", amount: won(4_000) } });
		const nothing = paying()
			.do(cancel)
			.do((order) => rules.closeAttempt(order, "pay1", NOON));
		expect(toCancellation(nothing.order).refund).toEqual({ status: "none" });
		story.do((order) => complete(order, "pay1")).do((order) => rules.refunded(order, "pay1"));
		expect(toCancellation(story.order).refund).toEqual({ status: "refunded", amount: won(4_000) });
		expect(story.order?.status).toBe("cancelled");
	});

	it("is published as paying when its payment call has not recorded an outcome a second after its deadline", () => {
		expect(rules.whenDue(paying().order, OVERDUE - 1)).toBeUndefined();
		const story = paying().do((order) => rules.whenDue(order, OVERDUE));
		expect(story.published).toEqual(["order.placed", "order.paying"]);
		expect(rules.whenDue(story.order, OVERDUE + MINUTE)).toBeUndefined();
	});

	it("goes on with the attempt of a repeated request, and begins another one where that captured nothing", () => {
		const again = paying().do((order) => start(order, "pay2", "for pay1"));
		expect(again.order).toMatchObject({ attempt: { paymentId: "pay1", calls: 2 } });
		const closed = again.do((order) => rules.closeAttempt(order, "pay1", NOON));
		expect(closed.do((order) => start(order, "pay3", "for pay1")).order).toMatchObject({
			attempt: { paymentId: "pay3", calls: 1 },
		});
	});
});

describe("a completed order", () => {
	const completed = () => paying().do((order) => complete(order, "pay1"));

	it("refuses another payment", () => {
		expect(() => start(completed().order, "pay2")).toThrow(refusal("ORDER_ALREADY_PAID"));
	});

	it("answers the repeat of the request that paid it, without another attempt", () => {
		expect(start(completed().order, "pay2", "for pay1")).toBeUndefined();
	});

	it("can be cancelled and is refunded", () => {
		const story = completed().do(cancel);
		expect(toCancellation(story.order).refund.status).toBe("pending");
		expect(story.published).toEqual(["order.placed", "order.completed", "order.cancelled"]);
	});
});

describe("a cancelled order", () => {
	it("accepts a repeat of the request that cancelled it, and refuses any other", () => {
		const story = placed().do(cancel);
		expect(cancel(story.order)).toBeUndefined();
		expect(() => cancel(story.order, "req2")).toThrow(refusal("ORDER_CANCELLED"));
	});

	it("refuses payment", () => {
		expect(() => start(placed().do(cancel).order, "pay1")).toThrow(refusal("ORDER_CANCELLED"));
	});
});

describe("any sequence of commands and events", () => {
	type Step = (order: Saved | undefined, now: number) => Change;
	const paymentId = fc.constantFrom("pay1", "pay2", "pay3");
	const step: fc.Arbitrary<[string, Step]> = fc.oneof(
		fc.constant<[string, Step]>(["place", (order) => rules.place(order, placing)]),
		paymentId.map<[string, Step]>((id) => [`start ${id}`, (order) => start(order, id)]),
		paymentId.map<[string, Step]>((id) => [`repeat ${id}`, (order) => start(order, "new", `for ${id}`)]),
		paymentId.map<[string, Step]>((id) => [
			`complete ${id}`,
			(order, now) => rules.complete(order, { paymentId: id, card }, now),
		]),
		paymentId.map<[string, Step]>((id) => [`close ${id}`, (order, now) => rules.closeAttempt(order, id, now)]),
		paymentId.map<[string, Step]>((id) => [`unsent ${id}`, (order, now) => rules.closeUnsent(order, id, now)]),
		paymentId.map<[string, Step]>((id) => [`delay ${id}`, (order, now) => rules.publishPaying(order, id, now)]),
		paymentId.map<[string, Step]>((id) => [`refunded ${id}`, (order) => rules.refunded(order, id)]),
		fc.constantFrom("a", "b").map<[string, Step]>((id) => [`cancel ${id}`, (order) => cancel(order, id)]),
		fc.constant<[string, Step]>(["due", (order, now) => rules.whenDue(order, now)]),
		fc.constant<[string, Step]>([
			"out of stock",
			(order, now) => rules.cancelOutOfStock(order, { productId: "tea", available: 0 }, now),
		]),
		fc.constant<[string, Step]>(["reserved", (order) => rules.stockReserved(order)]),
	);

	it("keeps to the life cycle of an order, and never leaves it stuck", () => {
		const legal = [
			"placed paying",
			"placed completed",
			"placed cancelled",
			"paying completed",
			"paying placed",
			"paying cancelled",
			"completed cancelled",
		];
		const run = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 10 * MINUTE })), { maxLength: 40 });
		fc.assert(
			fc.property(run, (steps) => {
				const story = placed();
				let now = NOON;
				for (const [[, act], pause] of steps) {
					now += pause;
					const before = story.order!;
					try {
						story.do((order) => act(order, now));
					} catch (error) {
						expect((error as Error).name).toBe("Refusal");
					}
					const after = story.order!;
					if (before.status !== after.status) expect(legal).toContain(`${before.status} ${after.status}`);
					expect(after.version).toBe(story.published.length);
					// Never stuck: a waiting order is due, or has published the event on which another service acts.
					if (after.status === "placed") expect(after.dueAt).toBe(after.expiresAt);
					if (after.status === "paying") expect(after.dueAt === undefined).toBe(after.attempt.published === true);
					if (after.status === "completed") expect(after.attempt).toBeDefined();
					if (after.status === "cancelled") {
						expect(story.published).toContain("order.cancelled");
						if (after.cancellation.refund === "pending") expect(after.attempt).toBeDefined();
					}
				}
				expect(story.published.filter((type) => type === "order.completed").length).toBeLessThanOrEqual(1);
				expect(story.published.filter((type) => type === "order.cancelled").length).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 2_000 },
		);
	});
});
