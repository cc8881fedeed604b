import { documentsThatFit } from "../../operator/audit/memory";

describe("an audit in little memory", () => {
	it("takes as many documents as V8's heap has room for", () => {
		expect(documentsThatFit({ heap: 80_000_000, available: 1_000_000_000 })).toBe(10_000);
	});

	it("takes no more than the container has left, in which other processes run", () => {
		expect(documentsThatFit({ heap: 4_000_000_000, available: 8_000_000 })).toBe(1_000);
	});
});
