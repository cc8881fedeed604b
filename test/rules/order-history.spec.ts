import fc from "fast-check";
import { type OrderEvent, restore } from "../../services/order/order.history.rules";
import * as rules from "../../services/order/order.rules";
import type { OrderState } from "../../services/order/order.rules";
import { anEvent, secondsIn } from "../support/events/builders";

const total = { amount: 300, currency: "KRW" };
const card = { brand: "visa", last4: "4242" };
const items = [{ productId: "tea", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const expiresAfterMs = 60_000;
const cards = new Map(["pay1", "pay2"].map((id) => [id, card]));

type Stored = OrderState & { _id: string };
type Step = (order: Stored | undefined, now: number) => ReturnType<typeof rules.place>;

const placing = { orderId: "o1", customerId: "alice", items, currency: "KRW", expiresAfterMs };
const start = (order: Stored | undefined, paymentId: string, now: number, reservedMeanwhile = false) =>
	rules.startPayment(order, {
		requestId: `for ${paymentId}`,
		paymentId,
		card,
		now,
		timeoutMs: 3_000,
		reservedMeanwhile,
	});
const paymentId = fc.constantFrom("pay1", "pay2");
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.tuple(paymentId, fc.boolean()).map<Step>(
		([id, reserved]) =>
			(order, now) =>
				start(order, id, now, reserved),
	),
	paymentId.map<Step>((id) => (order, now) => rules.complete(order, { paymentId: id, card }, now)),
	paymentId.map<Step>((id) => (order, now) => rules.closeAttempt(order, id, now)),
	paymentId.map<Step>((id) => (order, now) => rules.publishPaying(order, id, now)),
	fc.constant<Step>((order, now) => rules.cancel(order, { by: "customer", reason: "why not", now })),
);

describe("S22: an order that is restored from its events", () => {
	it("is as the rules had left it with the last of them, whatever part of it was known", () => {
		const play = (steps: readonly Step[], known: number) => {
			const events: OrderEvent[] = [];
			/** The order after each of its events. */
			const after: OrderState[] = [];
			let order: Stored | undefined;
			[(() => rules.place(undefined, { ...placing, now: Date.parse(secondsIn(0)) })) as Step, ...steps].forEach(
				(act, second) => {
					let change: ReturnType<Step>;
					try {
						change = act(order, Date.parse(secondsIn(second)));
					} catch {
						return;
					}
					if (!change) return;
					order = { ...change.state, _id: "o1" };
					for (const { type, data } of change.events ?? []) {
						events.push(anEvent(type, "o1", events.length + 1, data, { time: secondsIn(second) }) as OrderEvent);
						after.push(change.state);
					}
				},
			);
			const from = Math.min(known, events.length);
			let restored = from === 0 ? undefined : after[from - 1];
			for (const event of events.slice(from)) restored = restore(restored, event, { cards, expiresAfterMs });
			expect(essence(restored!)).toEqual(essence(after.at(-1)!));
		};
		fc.assert(fc.property(fc.array(step, { maxLength: 20 }), fc.nat(5), play), { numRuns: 1_000 });
	});

	it("is not known where its events do not say how it was placed", () => {
		const completed = anEvent("order.completed", "o1", 2, { orderId: "o1", paymentId: "pay1", total });
		expect(restore(undefined, completed as OrderEvent, { cards, expiresAfterMs })).toBeUndefined();
	});
});

/** The order without what only its requests knew. */
function essence({ status, total, items, expiresAt, createdAt, updatedAt, ...order }: OrderState) {
	const attempt = "attempt" in order ? order.attempt : undefined;
	const cancellation = "cancellation" in order ? order.cancellation : undefined;
	return {
		...{ status, total, items, expiresAt, createdAt, updatedAt },
		payment: attempt && [attempt.paymentId, attempt.card],
		refund: cancellation?.refund,
		reason: cancellation?.reason,
	};
}
