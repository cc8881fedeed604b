import fc from "fast-check";
import {
	fold,
	foldProduct,
	mend,
	type OrderEvent,
	type OrderView,
	type ProductEvent,
	type ProductView,
	toPageOrder,
	toPageProduct,
} from "../../services/customer/customer.rules";
import { entriesAfter, entryId, type FeedState, publish } from "../../services/customer/feed.rules";

const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const card = { brand: "visa", last4: "4242" };
const ids = { orderId: "o1", customerId: "alice" };

/** Builds the events of one order as the shop publishes them; before each, the clock moves by `tick()` ms. */
class Story {
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
const stories = fc.tuple(fc.array(fc.constantFrom(...STEPS), { maxLength: 12 }), ticks).map(([steps, tick]) => {
	const story = new Story(() => tick.next().value!);
	for (const step of steps) step(story);
	return story;
});

/** The same events in any order, each delivered once to five times. */
function delivered<Event>(events: Event[]): fc.Arbitrary<Event[]> {
	const times = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: events.length, maxLength: events.length });
	return times.chain((repeats) => {
		const all = events.flatMap((event, index) => Array<Event>(repeats[index]!).fill(event));
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

describe("an order on my page", () => {
	it("is the same to the byte in whatever order and however often its events are handled", () => {
		const histories = stories.chain((story) => fc.tuple(fc.constant(story.events), delivered(story.events)));
		fc.assert(
			fc.property(histories, ([published, handled]) => {
				expect(bytesOf(foldAll(handled))).toBe(bytesOf(foldAll(published)));
			}),
			{ numRuns: 500 },
		);
	});

	it("shows the order's status and its refund's", () => {
		fc.assert(
			fc.property(stories, (story) => {
				const page = pageOf(story);
				expect([page.status, page.cancellation?.refund.status]).toEqual([story.status, story.refund]);
			}),
			{ numRuns: 500 },
		);
	});

	it("keeps each subject's events in their sequence where clocks disagree", () => {
		fc.assert(
			fc.property(stories, (story) => {
				const { events } = foldAll(story.events);
				const sequences = events.filter(({ subject }) => subject === "o1").map(({ sequence }) => sequence);
				expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
			}),
		);
	});

	it("keeps the newest attempts of very many, whatever the order in which they are handled", () => {
		const story = new Story();
		for (let attempt = 0; attempt < 150; attempt++) story.pay("voided", true);
		story.pay("approved");
		fc.assert(
			fc.property(fc.shuffledSubarray(story.events, { minLength: story.events.length }), (handled) => {
				const view = foldAll(handled);
				expect(view.events).toHaveLength(203);
				expect(bytesOf(view)).toBe(bytesOf(foldAll(story.events)));
			}),
			{ numRuns: 10 },
		);
	});

	it("is not shown before order.placed is known", () => {
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

	it("shows the payment that captured the money before any other attempt, else the latest", () => {
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

	it("shows the refund's amount only where there is one", () => {
		expect(pageOf(new Story().cancel()).cancellation?.refund).toEqual({ status: "none" });
		const refund = { status: "pending", amount: total };
		expect(pageOf(new Story().cancelWhilePaying()).cancellation?.refund).toEqual(refund);
		expect(pageOf(new Story().cancelWhilePaying("declined")).cancellation?.refund).toEqual({ status: "none" });
	});

	it("lists all its events in the timeline, causes before effects also within a millisecond", () => {
		const story = new Story(() => 0).pay("declined", true).pay("approved").cancel().giveBack();
		const before = ["order.placed", "payment.delayed", "order.paying", "payment.declined", "order.reopened"];
		const later = ["payment.approved", "order.completed", "order.cancelled", "payment.refunded"];
		expect(pageOf(story).timeline.map(({ type }) => type)).toEqual([...before, ...later]);
	});

	it("stays as it is where nothing differs, also after a store has kept it", () => {
		fc.assert(
			fc.property(stories, (story) => {
				const view = foldAll(story.events);
				const stored = JSON.parse(JSON.stringify(view)) as OrderView;
				expect([mend(stored), ...story.events.map((event) => fold(stored, event))].filter(Boolean)).toEqual([]);
			}),
		);
	});

	it("has its fields computed again where they do not follow from its events", () => {
		const paid = foldAll(new Story().pay("approved").events);
		expect(mend({ ...paid, cartOf: "alice", placedAt: 1 })?.state).toEqual(paid);
		const waiting = foldAll(new Story().events);
		expect(mend({ events: waiting.events })?.state).toEqual(waiting);
		expect(mend({ ...waiting, customerId: "bob", createdAt: 1 })?.state).toEqual(waiting);
	});

	it("replaces an event by the handled event of the same id", () => {
		const { events } = new Story().pay("approved");
		const view = foldAll(events);
		const wrong = view.events.map((event, index) => (index === 0 ? { ...event, time: "2020-01-01T00:00:00Z" } : event));
		expect(fold({ ...view, events: wrong as OrderEvent[] }, events[0]!)?.state).toEqual(view);
	});
});

describe("a customer's feed", () => {
	/** An order's view and its customer's feed, as a process that handles events writes them. */
	class Handled {
		view: OrderView | undefined;
		feed: FeedState | undefined;

		/** `crashes`: after the view is written, before the feed is. */
		handle(event: OrderEvent, crashes = false): void {
			const isNew = !this.view?.events.some(({ id }) => id === event.id);
			this.view = fold(this.view, event)?.state ?? this.view;
			if (crashes || this.view?.customerId === undefined) return;
			this.feed = publish(this.feed, this.view, event, isNew, "feed")?.state ?? this.feed;
		}

		get eventIds(): string[] {
			return this.feed?.entries.map(({ eventId }) => eventId) ?? [];
		}
	}
	const numbersOf = (feed: FeedState | undefined) => feed?.entries.map(({ number }) => number);
	const upTo = (last: number, count: number) => Array.from({ length: count }, (_, index) => last - count + index + 1);

	it("has each event once, numbered without a gap, as soon as order.placed is known", () => {
		const histories = stories.chain((story) => delivered(story.events));
		fc.assert(
			fc.property(histories, (events) => {
				const handled = new Handled();
				for (const event of events) {
					handled.handle(event);
					const visible = handled.view!.customerId === undefined ? [] : handled.view!.events.map(({ id }) => id);
					expect([...handled.eventIds].sort()).toEqual([...visible].sort());
				}
				const count = handled.view!.events.length;
				expect(numbersOf(handled.feed)).toEqual(upTo(count, count));
			}),
		);
	});

	it("gets an event when it is handled again after the process that handled it first crashed", () => {
		const crashes = stories.chain(({ events }) => fc.tuple(delivered(events), delivered(events)));
		fc.assert(
			fc.property(crashes, ([first, again]) => {
				const handled = new Handled();
				for (const [index, event] of first.entries()) handled.handle(event, first.indexOf(event) === index);
				for (const event of again) handled.handle(event);
				expect([...handled.eventIds].sort()).toEqual(handled.view!.events.map(({ id }) => id).sort());
			}),
		);
	});

	it("keeps the id that it got when it began, with which its event ids begin", () => {
		const [first, second] = new Story().pay("declined").events;
		const begun = publish(undefined, foldAll([first!]), first!, true, "f-1")!.state;
		const later = publish(begun, foldAll([first!, second!]), second!, true, "f-2")!.state;
		expect([entryId(undefined), entryId(begun), entryId(later), entryId(later, 1)]).toEqual([
			"0",
			"f-1-1",
			"f-1-2",
			"f-1-1",
		]);
		expect(entriesAfter(undefined, "0")).toEqual([]);
		expect(entriesAfter(undefined, "f-1-1")).toBeUndefined();
		expect(numbersOf({ ...later, entries: entriesAfter(later, "0")! })).toEqual([1, 2]);
		expect(numbersOf({ ...later, entries: entriesAfter(later, "f-1-1")! })).toEqual([2]);
		for (const id of ["f-2-1", "1-1", "1", "f-1-3", "", "00"]) expect(entriesAfter(later, id)).toBeUndefined();
	});

	describe("which no longer has its first events", () => {
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
			feed = { id: "feed", last: 0, entries: [] };
			for (let order = 0; order < 250; order++) {
				const event = placing(order, order);
				feed = publish(feed, views(event), event, true, "other")!.state;
			}
		});

		it("keeps the latest 200 events, and cannot continue after an earlier one", () => {
			const after = (number: number) => entriesAfter(feed, `feed-${number}`);
			expect(numbersOf(feed)).toEqual(upTo(250, 200));
			expect(entriesAfter(feed, "0")).toBeUndefined();
			expect(after(49)).toBeUndefined();
			expect(after(50)).toHaveLength(200);
			expect(after(248)!.map(({ number }) => number)).toEqual([249, 250]);
			expect(after(250)).toEqual([]);
			expect(after(251)).toBeUndefined();
		});

		it("does not get an event again, however late it is handled again", () => {
			for (let order = 0; order < 250; order++) {
				const event = placing(order, order);
				expect(publish(feed, views(event), event, false, "other")).toBeUndefined();
			}
		});

		it("gets an old event that is handled late, and a later one whose process crashed before it wrote the feed", () => {
			const old = placing(1_000, 3);
			expect(publish(feed, views(old), old, true, "other")!.state).toMatchObject({ last: 251 });
			const late = placing(1_001, 300);
			expect(publish(feed, views(late), late, false, "other")!.state.entries.at(-1)).toMatchObject({
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
	const published = [
		event(1, "product.added", { ...described, available: 5 }),
		event(2, "stock.reserved", { productId: "p1", available: 4 }),
		event(3, "product.changed", { ...described, name: "Green tea", available: 4 }),
		event(4, "stock.released", { productId: "p1", available: 5 }),
	];

	it("follows its latest events, in whatever order and however often they are delivered", () => {
		fc.assert(
			fc.property(delivered(published), (events) => {
				let product: ProductView | undefined;
				for (const one of events) product = foldProduct(product, one)?.state ?? product;
				expect(toPageProduct("p1", product!)).toEqual({ id: "p1", name: "Green tea", price: total, stock: 5 });
			}),
		);
	});

	it("is not shown while only its stock is known", () => {
		expect(toPageProduct("p1", foldProduct(undefined, published[3]!)!.state)).toBeUndefined();
	});

	it("stays as it is where an event changes nothing, also after a store has kept it", () => {
		let product: ProductView | undefined;
		for (const one of published) product = foldProduct(product, one)?.state ?? product;
		const stored = JSON.parse(JSON.stringify(product)) as ProductView;
		expect(published.map((one) => foldProduct(stored, one))).toEqual([undefined, undefined, undefined, undefined]);
	});

	it("is repaired by its own events", () => {
		const right = foldProduct(undefined, published[0]!)!.state;
		const damaged = { described: { ...right.described!, name: "Coffee" }, stock: { sequence: 1, available: 0 } };
		expect(foldProduct(damaged, published[0]!)?.state).toEqual(right);
	});
});
