import { afterLoss } from "../../web/storefront/rules/link";

describe("the link to my page, once its stream was lost", () => {
	it("is away where the shop does not answer, and on its way again where it does", () => {
		expect(afterLoss("connecting", false, true)).toBe("away");
		expect(afterLoss("away", true, true)).toBe("connecting");
	});

	it("is as a newer stream has it, however the late answer to the loss is", () => {
		expect(afterLoss("live", false, true)).toBe("live");
		expect(afterLoss("live", true, true)).toBe("live");
	});

	it("is not told by an answer for a page that was left meanwhile, or for another customer", () => {
		expect(afterLoss("off", false, false)).toBe("off");
		expect(afterLoss("connecting", false, false)).toBe("connecting");
	});
});
