import fc from "fast-check";
import { fold, type OrderEvent, type OrderView } from "../../../services/customer/customer.rules";

export const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
export const card = { brand: "visa", last4: "4242" };
const ids = { orderId: "o1", customerId: "alice" };

/** Builds the events of one order as the shop publishes them; before each, the clock moves by `tick()` ms. */
export class Story {
	readonly events: OrderEvent[] = [];
	status = "placed";
	refund: string | undefined;
	private readonly sequences = new Map<string, number>();
	private now = Date.parse("2026-01-01T00:00:00Z");
	private attempts = 0;

	constructor(private readonly tick: () => number = () => 1_000) {
		this.publish("order.placed", "o1", { ...ids, items, total });
	}

	/** Adds a payment with this outcome, within the deadline or late. */
	pay(end: "approved" | "declined" | "voided", late = false): this {
		if (this.status !== "placed") return this;
		const paymentId = this.begin(late);
		this.end(paymentId, end);
		if (end === "approved") {
			this.publish("order.completed", "o1", { ...ids, paymentId, total });
			this.status = "completed";
			this.paid = paymentId;
		} else if (late) this.publish("order.reopened", "o1", { ...ids, paymentId });
		return this;
	}

	cancel(cancelledBy = "customer"): this {
		if (this.status === "cancelled") return this;
		this.publishCancelled(cancelledBy, this.paid);
		this.refund = this.paid ? "pending" : "none";
		return this;
	}

	/** Cancels while a payment is under way, which then has this outcome, if any. */
	cancelWhilePaying(end?: "approved" | "declined" | "voided"): this {
		if (this.status !== "placed") return this;
		this.paid = this.begin(true);
		this.publishCancelled("customer", this.paid);
		if (end) this.end(this.paid, end);
		this.refund = end === undefined || end === "approved" ? "pending" : "none";
		return this;
	}

	giveBack(): this {
		if (this.refund !== "pending") return this;
		this.publish("payment.refunded", this.paid!, this.attempt(this.paid!));
		this.refund = "refunded";
		return this;
	}

	private paid: string | undefined;

	private begin(late: boolean): string {
		const paymentId = `pay${++this.attempts}`;
		if (late) {
			this.publish("payment.delayed", paymentId, this.attempt(paymentId));
			this.publish("order.paying", "o1", { ...ids, paymentId });
		}
		return paymentId;
	}

	private end(paymentId: string, end: "approved" | "declined" | "voided"): void {
		const code = end === "declined" ? { code: "CARD_DECLINED" } : {};
		this.publish(`payment.${end}`, paymentId, { ...this.attempt(paymentId), ...code });
	}

	private publishCancelled(cancelledBy: string, paymentId: string | undefined): void {
		const payment = paymentId ? { payment: { paymentId, card } } : {};
		this.publish("order.cancelled", "o1", { ...ids, items, total, cancelledBy, ...payment });
		this.status = "cancelled";
	}

	private attempt(paymentId: string): object {
		return { ...ids, paymentId, amount: total, card };
	}

	private publish(type: OrderEvent["type"], subject: string, data: object): void {
		const sequence = (this.sequences.get(subject) ?? 0) + 1;
		this.sequences.set(subject, sequence);
		this.now += this.tick();
		this.events.push({
			specversion: "1.0",
			id: `${type.split(".")[0]}/${subject}/${sequence}`,
			source: `/funshop/${type.split(".")[0]}`,
			type,
			subject,
			sequence,
			time: new Date(this.now).toISOString(),
			datacontenttype: "application/json",
			data,
		} as OrderEvent);
	}
}

const STEPS: Array<(story: Story) => Story> = [
	(story) => story.pay("declined"),
	(story) => story.pay("declined", true),
	(story) => story.pay("voided", true),
	(story) => story.pay("approved"),
	(story) => story.pay("approved", true),
	(story) => story.cancel(),
	(story) => story.cancel("expired"),
	(story) => story.cancel("out_of_stock"),
	(story) => story.cancelWhilePaying(),
	(story) => story.cancelWhilePaying("approved"),
	(story) => story.cancelWhilePaying("voided"),
	(story) => story.giveBack(),
];

// The clocks of several processes: one may stand still, or be behind another.
const ticks = fc.infiniteStream(fc.oneof(fc.constant(0), fc.integer({ min: -600_000, max: 600_000 })));
/** Random stories. */
export const stories = fc.tuple(fc.array(fc.constantFrom(...STEPS), { maxLength: 12 }), ticks).map(([steps, tick]) => {
	const story = new Story(() => tick.next().value!);
	for (const step of steps) step(story);
	return story;
});

/** The same events in any order, each delivered once to five times. */
export function delivered<Event>(events: Event[]): fc.Arbitrary<Event[]> {
	const times = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: events.length, maxLength: events.length });
	return times.chain((repeats) => {
		const all = events.flatMap((event, index) => Array<Event>(repeats[index]!).fill(event));
		return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
	});
}

export function foldAll(events: readonly OrderEvent[]): OrderView {
	let view: OrderView | undefined;
	for (const event of events) view = fold(view, event)?.state ?? view;
	return view!;
}
