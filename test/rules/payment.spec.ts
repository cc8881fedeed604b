import fc from "fast-check";
import type { CloudEvent, NewEvent } from "../../shared/events/event";
import type { PaymentEvents } from "../../services/payment/payment.events";
import type { Outcome } from "../../services/payment/payment.processor";
import * as rules from "../../services/payment/payment.rules";
import type { Asked, Attempt } from "../../services/payment/payment.rules";

const asked: Asked = {
	paymentId: "pay1",
	orderId: "o1",
	customerId: "alice",
	amount: { amount: 300, currency: "KRW" },
	card: { brand: "visa", last4: "4242" },
};
const opened = rules.open(undefined, asked, 1_000, 4_000)!.state;
const captured: Outcome = { status: "captured" };
const declined: Outcome = { status: "declined", code: "INSUFFICIENT_FUNDS" };
const voided: Outcome = { status: "voided" };
const approved = rules.record(opened, captured, 2_000)!.state;
const names = (change: { events?: ReadonlyArray<NewEvent<PaymentEvents>> } | undefined) =>
	change?.events?.map(({ type }) => type) ?? [];

describe("a pending attempt", () => {
	it("is due when the time of its charge is over", () => {
		expect(opened).toMatchObject({ status: "pending", createdAt: 1_000, dueAt: 4_000 });
	});

	it.each([
		[captured, "approved", "payment.approved"],
		[declined, "declined", "payment.declined"],
		[voided, "voided", "payment.voided"],
	] as const)("decided as %j is %s, and is due no more", (outcome, status, event) => {
		const change = rules.record(opened, outcome, 2_000);
		expect(change?.state).toMatchObject({ status, dueAt: undefined });
		expect(names(change)).toEqual([event]);
	});

	it("publishes payment.delayed once, however often the processor does not answer", () => {
		const once = rules.delay(opened, 5_000);
		expect(names(once)).toEqual(["payment.delayed"]);
		expect(names(rules.delay(once!.state, 6_000))).toEqual([]);
	});

	it("is tried again after growing pauses of at most 4 s", () => {
		const pauses: number[] = [];
		let attempt: Attempt = opened;
		for (let now = 0; pauses.length < 30; now = attempt.dueAt!) {
			attempt = rules.delay(attempt, now)!.state;
			pauses.push(attempt.dueAt! - now);
		}
		expect(pauses.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
		expect(Math.max(...pauses)).toBe(4_000);
	});

	it("stays one attempt when it is charged again under its id", () => {
		expect(rules.open(opened, asked, 5_000, 8_000)?.state).toEqual({ ...opened, dueAt: 8_000 });
	});

	it("keeps its time of settling when it is charged again after a request without an answer", () => {
		const left = rules.delay(opened, 5_000)!.state;
		expect(rules.open(left, asked, 5_100, 9_000)).toBeUndefined();
	});

	it("whose order is cancelled is refunded as soon as it turns out captured", () => {
		const unwanted = rules.wantRefund(opened, 1_500)!.state;
		expect(unwanted).toMatchObject({ status: "pending", dueAt: opened.dueAt });
		const change = rules.record(unwanted, captured, 2_000);
		expect(change?.state).toMatchObject({ status: "approved", dueAt: undefined, refundAt: 2_000 });
		expect(names(change)).toEqual(["payment.approved"]);
		expect(names(rules.refunded(change!.state))).toEqual(["payment.refunded"]);
	});
});

describe("a payment id", () => {
	it.each([
		["another order", { ...asked, orderId: "o2" }],
		["another amount", { ...asked, amount: { amount: 301, currency: "KRW" } }],
		["another currency", { ...asked, amount: { amount: 300, currency: "USD" } }],
	])("refuses to stand for %s", (_, other) => {
		for (const attempt of [opened, approved]) {
			expect(() => rules.open(attempt, other, 0, 0)).toThrow(expect.objectContaining({ type: "PAYMENT_ID_TAKEN" }));
			expect(() => rules.close(attempt, other, true, 0)).toThrow(expect.objectContaining({ type: "PAYMENT_ID_TAKEN" }));
		}
	});

	it("that payment does not know is settled at once, as the processor may know it", () => {
		const closed = rules.close(undefined, asked, true, 1_000)!;
		expect(closed.state).toMatchObject({ status: "pending", dueAt: 1_000, refundWanted: true });
		expect(closed.events).toBeUndefined();
		expect(rules.close(undefined, asked, false, 1_000)!.state.refundWanted).toBeUndefined();
	});
});

describe("an approved attempt", () => {
	it("is refunded once, in the same document", () => {
		const wanted = rules.wantRefund(approved, 3_000)!.state;
		expect(wanted).toMatchObject({ status: "approved", dueAt: undefined, refundAt: 3_000 });
		expect(rules.wantRefund(wanted, 3_100)).toBeUndefined();
		const refunded = rules.refunded(wanted)!.state;
		expect(refunded).toMatchObject({ status: "refunded", refundAt: undefined, createdAt: opened.createdAt });
		expect(rules.refunded(refunded)).toBeUndefined();
		expect(rules.wantRefund(refunded, 3_200)).toBeUndefined();
	});
});

describe("any sequence of charges, outcomes and cancellations of an attempt", () => {
	type Step = (attempt: Attempt | undefined, now: number) => ReturnType<typeof rules.record>;
	const step = fc.constantFrom<[string, Step]>(
		["charge", (attempt, now) => rules.open(attempt, asked, now, now + 100)],
		["settle", (attempt, now) => rules.close(attempt, asked, false, now)],
		["cancel", (attempt, now) => rules.close(attempt, asked, true, now)],
		["captured", (attempt, now) => rules.record(attempt, captured, now)],
		["declined", (attempt, now) => rules.record(attempt, declined, now)],
		["voided", (attempt, now) => rules.record(attempt, voided, now)],
		["silence", (attempt, now) => rules.delay(attempt, now)],
		["refunded", (attempt) => (attempt?.refundWanted ? rules.refunded(attempt) : undefined)],
	);

	it("decides it once, publishes each event once, and leaves it due while it is to be settled or refunded", () => {
		const play = (steps: Array<[string, Step]>) => {
			let attempt: Attempt | undefined;
			const published: CloudEvent["type"][] = [];
			const statuses: string[] = [];
			steps.forEach(([, act], now) => {
				const change = act(attempt, now);
				attempt = change?.state ?? attempt;
				published.push(...names(change));
				if (attempt && statuses.at(-1) !== attempt.status) statuses.push(attempt.status);
			});
			expect(new Set(published).size).toBe(published.length);
			expect([
				[],
				["pending"],
				["pending", "approved"],
				["pending", "declined"],
				["pending", "voided"],
				["voided"],
				["pending", "approved", "refunded"],
			]).toContainEqual(statuses);
			expect(attempt?.dueAt !== undefined).toBe(attempt?.status === "pending");
			const isOwed = attempt?.status === "approved" && attempt.refundWanted === true;
			expect(attempt?.refundAt !== undefined).toBe(isOwed);
		};
		fc.assert(fc.property(fc.array(step, { maxLength: 25 }), play), { numRuns: 2_000 });
	});
});
