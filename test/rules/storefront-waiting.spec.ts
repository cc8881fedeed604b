import { EVENT_CATALOG } from "../../services/event-catalog";
import { clockAhead, clockOf, secondsUntil } from "../../web/shared/rules/countdown";
import { LIVE_EVENTS } from "../../web/storefront/rules/live-events";
import { isUndecided, mayBeDone, waitFor } from "../../web/shared/rules/retry";

describe("the time that is left", () => {
	it("is counted in whole seconds, and ends at zero", () => {
		expect(secondsUntil(10_000, 8_999)).toBe(2);
		expect(secondsUntil(10_000, 10_000)).toBe(0);
		expect(secondsUntil(10_000, 99_000)).toBe(0);
	});

	it.each([
		[9, "0:09"],
		[1_799, "29:59"],
		[3_600, "1:00:00"],
		[90_061, "25:01:01"],
	])("of %i s is shown as %s", (seconds, shown) => {
		expect(clockOf(seconds)).toBe(shown);
	});

	it("goes by the shop's clock where the visitor's is wrong", () => {
		const date = "Sat, 28 Nov 2026 12:00:00 GMT";
		const noon = Date.parse(date);
		expect(clockAhead(date, noon + 200, noon + 300)).toBe(0);
		expect(clockAhead(date, noon - 60_000, noon - 59_900)).toBe(60_450);
		expect(clockAhead(date, noon + 60_000, noon + 60_100)).toBe(-59_550);
		expect(clockAhead(null, noon, noon)).toBeUndefined();
	});
});

describe("a command of the visitor", () => {
	it.each([
		["was not answered", {}],
		["met a busy shop", { status: 503, code: "PAYMENT_UNAVAILABLE", retryAfter: "1" }],
		["is still under way", { status: 409, code: "REQUEST_IN_PROGRESS", retryAfter: "1" }],
	])("is sent again where it %s", (_, reply) => {
		expect(isUndecided(reply)).toBe(true);
	});

	it.each([
		["was declined", { status: 402, code: "CARD_DECLINED" }],
		["was refused", { status: 409, code: "OUT_OF_STOCK", retryAfter: null }],
		["settles by itself", { status: 503, code: "PAYMENT_OUTCOME_UNKNOWN", retryAfter: "2" }],
		["met a defect", { status: 500 }],
	])("is not sent again where it %s", (_, reply) => {
		expect(isUndecided(reply)).toBe(false);
	});

	it.each([500, 520, 524])(
		"may be done where the answer is a %i, so that it is wanted again with the same key",
		(status) => {
			expect(mayBeDone({ status })).toBe(true);
		},
	);

	it("is not done where it was refused, and not wanted again where it settles by itself", () => {
		expect(mayBeDone({ status: 409, code: "OUT_OF_STOCK" })).toBe(false);
		expect(mayBeDone({ status: 503, code: "PAYMENT_OUTCOME_UNKNOWN" })).toBe(false);
	});

	it("waits as long as the shop asks for, and longer the more often it fails", () => {
		const waits = [1, 2, 3, 4, 5, 6, 9].map((failures) => waitFor({ status: 503, retryAfter: "3" }, failures));
		expect(waits).toEqual([3, 3, 6, 12, 24, 30, 30]);
		expect(waitFor({ status: 503, retryAfter: "60" }, 5)).toBe(60);
		expect(waitFor({}, 1)).toBe(2);
		expect(waitFor({ retryAfter: "Wed, 21 Oct 2026 07:28:00 GMT" }, 1)).toBe(2);
	});
});

describe("my page, live", () => {
	it("listens to every event of an order and its payments", () => {
		const told = Object.keys(EVENT_CATALOG).filter((type) => /^(order|payment)\./.test(type));
		expect([...LIVE_EVENTS].sort()).toEqual(told.sort());
	});
});
