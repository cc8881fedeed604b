import { SameAgain } from "../../shared/store/same-again";

describe("an answer that is asked for again", () => {
	const part = (name: string) => ({ name });
	const [tea, cup] = [part("tea"), part("cup")];
	let answers: SameAgain<{ made: number }>;
	let made = 0;
	const ask = (key: string, parts: readonly unknown[], bytes = 10) =>
		answers.of(key, { made: ++made }, parts, () => bytes);
	beforeEach(() => {
		answers = new SameAgain();
	});

	it("is the same object while its parts are", () => {
		const first = ask("alice", [tea, 1, null]);
		expect(ask("alice", [tea, 1, null])).toBe(first);
		expect(ask("bob", [tea, 1, null])).not.toBe(first);
		expect(ask("alice", [tea, 1, null])).toBe(first);
	});

	it.each([
		["one is another object", [part("tea"), 1]],
		["a number changed", [tea, 2]],
		["there is one more", [tea, 1, cup]],
		["there is one less", [tea]],
		["they have another order", [1, tea]],
	])("is a new one where %s", (_, parts) => {
		const first = ask("alice", [tea, 1]);
		const second = ask("alice", parts);
		expect(second).not.toBe(first);
		expect(ask("alice", parts)).toBe(second);
	});

	it("is kept in a bounded number, those that were asked for last", () => {
		const first = ask("first", [tea]);
		const asked = Array.from({ length: 1_000 }, (_, number) => {
			expect(ask("first", [tea])).toBe(first);
			return ask(`${number}`, [tea]);
		});
		expect(ask("0", [tea])).not.toBe(asked[0]);
	});

	it("is kept within 8 MB: large ones make room for each other", () => {
		const large = [1, 2, 3].map((number) => ask(`${number}`, [tea], 4_000_000));
		expect(ask("3", [tea])).toBe(large[2]);
		expect(ask("2", [tea])).toBe(large[1]);
		expect(ask("1", [tea])).not.toBe(large[0]);
		// Larger than all room: given, and not kept.
		const huge = ask("huge", [tea], 9_000_000);
		expect(ask("huge", [tea], 9_000_000)).not.toBe(huge);
	});
});
