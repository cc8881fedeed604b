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
import { card, delivered, foldAll, stories, Story, total } from "../support/shop/story";

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
				expect(toPageProduct("p1", product!)).toEqual({
					id: "p1",
					name: "Green tea",
					price: total,
					stock: 5,
					version: 4,
				});
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
