import { toCart } from "../../services/cart/cart.rules";
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
		const order = { items: [], total: won(1e15), placedAt: 0 };
		const entry = { orderId: "o", customerId: "alice", status: "waiting" as const, order };
		const cart = toCart("alice", Array(10).fill(entry), "KRW");
		expect(cart.total).toEqual(won(Number.MAX_SAFE_INTEGER));
		expect(cart.items).toHaveLength(10);
	});
});
