import { withDeadline, withSignal } from "../../shared/timing/deadline";

const never = new Promise<never>(() => undefined);
const late = () => new Error("late");

describe("a deadline", () => {
	it("settles as the work does, where that is in time", async () => {
		expect(await withDeadline(Promise.resolve(1), 60_000, late)).toBe(1);
		await expect(withDeadline(Promise.reject(new Error("failed")), 60_000, late)).rejects.toThrow("failed");
	});

	it("rejects where the work is late, and takes no notice of a failure after that", async () => {
		let fail!: (error: Error) => void;
		const work = new Promise<never>((_, reject) => (fail = reject));
		await expect(withDeadline(work, 1, late)).rejects.toThrow("late");
		fail(new Error("failed later"));
		await expect(withDeadline(never, 1, late)).rejects.toThrow("late");
	});

	it("fires a signal where the work is late, and not once it is over", async () => {
		jest.useFakeTimers();
		try {
			const ended: AbortSignal[] = [];
			await withSignal(1_000, async (signal) => void ended.push(signal));
			await expect(withSignal(1_000, (signal) => (ended.push(signal), Promise.reject(late())))).rejects.toThrow("late");
			let running!: AbortSignal;
			void withSignal(1_000, (signal) => ((running = signal), never));
			jest.advanceTimersByTime(999);
			expect(running.aborted).toBe(false);
			jest.advanceTimersByTime(1);
			expect([running.aborted, running.reason.name]).toEqual([true, "TimeoutError"]);
			expect(ended.map(({ aborted }) => aborted)).toEqual([false, false]);
		} finally {
			jest.useRealTimers();
		}
	});
});
