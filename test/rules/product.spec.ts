import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { check, compile } from "../../shared/calls/validation";
import * as rules from "../../services/product/product.rules";
import type { ProductState } from "../../services/product/product.rules";
import { SAMPLES } from "../../services/product/product.samples";
import { AddProduct, ChangeProduct } from "../../services/product/product.schemas";
import type { Saved } from "../../shared/aggregates/aggregate";

const price = { amount: 4_500, currency: "KRW" };
const tea = { name: "Green tea", description: "80 g", price, stock: 7 };
const saved = (state: Partial<ProductState> = {}): Saved<ProductState> => ({
	_id: "p1",
	rev: 1,
	version: 1,
	name: "Green tea",
	price,
	available: 7,
	createdAt: 0,
	open: {},
	...state,
});
const refusal = (run: () => unknown) => {
	try {
		run();
	} catch (error) {
		return error as { type: string; data: { errors: Array<{ field: string }> } };
	}
	throw new Error("nothing was refused");
};

describe("a product that is added", () => {
	it("can be ordered up to its stock, and is published with all its fields", () => {
		expect(rules.add(undefined, "p1", tea, 0)).toEqual({
			state: { name: "Green tea", description: "80 g", price, available: 7, createdAt: 0, open: {} },
			events: [
				{
					type: "product.added",
					data: {
						productId: "p1",
						name: "Green tea",
						description: "80 g",
						price,
						available: 7,
						addedAt: "1970-01-01T00:00:00.000Z",
					},
				},
			],
		});
	});

	it("is left as it is when it exists already", () => {
		expect(rules.add(saved(), "p1", tea, 0)).toBeUndefined();
	});

	it("is refused in a currency that is not the shop's", () => {
		const refused = refusal(() => rules.checkCurrency({ amount: 1, currency: "USD" }, "KRW"));
		expect(refused).toMatchObject({ type: "VALIDATION_FAILED", data: { errors: [{ field: "price.currency" }] } });
	});
});

describe("a change of a product", () => {
	it("keeps the fields that it does not name, and the orders under way", () => {
		const open = { o1: { type: "held", quantity: 2 } } as const;
		const { state, events } = rules.change(saved({ open }), "p1", { stock: 3 });
		expect(state).toMatchObject({ name: "Green tea", price, available: 3, open });
		expect(events).toMatchObject([
			{ type: "product.changed", data: { productId: "p1", name: "Green tea", available: 3 } },
		]);
	});

	it("keeps the stock when it names only the name", () => {
		expect(rules.change(saved(), "p1", { name: "Black tea" }).state).toMatchObject({ name: "Black tea", available: 7 });
	});

	it("is refused where the product does not exist", () => {
		expect(refusal(() => rules.change(undefined, "p1", { stock: 1 })).type).toBe("PRODUCT_NOT_FOUND");
	});

	it("is refused where it names no field", () => {
		expect(refusal(() => rules.checkPatch({})).type).toBe("VALIDATION_FAILED");
	});
});

describe("a search by name", () => {
	it.each([
		["TEA", "Green tea", true],
		["een t", "GREEN TEA", true],
		["녹차", "보성 녹차".normalize("NFD"), true],
		["coffee", "Green tea", false],
		[".*", "Green tea", false],
		["tea  green", "Green tea, first flush", true],
		["  tea\t", "Green tea", true],
		["tea coffee", "Green tea", false],
		["STRASSE", "Straße", true],
		["λόγος", "ΛΌΓΟΣ", true],
	])('for "%s" finds "%s": %s', (text, name, found) => {
		expect(rules.isNamedLike(name, rules.wordsOf(text))).toBe(found);
	});

	it("finds any part of a name, in any case", () => {
		const partOf = fc
			.tuple(fc.string({ minLength: 1 }), fc.nat(), fc.nat())
			.map(([name, from, to]) => ({ name, part: name.slice(from % name.length, to) }));
		fc.assert(
			fc.property(partOf, ({ name, part }) => {
				expect(rules.isNamedLike(name, rules.wordsOf(part.toUpperCase()))).toBe(true);
			}),
		);
	});
});

describe("the schema of a product", () => {
	const adds = compile(AddProduct);
	const changes = compile(ChangeProduct);
	const fields = (body: object) => refusal(() => check(adds, body)).data.errors.map(({ field }) => field);

	it.each([
		["stock 0", { stock: 0 }],
		["stock 2,000,000,000", { stock: 2_000_000_000 }],
		["price 10,000,000,000", { price: { ...price, amount: 10_000_000_000 } }],
		["a name of 200 emoji", { name: "🍵".repeat(200) }],
		["an empty description", { description: "" }],
		["a picture", { imageUrl: "https://shop.example.com/tea.png?size=2" }],
		["a picture of the shop itself", { imageUrl: "/pictures/tea.svg" }],
	])("accepts %s", (_, part) => {
		expect(() => check(adds, { ...tea, ...part })).not.toThrow();
		expect(() => check(changes, { id: "p1", ...part })).not.toThrow();
	});

	it.each([
		["stock", "below zero", { stock: -1 }],
		["stock", "a fraction", { stock: 1.5 }],
		["stock", "above the limit", { stock: 2_000_000_001 }],
		["stock", "text", { stock: "7" }],
		["price", "a bare number", { price: 4_500 }],
		["price.amount", "free of charge", { price: { ...price, amount: 0 } }],
		["price.amount", "above the limit", { price: { ...price, amount: 10_000_000_001 } }],
		["price.currency", "not a currency", { price: { ...price, currency: "won" } }],
		["price.net", "with a field too many", { price: { ...price, net: 1 } }],
		["name", "empty", { name: "" }],
		["name", "of 201 characters", { name: "x".repeat(201) }],
		["name", "with NUL", { name: "a\0b" }],
		["name", "an operator object", { name: { $ne: 1 } }],
		["description", "of 2,001 characters", { description: "x".repeat(2_001) }],
		["imageUrl", "a script", { imageUrl: "javascript:alert(1)" }],
		["imageUrl", "with NUL", { imageUrl: "https://shop.example.com/a\0.png" }],
		["imageUrl", "without a host", { imageUrl: "https://" }],
		["imageUrl", "of another host, as a path", { imageUrl: "//elsewhere.example/a.png" }],
		["imageUrl", "of another host, as a path with a backslash", { imageUrl: "/\\\\elsewhere.example/a.png" }],
		["imageUrl", "of more than 2,000 characters", { imageUrl: `https://shop.example.com/${"x".repeat(2_000)}` }],
		["colour", "an unknown field", { colour: "green" }],
	])("refuses %s: %s", (field, _, part) => {
		expect(fields({ ...tea, ...part })).toEqual([field]);
		expect(() => check(changes, { id: "p1", ...part })).toThrow(field);
	});

	it("requires name, price and stock", () => {
		expect(fields({}).sort()).toEqual(["name", "price", "stock"]);
	});

	it("accepts each sample", () => {
		for (const { id: _, amount, ...sample } of SAMPLES) {
			expect(() => check(adds, { ...sample, price: { amount, currency: "KRW" } })).not.toThrow();
		}
	});

	it("has a picture of each sample", () => {
		const pictures = readdirSync(join(__dirname, "../../web/public/pictures"));
		expect(pictures).toEqual(expect.arrayContaining(SAMPLES.map(({ id }) => `${id}.svg`)));
	});
});
