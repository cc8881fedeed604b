import { ProcessorPace } from "../../services/payment/payment.pace";
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

describe("S28: settling and refunding at one processor", () => {
	it("leaves refunds a quarter of the pace, and all that settling does not use", async () => {
		const pace = new ProcessorPace();
		expect([pace.settledAtOnce, pace.refundedAtOnce]).toEqual([3, 4]);
		let answer!: () => void;
		const answers = new Promise<void>((resolve) => (answer = resolve));
		const settled = Array.from({ length: pace.settledAtOnce }, () => pace.settle(() => answers));
		expect(pace.refundedAtOnce).toBe(1);
		answer();
		await Promise.all(settled);
		expect(pace.refundedAtOnce).toBeGreaterThanOrEqual(4);
	});

	it("widens both while the processor answers quickly, and narrows both when it fails", async () => {
		const pace = new ProcessorPace();
		for (let answers = 0; answers < 200; answers++) await pace.settle(async () => undefined);
		const { settledAtOnce, refundedAtOnce } = pace;
		expect(settledAtOnce).toBeGreaterThan(10);
		await expect(pace.refund(() => Promise.reject(new Error("away")))).rejects.toThrow("away");
		expect(pace.settledAtOnce).toBeLessThan(settledAtOnce);
		expect(pace.refundedAtOnce).toBeLessThan(refundedAtOnce);
	});
});
