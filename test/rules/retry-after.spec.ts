import { RetryAfter } from "../../shared/timing/retry-after";

describe("the time after which refused clients may ask again", () => {
	beforeEach(() => jest.useFakeTimers());
	afterEach(() => jest.useRealTimers());
	const refusals = (count: number) => {
		const retryAfter = new RetryAfter(() => 0.99);
		for (let number = 0; number < count; number++) retryAfter.note(true);
		return retryAfter;
	};

	it("grows with the share of refused requests, from one second to ten at most", () => {
		const waits = [1, 50, 100, 1_000].map((count) => refusals(count).seconds);
		expect(waits).toEqual([...new Set(waits)].sort((a, b) => a - b));
		expect([waits[0], waits.at(-1)! <= 10]).toEqual([1, true]);
	});

	it("is a second again after ten seconds without a request", () => {
		const retryAfter = refusals(1_000);
		jest.advanceTimersByTime(9_000);
		retryAfter.note(true);
		expect(retryAfter.seconds).toBeGreaterThan(5);
		jest.advanceTimersByTime(10_001);
		retryAfter.note(true);
		expect(retryAfter.seconds).toBe(1);
	});
});
