import type { ProductState } from "../../services/product/product.rules";
import * as rules from "../../services/product/stock.rules";
import type { Decided, Reservation } from "../../services/product/stock.rules";
import { isTransient } from "../../shared/domain/refusals";
import { product } from "../support/shop/stock-world";
import type { Saved } from "../../shared/aggregates/aggregate";

const line = { orderId: "o1", productId: "p1", quantity: 2 };
const moved = { productId: "p1", orderId: "o1", quantity: 2 };
const undecided: Decided = new Map();
const decided = (status: Reservation["status"], orderId = "o1"): Decided => new Map([[orderId, status]]);
const held = { o1: { type: "held", quantity: 2 } } as const;

describe("an order's goods that are in stock", () => {
	it("are held, and the event says whether they complete the order", () => {
		expect(rules.hold(product(5), { ...line, last: true }, undecided)).toMatchObject({
			state: { available: 3, open: held },
			events: [{ type: "stock.reserved", data: { ...moved, available: 3, complete: true } }],
		});
		expect(rules.hold(product(2), { ...line, last: false }, undecided)).toMatchObject({
			state: { available: 0 },
			events: [{ data: { complete: false } }],
		});
	});

	it("are held once", () => {
		expect(rules.hold(product(5, held), { ...line, last: true }, undecided)).toBeUndefined();
	});

	it("are not held again for an order that is decided", () => {
		for (const status of ["reserved", "rejected", "void", "returned"] as const) {
			expect(rules.hold(product(5), { ...line, last: true }, decided(status))).toBeUndefined();
		}
	});
});

describe("an order's goods that are short", () => {
	it("are refused, once, and nothing is held", () => {
		const refused = rules.hold(product(1), { ...line, last: true }, undecided);
		expect(refused).toMatchObject({
			state: { available: 1, open: { o1: { type: "refused" } } },
			events: [{ type: "stock.rejected", data: { ...moved, available: 1 } }],
		});
		const again = { ...product(1), ...refused!.state };
		expect(rules.hold(again, { ...line, last: true }, undecided)).toBeUndefined();
	});
});

describe("an order of a product that does not exist", () => {
	it("is refused with the product's id", () => {
		expect(() => rules.hold(undefined, { ...line, last: true }, undecided)).toThrow("p1");
	});
});

describe("goods of an order that gets nothing", () => {
	it("can be ordered again, and are released once", () => {
		const released = rules.letGo(product(3, held), "o1", decided("rejected"));
		expect(released).toMatchObject({
			state: { available: 5, open: {} },
			events: [{ type: "stock.released", data: { ...moved, available: 5 } }],
		});
		expect(rules.letGo({ ...product(3), ...released!.state }, "o1", decided("rejected"))).toBeUndefined();
	});

	it("are not released where this product refused the order", () => {
		expect(rules.letGo(product(3, { o1: { type: "refused", quantity: 2 } }), "o1", undecided)).toBeUndefined();
	});
});

describe("goods of a cancelled order", () => {
	it.each([
		["while the product's note says that they are held", held],
		["after the product has dropped that note", {}],
	])("come back once, %s", (_, open) => {
		const back = rules.giveBack(product(3, open), line, decided("reserved"));
		expect(back).toMatchObject({
			state: { available: 5, open: { o1: { type: "returned" } } },
			events: [{ type: "stock.released", data: { ...moved, available: 5 } }],
		});
		expect(rules.giveBack({ ...product(3), ...back!.state }, line, decided("reserved"))).toBeUndefined();
		expect(rules.giveBack(product(5), line, decided("returned"))).toBeUndefined();
	});
});

describe("a product's notes on orders", () => {
	/** The product after another order's goods were held. */
	const write = (before: Saved<ProductState>, seen: Decided, orderId: string): Saved<ProductState> => ({
		...before,
		...rules.hold(before, { ...line, quantity: 1, orderId, last: true }, seen)!.state,
	});
	it.each([
		["held", "reserved", "drops"],
		["held", undefined, "keeps"],
		["held", "rejected", "keeps"],
		["held", "void", "keeps"],
		["refused", undefined, "keeps"],
		["refused", "rejected", "drops"],
		["refused", "void", "drops"],
		["returned", "reserved", "keeps"],
		["returned", "returned", "drops"],
	] as const)("%s, where the reservation is %s: the next write %s it", (type, status, does) => {
		const seen = status ? decided(status) : undecided;
		const { open } = write(product(5, { o1: { type, quantity: 2 } }), seen, "o2");
		expect(Object.keys(open)).toEqual(does === "keeps" ? ["o1", "o2"] : ["o2"]);
	});

	it("are bounded: one more order is refused as busy until another one is settled", () => {
		const open = Object.fromEntries(
			Array.from({ length: rules.OPEN_LIMIT }, (_, index) => [
				`before-${index}`,
				{ type: "held", quantity: 1 } as const,
			]),
		);
		let refusal: unknown;
		try {
			rules.hold(product(5, open), { ...line, last: true }, undecided);
		} catch (error) {
			refusal = error;
		}
		expect(isTransient(refusal)).toBe(true);
		expect(rules.hold(product(5, open), { ...line, last: true }, decided("reserved", "before-7"))).toBeDefined();
	});
});
