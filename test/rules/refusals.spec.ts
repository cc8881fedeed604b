import { busy, isRefusal } from "../../shared/domain/refusals";

describe("a refusal", () => {
	it("has no stack, as it is an answer; a defect after it has one", () => {
		const refusal = busy("OVERLOADED", "Not now.", 3);
		expect(isRefusal(refusal)).toBe(true);
		expect(refusal.stack).not.toContain("    at ");
		expect(new Error("a defect").stack).toContain("    at ");
	});
});
