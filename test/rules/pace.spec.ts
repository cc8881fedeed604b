import { FIRST_PACE, type Pace, paceAfter } from "../../shared/timing/pace";

/** The pace after one answer to each of these requests, which take `ms` and begin at `beganAt`. */
function answered(pace: Pace, requests: number, ms: number, { beganAt = 0, failed = false } = {}): Pace {
	let after = pace;
	for (let number = 0; number < requests; number++) {
		after = paceAfter(after, { beganAt, endedAt: beganAt + ms, failed });
	}
	return after;
}

describe("S28: the pace of requests to a server", () => {
	it("begins narrow, and is one wider after each round of quick answers", () => {
		const { width } = FIRST_PACE;
		expect(width).toBe(4);
		expect(answered(FIRST_PACE, width, 50).width).toBeCloseTo(width + 1, 0);
	});

	it("goes on widening while answers are quick, up to a bound", () => {
		expect(answered(FIRST_PACE, 300, 50).width).toBeGreaterThan(20);
		expect(answered(FIRST_PACE, 100_000, 50).width).toBe(64);
	});

	it.each([
		["slow", 1_500, false],
		["failed", 50, true],
	])("is halved by a %s answer, and not by those to requests that were under way then", (_, ms, failed) => {
		const wide = { width: 40, narrowedAt: 0 };
		const once = answered(wide, 1, ms, { failed });
		expect(once.width).toBe(20);
		expect(answered(once, 30, ms - 1, { failed })).toEqual(once);
		expect(answered(once, 1, ms, { beganAt: ms + 1, failed }).width).toBe(10);
	});

	it("is never narrower than four, so that a server that is back is noticed", () => {
		let pace: Pace = { width: 64, narrowedAt: 0 };
		for (let second = 1; second <= 60; second++) pace = answered(pace, 5, 5_000, { beganAt: second * 10_000 });
		expect(pace.width).toBe(4);
	});
});
