import fc from "fast-check";
import { check, compile } from "../../shared/calls/validation";
import { PayOrder } from "../../services/order/order.schemas";
import { formatExpiry, groupNumber, isCardNumber, readCard } from "../../web/storefront/rules/card";

const NOW = Date.UTC(2026, 10, 15);
const good = { number: "4242 4242 4242 4242", expiry: "12/27", cvc: "123" };
const faultsOf = (fields: Partial<typeof good>) => {
	const read = readCard({ ...good, ...fields }, NOW);
	return "faults" in read ? read.faults : {};
};

describe("a card as it is typed", () => {
	it("is shown in groups as it is printed", () => {
		expect(groupNumber("4242424242424242")).toBe("4242 4242 4242 4242");
		expect(groupNumber("42424")).toBe("4242 4");
		expect(groupNumber("378282246310005")).toBe("3782 822463 10005");
		expect(groupNumber("6304-0000 0000 0000 000")).toBe("6304 0000 0000 0000000");
	});

	it.each([
		["1227", "12/27"],
		["12/2", "12/2"],
		["1/27", "01/27"],
		["01/2027", "01/27"],
		["12", "12"],
		["", ""],
	])("has the expiry %j as %j", (typed, shown) => {
		expect(formatExpiry(typed)).toBe(shown);
	});

	it("is read as the shop takes it", () => {
		const read = readCard({ number: " 4242-4242 4242 4242 ", expiry: "1/2028", cvc: " 1234 " }, NOW);
		expect(read).toEqual({ card: { cardNo: "4242424242424242", expiry: "01/28", cvc: "1234" } });
		expect(() => check(compile(PayOrder), { orderId: "o1", ...(read as { card: object }).card })).not.toThrow();
	});

	it("says which field is wrong, and how", () => {
		expect(faultsOf({ number: "", expiry: "", cvc: "" })).toEqual({
			number: "missing",
			expiry: "missing",
			cvc: "missing",
		});
		expect(faultsOf({ number: "4242 4242 4242 4241" })).toEqual({ number: "malformed" });
		expect(faultsOf({ expiry: "13/27", cvc: "12" })).toEqual({ expiry: "malformed", cvc: "malformed" });
		expect(faultsOf({})).toEqual({});
	});

	it("is good until its month has ended everywhere", () => {
		const at = (now: number) => readCard({ ...good, expiry: "11/26" }, now);
		expect(at(Date.UTC(2026, 11, 1, 11, 59))).toHaveProperty("card");
		expect(at(Date.UTC(2026, 11, 1, 12))).toEqual({ faults: { expiry: "past" } });
	});

	it("has a number that the shop takes exactly where the page takes it", () => {
		const taken = compile(PayOrder);
		fc.assert(
			fc.property(fc.stringMatching(/^[0-9]{11,20}$/), (cardNo) => {
				const isTaken = taken({ orderId: "o1", cardNo });
				expect(isCardNumber(cardNo)).toBe(isTaken);
			}),
		);
		expect(isCardNumber("4000000000000002")).toBe(true);
	});
});
