import fc from "fast-check";
import {
	factsAfter,
	fold,
	foldProduct,
	type OrderFact,
	type OrderView,
	type ProductFact,
	type ProductView,
	toPageOrder,
	toPageProduct,
} from "../../services/customer/customer.rules";

const total = { amount: 300, currency: "KRW" };
const items = [{ productId: "p1", name: "Tea", quantity: 3, unitPrice: { amount: 100, currency: "KRW" } }];
const card = { brand: "visa", last4: "4242" };
const ids = { orderId: "o1", customerId: "alice" };

/** Writes the facts of one order as order and payment would tell them; `tick` says how far the clock goes before each. */
class Story {
	readonly facts: OrderFact[] = [];
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

	private tell(type: OrderFact["type"], subject: string, data: object): void {
		const sequence = (this.sequences.get(subject) ?? 0) + 1;
		this.sequences.set(subject, sequence);
		this.now += this.tick();
		this.facts.push({
			specversion: "1.0",
			id: `${type.split(".")[0]}/${subject}/${sequence}`,
			source: `/funshop/${type.split(".")[0]}`,
			type,
			subject,
			sequence,
			time: new Date(this.now).toISOString(),
			datacontenttype: "application/json",
			data,
		} as OrderFact);
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

/** The same facts in any order, each heard once to five times. */
function heard<Told>(facts: Told[]): fc.Arbitrary<Told[]> {
	const times = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: facts.length, maxLength: facts.length });
	return times.chain((repeats) => {
		const all = facts.flatMap((fact, index) => Array<Told>(repeats[index]!).fill(fact));
		return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
	});
}

function foldAll(facts: readonly OrderFact[]): OrderView {
	let view: OrderView | undefined;
	for (const fact of facts) view = fold(view, fact, (view?.feedAt ?? 0) + 1)?.state ?? view;
	return view!;
}

/** All of a view but the feed's numbers, which tell of the order in which facts were heard. */
function bytesOf(view: OrderView): string {
	const { feedAt: _, ...rest } = view;
	return JSON.stringify([toPageOrder(view), { ...rest, facts: view.facts.map(({ number: __, ...fact }) => fact) }]);
}

const pageOf = (story: Story) => toPageOrder(foldAll(story.facts))!;

describe("an order on my page, by its facts", () => {
	it("is the same to the byte in whatever order and however often they are heard", () => {
		const histories = stories.chain((story) => fc.tuple(fc.constant(story.facts), heard(story.facts)));
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

	it("tells each subject's facts in their sequence, whatever the clocks said", () => {
		fc.assert(
			fc.property(stories, (story) => {
				const { facts } = foldAll(story.facts);
				const sequences = facts.filter(({ subject }) => subject === "o1").map(({ sequence }) => sequence);
				expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
			}),
		);
	});

	it("counts each fact once in the feed, in rising order, as soon as the order is known to be placed", () => {
		const histories = stories.chain((story) => heard(story.facts));
		fc.assert(
			fc.property(histories, (delivered) => {
				const seen: number[] = [];
				let view: OrderView | undefined;
				for (const fact of delivered) {
					const before = view?.feedAt ?? 0;
					view = fold(view, fact, before + 1)?.state ?? view;
					const now = view!.customerId === undefined ? [] : factsAfter(view!, before).map(({ number }) => number);
					expect(now.every((number) => number > before)).toBe(true);
					seen.push(...now);
				}
				expect(seen).toEqual(view!.facts.map((_, index) => index + 1));
			}),
		);
	});

	it("keeps the newest attempts of very many, whatever the order in which they are heard", () => {
		const story = new Story();
		for (let attempt = 0; attempt < 150; attempt++) story.pay("voided", true);
		story.pay("approved");
		fc.assert(
			fc.property(fc.shuffledSubarray(story.facts, { minLength: story.facts.length }), (delivered) => {
				const view = foldAll(delivered);
				expect(view.facts).toHaveLength(203);
				expect(bytesOf(view)).toBe(bytesOf(foldAll(story.facts)));
			}),
			{ numRuns: 10 },
		);
	});

	it("is not there before its placing is known", () => {
		const [placed, ...later] = new Story().pay("approved").facts;
		const view = foldAll(later);
		expect([toPageOrder(view), view.customerId, view.feedAt]).toEqual([undefined, undefined, undefined]);
		expect(toPageOrder(foldAll([...later, placed!]))?.status).toBe("completed");
	});

	it("waits in the cart while it is placed or paying", () => {
		const cartOf = (story: Story) => foldAll(story.facts).cartOf;
		expect(cartOf(new Story().pay("declined"))).toBe("alice");
		expect(cartOf(new Story().pay("approved"))).toBeUndefined();
		expect(cartOf(new Story().cancel())).toBeUndefined();
		const paying = new Story().pay("voided", true).facts.slice(0, 3);
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

describe("a product on my page", () => {
	const described = { productId: "p1", name: "Tea", price: total, addedAt: "2026-01-01T00:00:00.000Z" };
	const fact = (sequence: number, type: ProductFact["type"], data: object) =>
		({ type, subject: "p1", sequence, data }) as ProductFact;
	const told = [
		fact(1, "product.added", { ...described, available: 5 }),
		fact(2, "stock.reserved", { productId: "p1", available: 4 }),
		fact(3, "product.changed", { ...described, name: "Green tea", available: 4 }),
		fact(4, "stock.released", { productId: "p1", available: 5 }),
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
