import { sum, times } from "../../shared/domain/money";

const won = (amount: number) => ({ amount, currency: "KRW" });

describe("amounts", () => {
	it("are multiplied and added in minor units, and an empty sum is 0 in the shop's currency", () => {
		expect(times(won(500), 3)).toEqual(won(1_500));
		expect(sum([won(1), won(2)], "KRW")).toEqual(won(3));
		expect(sum([], "KRW")).toEqual(won(0));
	});

	it("S23 of several currencies are never added up", () => {
		expect(() => sum([won(18_000), { amount: 1_999, currency: "USD" }], "KRW")).toThrow("USD cannot be added to KRW");
	});

	it("are capped at the largest safe integer, so that a cart of absurd orders is still shown", () => {
		expect(sum(Array(10).fill(won(1e15)), "KRW")).toEqual(won(Number.MAX_SAFE_INTEGER));
	});
});
