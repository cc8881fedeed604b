import { RetryBudget } from "../../shared/calls/retry-budget";

/** Takes all tokens, and returns their number. */
function drain(budget: RetryBudget): number {
	let taken = 0;
	while (budget.take()) taken++;
	return taken;
}

describe("a retry budget", () => {
	it("begins with twenty tokens", () => {
		expect(drain(new RetryBudget())).toBe(20);
	});

	it("earns one token with ten calls", () => {
		const budget = new RetryBudget();
		drain(budget);
		for (let call = 1; call <= 9; call++) budget.earn();
		expect(budget.take()).toBe(false);
		budget.earn();
		expect(drain(budget)).toBe(1);
	});

	it("holds at most twenty tokens, however many are earned and given back", () => {
		const budget = new RetryBudget();
		for (let call = 1; call <= 1_000; call++) budget.earn();
		budget.giveBack();
		expect(drain(budget)).toBe(20);
	});

	it("can spend a token again that was given back", () => {
		const budget = new RetryBudget();
		drain(budget);
		budget.giveBack();
		expect(drain(budget)).toBe(1);
	});

	it("allows 20 retries and one for every ten calls where every call fails", () => {
		const budget = new RetryBudget();
		let second = 0;
		for (let call = 1; call <= 1_000; call++) {
			budget.earn();
			if (budget.take()) second++;
		}
		expect(second).toBeGreaterThanOrEqual(100);
		expect(second).toBeLessThanOrEqual(120);
	});
});
