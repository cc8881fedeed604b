import { type Intent, isResumed } from "../../web/storefront/rules/intent";

const WANTED_AT = 1_000_000;
const MINUTE_MS = 60_000;
const intent: Intent<{ customerId: string }> = { key: "k1", body: { customerId: "alice" }, since: WANTED_AT };

describe("what the visitor wanted, and is not answered yet", () => {
	it("is sent again by a page that is loaded again", () => {
		expect(isResumed(intent, "alice", WANTED_AT + MINUTE_MS)).toBe(true);
	});

	it.each([
		["the visitor said so", { isHeld: true }, "alice", 1],
		["the visitor is another customer by now", {}, "bob", 1],
		["it is old", {}, "alice", 15],
		["it is older than the shop's memory", {}, "alice", 25 * 60],
		["nothing is known of its time", { since: undefined as unknown as number }, "alice", 1],
	])("is not sent again by itself where %s", (_, more, customerId, minutes) => {
		expect(isResumed({ ...intent, ...more }, customerId, WANTED_AT + minutes * MINUTE_MS)).toBe(false);
	});
});
