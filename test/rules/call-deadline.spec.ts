import { hasLeft, mayHaveLeft } from "../../shared/calls/call-deadline";
import { Standstill } from "../../shared/timing/standstill";

describe("a call whose caller gives up at 10,000 ms of its own clock, which may differ by half a second", () => {
	it("is not carried out once the caller may have left", () => {
		expect([9_000, 9_500, 9_501, 11_000].map((now) => mayHaveLeft(10_000, now))).toEqual([false, false, true, true]);
	});

	it("is answered until the caller has certainly left", () => {
		expect([9_000, 10_500, 10_501, 11_000].map((now) => hasLeft(10_000, now))).toEqual([false, false, true, true]);
	});

	it("is carried out before its caller has left, however the clocks differ", () => {
		for (const ahead of [-500, 0, 500]) {
			const carriedOut = Array.from({ length: 1_201 }, (_, index) => 9_400 + index).filter(
				(callers) => !mayHaveLeft(10_000, callers + ahead),
			);
			expect(Math.max(...carriedOut)).toBeLessThanOrEqual(10_000);
		}
	});
});

describe("S21: a process that stands still", () => {
	let now: number;
	let ended: number[];
	let standstill: Standstill;

	beforeEach(() => {
		now = 1_000;
		ended = [];
		standstill = new Standstill(
			(ms) => ended.push(ms),
			() => now,
		);
		standstill.start();
	});
	afterEach(() => standstill.stop());

	/** Time passes, in which the process runs or not. */
	const pass = (ms: number) => (now += ms);

	it("knows what arrived before and while it stood still, and for a second afterwards, in which it reads what waited", () => {
		const before = now;
		pass(2_001);
		expect([before, now, now + 999, now + 1_000].map((since) => standstill.concerns(since))).toEqual([
			true,
			true,
			true,
			false,
		]);
		expect(ended).toEqual([2_001]);
	});

	it("takes a pause of two seconds for no standstill, as others do not take it for dead yet", () => {
		pass(2_000);
		expect(standstill.concerns(now)).toBe(false);
		pass(2_000);
		expect(standstill.concerns(now)).toBe(false);
		expect(ended).toEqual([]);
	});

	it("counts no time before its start and after its stop", () => {
		standstill.stop();
		pass(60_000);
		expect(standstill.concerns(now)).toBe(false);
		standstill.start();
		expect(standstill.concerns(now)).toBe(false);
	});
});
