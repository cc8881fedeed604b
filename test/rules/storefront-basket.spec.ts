import fc from "fast-check";
import {
	countOf,
	type Line,
	LINES_LIMIT,
	obstacleOf,
	put,
	QUANTITY_LIMIT,
	readBasket,
	set,
	takeOut,
	totalOf,
} from "../../web/storefront/rules/basket";

const tea: Line = { productId: "tea", quantity: 2 };
const bowl: Line = { productId: "bowl", quantity: 1 };
const product = (amount: number, stock = 10) => ({ name: "x", price: { amount, currency: "KRW" }, stock });

describe("a basket", () => {
	it("takes more of a product on the same line", () => {
		expect(put([tea, bowl], "tea", 1)).toEqual([{ productId: "tea", quantity: 3 }, bowl]);
		expect(put([tea], "bowl", 1)).toEqual([tea, bowl]);
	});

	it("takes no more of a product than are left, and keeps what it had", () => {
		expect(put([tea], "tea", 5, 3)).toEqual([{ productId: "tea", quantity: 3 }]);
		expect(put([tea], "tea", 1, 1)).toEqual([tea]);
		expect(put([], "jar", 1, 0)).toEqual([]);
	});

	it("takes no more products and no more of one than the shop takes in one order", () => {
		const full = Array.from({ length: LINES_LIMIT }, (_, index) => ({ productId: `p${index}`, quantity: 1 }));
		expect(put(full, "another", 1)).toEqual(full);
		expect(set([tea], "tea", 5_000)).toEqual([{ productId: "tea", quantity: QUANTITY_LIMIT }]);
	});

	it.each([0, -1, Number.NaN, 0.4])("has no line of a quantity of %s", (quantity) => {
		expect(set([tea, bowl], "tea", quantity)).toEqual([bowl]);
	});

	it("keeps what was put in while an order was under way", () => {
		expect(takeOut([tea, bowl], [tea, bowl])).toEqual([]);
		expect(takeOut([{ productId: "tea", quantity: 3 }, bowl], [tea])).toEqual([
			{ productId: "tea", quantity: 1 },
			bowl,
		]);
		expect(takeOut([{ productId: "tea", quantity: 1 }], [tea, bowl])).toEqual([]);
	});

	it("counts pieces, and sums up what the shop says that they cost", () => {
		const prices = new Map([
			["tea", product(18_000)],
			["bowl", product(40_000)],
		]);
		expect(countOf([tea, bowl])).toBe(3);
		expect(totalOf([tea, bowl], (id) => prices.get(id))).toEqual({ amount: 76_000, currency: "KRW" });
	});

	it("has no sum while it cannot be told", () => {
		const dollars = { ...product(3_000), price: { amount: 3_000, currency: "USD" } };
		expect(totalOf([tea, bowl], (id) => (id === "tea" ? product(18_000) : undefined))).toBeUndefined();
		expect(totalOf([tea, bowl], (id) => (id === "bowl" ? product(18_000) : null))).toBeUndefined();
		expect(totalOf([tea, bowl], (id) => (id === "tea" ? product(18_000) : dollars))).toBeUndefined();
		expect(totalOf([], () => product(1))).toBeUndefined();
	});

	it("names the line that cannot be ordered, and why", () => {
		expect(obstacleOf(tea, product(1, 1))).toEqual({ why: "short", left: 1 });
		expect(obstacleOf(tea, null)).toEqual({ why: "gone" });
		expect(obstacleOf(tea, product(1, 2))).toBeUndefined();
		expect(obstacleOf(tea, undefined)).toBeUndefined();
	});

	it("is read again as it was kept, and whatever else is found there does no harm", () => {
		expect(readBasket(JSON.parse(JSON.stringify([tea, bowl])))).toEqual([tea, bowl]);
		expect(readBasket([tea, null, { productId: 1, quantity: 1 }, { productId: "x" }, "text"])).toEqual([tea]);
		fc.assert(
			fc.property(fc.jsonValue(), (kept) => {
				for (const { productId, quantity } of readBasket(kept)) {
					expect(typeof productId).toBe("string");
					expect(quantity >= 1 && quantity <= QUANTITY_LIMIT && Number.isInteger(quantity)).toBe(true);
				}
			}),
		);
	});
});
