import fc from "fast-check";
import {
	fold,
	foldProduct,
	type OrderEvent,
	type OrderView,
	type ProductEvent,
	type ProductView,
	toPageOrder,
	toPageProduct,
} from "../../services/customer/customer.rules";
import { eventsAfter, type FeedState, tell } from "../../services/customer/feed.rules";

const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const card = { brand: "visa", last4: "4242" };
const ids = { orderId: "o1", customerId: "alice" };

/** Writes the events of one order as order and payment would tell them; `tick` says how far the clock goes before each. */
class Story {
	readonly events: OrderEvent[] = [];
	status = "placed";
	refund: string | undefined;
	private readonly sequences = new Map<string, number>();
	private now = Date.parse("2026-01-01T00:00:00Z");
	private attempts = 0;

	constructor(private readonly tick: () => number = () => 1_000) {
		this.tell("order.placed", "o1", { ...ids, items, total });
	}

	/** A payment that ends as told, within the deadline or only later. */
	pay(end: "approved" | "declined" | "voided", late = false): this {
		if (this.status !== "placed") return this;
		const paymentId = this.begin(late);
		this.end(paymentId, end);
		if (end === "approved") {
			this.tell("order.completed", "o1", { ...ids, paymentId, total });
			this.status = "completed";
			this.paid = paymentId;
		} else if (late) this.tell("order.reopened", "o1", { ...ids, paymentId });
		return this;
	}

	cancel(cancelledBy = "customer"): this {
		if (this.status === "cancelled") return this;
		this.tellCancelled(cancelledBy, this.paid);
		this.refund = this.paid ? "pending" : "none";
		return this;
	}

	/** Cancelled while a payment is under way, which then ends as told, if it does. */
	cancelWhilePaying(end?: "approved" | "declined" | "voided"): this {
		if (this.status !== "placed") return this;
		this.paid = this.begin(true);
		this.tellCancelled("customer", this.paid);
		if (end) this.end(this.paid, end);
		this.refund = end === undefined || end === "approved" ? "pending" : "none";
		return this;
	}

	giveBack(): this {
		if (this.refund !== "pending") return this;
		this.tell("payment.refunded", this.paid!, this.attempt(this.paid!));
		this.refund = "refunded";
		return this;
	}

	private paid: string | undefined;

	private begin(late: boolean): string {
		const paymentId = `pay${++this.attempts}`;
		if (late) {
			this.tell("payment.delayed", paymentId, this.attempt(paymentId));
			this.tell("order.paying", "o1", { ...ids, paymentId });
		}
		return paymentId;
	}

	private end(paymentId: string, end: "approved" | "declined" | "voided"): void {
		const code = end === "declined" ? { code: "CARD_DECLINED" } : {};
		this.tell(`payment.${end}`, paymentId, { ...this.attempt(paymentId), ...code });
	}

	private tellCancelled(cancelledBy: string, paymentId: string | undefined): void {
		const payment = paymentId ? { payment: { paymentId, card } } : {};
		this.tell("order.cancelled", "o1", { ...ids, items, total, cancelledBy, ...payment });
		this.status = "cancelled";
	}

	private attempt(paymentId: string): object {
		return { ...ids, paymentId, amount: total, card };
	}

	private tell(type: OrderEvent["type"], subject: string, data: object): void {
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

// Clocks of several processes: they stand still, and one may be behind another.
const ticks = fc.infiniteStream(fc.oneof(fc.constant(0), fc.integer({ min: -600_000, max: 600_000 })));
const stories = fc.tuple(fc.array(fc.constantFrom(...STEPS), { maxLength: 12 }), ticks).map(([steps, tick]) => {
	const story = new Story(() => tick.next().value!);
	for (const step of steps) step(story);
	return story;
});

/** The same events in any order, each heard once to five times. */
function heard<Told>(events: Told[]): fc.Arbitrary<Told[]> {
	const times = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: events.length, maxLength: events.length });
	return times.chain((repeats) => {
		const all = events.flatMap((event, index) => Array<Told>(repeats[index]!).fill(event));
		return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
	});
}

function foldAll(events: readonly OrderEvent[]): OrderView {
	let view: OrderView | undefined;
	for (const event of events) view = fold(view, event)?.state ?? view;
	return view!;
}

function bytesOf(view: OrderView): string {
	return JSON.stringify([toPageOrder(view), view]);
}

const pageOf = (story: Story) => toPageOrder(foldAll(story.events))!;

describe("an order on my page, by its events", () => {
	it("is the same to the byte in whatever order and however often they are heard", () => {
		const histories = stories.chain((story) => fc.tuple(fc.constant(story.events), heard(story.events)));
		fc.assert(
			fc.property(histories, ([told, delivered]) => {
				expect(bytesOf(foldAll(delivered))).toBe(bytesOf(foldAll(told)));
			}),
			{ numRuns: 500 },
		);
	});

	it("says the order's status and how far the refund is", () => {
		fc.assert(
			fc.property(stories, (story) => {
				const page = pageOf(story);
				expect([page.status, page.cancellation?.refund.status]).toEqual([story.status, story.refund]);
			}),
			{ numRuns: 500 },
		);
	});

	it("tells each subject's events in their sequence, whatever the clocks said", () => {
		fc.assert(
			fc.property(stories, (story) => {
				const { events } = foldAll(story.events);
				const sequences = events.filter(({ subject }) => subject === "o1").map(({ sequence }) => sequence);
				expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
			}),
		);
	});

	it("keeps the newest attempts of very many, whatever the order in which they are heard", () => {
		const story = new Story();
		for (let attempt = 0; attempt < 150; attempt++) story.pay("voided", true);
		story.pay("approved");
		fc.assert(
			fc.property(fc.shuffledSubarray(story.events, { minLength: story.events.length }), (delivered) => {
				const view = foldAll(delivered);
				expect(view.events).toHaveLength(203);
				expect(bytesOf(view)).toBe(bytesOf(foldAll(story.events)));
			}),
			{ numRuns: 10 },
		);
	});

	it("is not there before its placing is known", () => {
		const [placed, ...later] = new Story().pay("approved").events;
		const view = foldAll(later);
		expect([toPageOrder(view), view.customerId]).toEqual([undefined, undefined]);
		expect(toPageOrder(foldAll([...later, placed!]))?.status).toBe("completed");
	});

	it("waits in the cart while it is placed or paying", () => {
		const cartOf = (story: Story) => foldAll(story.events).cartOf;
		expect(cartOf(new Story().pay("declined"))).toBe("alice");
		expect(cartOf(new Story().pay("approved"))).toBeUndefined();
		expect(cartOf(new Story().cancel())).toBeUndefined();
		const paying = new Story().pay("voided", true).events.slice(0, 3);
		expect([foldAll(paying).cartOf, toPageOrder(foldAll(paying))?.status]).toEqual(["alice", "paying"]);
	});

	it("shows the payment that took the money before any other attempt, else the latest", () => {
		expect(pageOf(new Story().pay("declined").pay("voided", true)).payment).toMatchObject({
			id: "pay2",
			status: "voided",
		});
		const { payment } = pageOf(new Story().pay("declined").pay("approved").cancel().giveBack());
		expect(payment).toMatchObject({ id: "pay2", orderId: "o1", amount: total, status: "refunded", card });
		const [goesBack, refunded] = [() => -1_000, { id: "pay2", status: "refunded" }];
		const skewed = new Story(goesBack).pay("declined").pay("approved").cancel().giveBack();
		expect(pageOf(skewed).payment).toMatchObject(refunded);
		expect(pageOf(new Story().pay("declined")).payment).toMatchObject({ status: "declined", code: "CARD_DECLINED" });
	});

	it("tells the refund's amount only where there is one", () => {
		expect(pageOf(new Story().cancel()).cancellation?.refund).toEqual({ status: "none" });
		const refund = { status: "pending", amount: total };
		expect(pageOf(new Story().cancelWhilePaying()).cancellation?.refund).toEqual(refund);
		expect(pageOf(new Story().cancelWhilePaying("declined")).cancellation?.refund).toEqual({ status: "none" });
	});

	it("has its whole story in the timeline, causes before effects also within a millisecond", () => {
		const story = new Story(() => 0).pay("declined", true).pay("approved").cancel().giveBack();
		const told = ["order.placed", "payment.delayed", "order.paying", "payment.declined", "order.reopened"];
		const later = ["payment.approved", "order.completed", "order.cancelled", "payment.refunded"];
		expect(pageOf(story).timeline.map(({ type }) => type)).toEqual([...told, ...later]);
	});
});

describe("a customer's feed", () => {
	/** An order and its feed, told of each event as it is heard. */
	class Told {
		view: OrderView | undefined;
		feed: FeedState | undefined;

		/** `dies`: after the view is written, and before the feed is. */
		hear(event: OrderEvent, dies = false): void {
			const change = fold(this.view, event);
			this.view = change?.state ?? this.view;
			if (dies || this.view?.customerId === undefined) return;
			this.feed = tell(this.feed, this.view, event, change !== undefined)?.state ?? this.feed;
		}

		get eventIds(): string[] {
			return this.feed?.entries.map(({ eventId }) => eventId) ?? [];
		}
	}
	const numbersOf = (feed: FeedState | undefined) => feed?.entries.map(({ number }) => number);
	const upTo = (last: number, count: number) => Array.from({ length: count }, (_, index) => last - count + index + 1);
	it("tells each event once, numbered without a gap, as soon as the order is known to be placed", () => {
		const histories = stories.chain((story) => heard(story.events));
		fc.assert(
			fc.property(histories, (delivered) => {
				const told = new Told();
				for (const event of delivered) {
					told.hear(event);
					const visible = told.view!.customerId === undefined ? [] : told.view!.events.map(({ id }) => id);
					expect([...told.eventIds].sort()).toEqual([...visible].sort());
				}
				expect(numbersOf(told.feed)).toEqual(upTo(told.view!.events.length, told.view!.events.length));
			}),
		);
	});

	it("tells an event after it was heard again where whoever heard it first died before telling", () => {
		const deaths = stories.chain(({ events }) => fc.tuple(heard(events), heard(events)));
		fc.assert(
			fc.property(deaths, ([delivered, again]) => {
				const told = new Told();
				for (const [index, event] of delivered.entries()) told.hear(event, delivered.indexOf(event) === index);
				for (const event of again) told.hear(event);
				expect([...told.eventIds].sort()).toEqual(told.view!.events.map(({ id }) => id).sort());
			}),
		);
	});

	describe("which has forgotten its first events", () => {
		const SECOND = 1_000;
		const begin = Date.parse("2026-01-01T00:00:00Z");
		const placing = (order: number, second: number) => {
			const orderId = `o${order}`;
			const [event] = new Story().events;
			const time = new Date(begin + second * SECOND).toISOString();
			return {
				...event!,
				id: `order/${orderId}/1`,
				subject: orderId,
				time,
				data: { ...event!.data, orderId },
			} as OrderEvent;
		};
		const views = (event: OrderEvent) => fold(undefined, event)!.state;
		let feed: FeedState;
		beforeEach(() => {
			feed = { last: 0, entries: [] };
			for (let order = 0; order < 250; order++) {
				const event = placing(order, order);
				feed = tell(feed, views(event), event, true)!.state;
			}
		});

		it("keeps the latest 200 of them, and says of those before that it does not know what came after", () => {
			expect(numbersOf(feed)).toEqual(upTo(250, 200));
			expect(eventsAfter(feed, 49)).toBeUndefined();
			expect(eventsAfter(feed, 50)).toHaveLength(200);
			expect(eventsAfter(feed, 248)!.map(({ number }) => number)).toEqual([249, 250]);
			expect(eventsAfter(feed, 250)).toEqual([]);
			expect(eventsAfter(feed, 251)).toBeUndefined();
		});

		it("tells nothing that is heard again, however late", () => {
			for (let order = 0; order < 250; order++) {
				const event = placing(order, order);
				expect(tell(feed, views(event), event, false)).toBeUndefined();
			}
		});

		it("tells what it never sent: an old event that is heard at last, and a later one whose publisher died", () => {
			const old = placing(1_000, 3);
			expect(tell(feed, views(old), old, true)!.state).toMatchObject({ last: 251 });
			const late = placing(1_001, 300);
			expect(tell(feed, views(late), late, false)!.state.entries.at(-1)).toMatchObject({
				number: 251,
				orderId: "o1001",
			});
		});
	});
});

describe("a product on my page", () => {
	const described = { productId: "p1", name: "Tea", price: total, addedAt: "2026-01-01T00:00:00.000Z" };
	const event = (sequence: number, type: ProductEvent["type"], data: object) =>
		({ type, subject: "p1", sequence, data }) as ProductEvent;
	const told = [
		event(1, "product.added", { ...described, available: 5 }),
		event(2, "stock.reserved", { productId: "p1", available: 4 }),
		event(3, "product.changed", { ...described, name: "Green tea", available: 4 }),
		event(4, "stock.released", { productId: "p1", available: 5 }),
	];

	it("is as last told, whatever the order and number of times", () => {
		fc.assert(
			fc.property(heard(told), (delivered) => {
				let product: ProductView | undefined;
				for (const one of delivered) product = foldProduct(product, one)?.state ?? product;
				expect(toPageProduct("p1", product!)).toEqual({ id: "p1", name: "Green tea", price: total, stock: 5 });
			}),
		);
	});

	it("is not there while only its stock is known", () => {
		expect(toPageProduct("p1", foldProduct(undefined, told[3]!)!.state)).toBeUndefined();
	});
});
