import fc from "fast-check";
import { fold, type OrderEvent, type OrderView } from "../../services/customer/customer.rules";
import { entriesAfter, entryId, type FeedState, keep, publish } from "../../services/customer/feed.rules";
import { delivered, foldAll, stories, Story } from "../support/shop/story";

const HOUR = 3_600_000;
/** Before the events of all stories. */
const BEGUN = Date.parse("2020-01-01T00:00:00Z");

describe("a customer's feed", () => {
	/** An order's view and its customer's feed, as a process that handles events writes them. */
	class Handled {
		view: OrderView | undefined;
		feed = keep(undefined, "feed", BEGUN)?.state;

		/** `crashes`: after the view is written, before the feed is. */
		handle(event: OrderEvent, crashes = false): void {
			const isNew = !this.view?.events.some(({ id }) => id === event.id);
			this.view = fold(this.view, event)?.state ?? this.view;
			if (crashes || this.view?.customerId === undefined) return;
			this.feed = publish(this.feed, this.view, event, isNew, BEGUN)?.state ?? this.feed;
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

	it("begins when it is read, and keeps the id that it got then, with which its event ids begin", () => {
		const [first, second] = new Story().pay("declined").events;
		expect(publish(undefined, foldAll([first!]), first!, true, BEGUN)).toBeUndefined();
		const begun = keep(undefined, "f-1", BEGUN)!.state;
		const with1 = publish(begun, foldAll([first!]), first!, true, BEGUN)!.state;
		const with2 = publish(with1, foldAll([first!, second!]), second!, true, BEGUN)!.state;
		expect([entryId(begun), entryId(with1), entryId(with2), entryId(with2, 1)]).toEqual([
			"f-1-0",
			"f-1-1",
			"f-1-2",
			"f-1-1",
		]);
		expect(numbersOf({ ...with2, entries: entriesAfter(with2, "f-1-0")! })).toEqual([1, 2]);
		expect(numbersOf({ ...with2, entries: entriesAfter(with2, "f-1-1")! })).toEqual([2]);
		for (const id of ["f-2-1", "1-1", "1", "0", "f-1-3", "", "00"]) expect(entriesAfter(with2, id)).toBeUndefined();
	});

	it("is kept for a day after it was read last, without an entry for an hour, and not written by each read", () => {
		const lastsAfter = (feed: FeedState, readAt: number) => (keep(feed, "other", readAt)?.state ?? feed).dueAt - readAt;
		const [placed] = new Story().events;
		const begun = keep(undefined, "feed", BEGUN)!.state;
		const used = publish(begun, foldAll([placed!]), placed!, true, BEGUN + 5)!.state;
		for (const [feed, keptFor] of [
			[begun, HOUR],
			[used, 24 * HOUR],
		] as const) {
			expect(feed.dueAt).toBeGreaterThan(BEGUN + keptFor);
			for (let part = 0; part <= 40; part++) {
				const lasts = lastsAfter(feed, BEGUN + 5 + (part / 20) * keptFor);
				expect(lasts).toBeGreaterThanOrEqual(keptFor);
				expect(lasts).toBeLessThanOrEqual(1.25 * keptFor);
			}
			expect(keep(feed, "other", BEGUN + keptFor / 5)).toBeUndefined();
		}
		const twice = publish(used, foldAll([placed!]), { ...placed!, id: "order/o1/9" }, true, BEGUN + HOUR);
		expect((twice?.state ?? used).dueAt).toBe(used.dueAt);
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
			feed = { id: "feed", last: 0, entries: [], dueAt: BEGUN };
			for (let order = 0; order < 250; order++) {
				const event = placing(order, order);
				feed = publish(feed, views(event), event, true, BEGUN)!.state;
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
				expect(publish(feed, views(event), event, false, BEGUN)).toBeUndefined();
			}
		});

		it("gets an old event that is handled late, and a later one whose process crashed before it wrote the feed", () => {
			const old = placing(1_000, 3);
			expect(publish(feed, views(old), old, true, BEGUN)!.state).toMatchObject({ last: 251 });
			const late = placing(1_001, 300);
			expect(publish(feed, views(late), late, false, BEGUN)!.state.entries.at(-1)).toMatchObject({
				number: 251,
				orderId: "o1001",
			});
		});
	});
});
