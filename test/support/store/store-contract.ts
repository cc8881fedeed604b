import fc from "fast-check";
import type { Collection, Indexes, Store, Stored } from "../../../shared/store/store";
import { eventually } from "../world";

interface Thing extends Stored {
	owner?: string;
	size?: number;
	text?: string;
	more?: unknown;
}

export interface OpenedStore {
	store: Store;
	/** Closes it and opens it again on the same data. */
	reopen(): Promise<Store>;
	close(): Promise<void>;
}

const INDEXES: Indexes = { owner: ["owner", "size"], size: ["size"] };
const COLLECTIONS = { things: INDEXES, others: {} };

/** The contract of every store of the shop. `open` resolves with an empty store. */
export function describeStore(name: string, open: (collections: typeof COLLECTIONS) => Promise<OpenedStore>): void {
	describe(`a store on ${name}`, () => {
		let opened: OpenedStore;
		let things: Collection<Thing>;
		const ids = (found: Thing[]) => found.map(({ _id }) => _id);
		const insert = (thing: Omit<Thing, "rev">) => things.save(thing, undefined);

		beforeEach(async () => {
			opened = await open(COLLECTIONS);
			things = opened.store.collection<Thing>("things");
		});
		afterEach(() => opened.close());

		it("returns saved text unchanged, also after it was closed and opened", async () => {
			const text = "차 🍵 \u202Eabc\u202C é e\u0301 \\ \" ' $set {}";
			const saved = await insert({ _id: "a", text });
			expect(saved).toEqual({ _id: "a", rev: expect.any(Number), text });
			things = (await opened.reopen()).collection<Thing>("things");
			expect(await things.load("a")).toEqual(saved);
		});

		it("returns numbers as numbers, and values under any name", async () => {
			const numbers = [0, -1, 1.5, 2 ** 31, Number.MAX_SAFE_INTEGER, 1e300];
			const names = JSON.parse('{"$set": 1, "a.b": {"$ne": null}, "": 3, "__proto__": {"x": 4}, "constructor": 5}');
			await insert({ _id: "a", more: { numbers, names, nothing: undefined, none: null, empty: {} } });
			const found = (await things.load("a"))!;
			expect(JSON.stringify(found.more)).toBe(JSON.stringify({ numbers, names, none: null, empty: {} }));
			await things.save({ ...found, size: 1 }, found);
			expect(JSON.stringify((await things.load("a"))!.more)).toBe(JSON.stringify(found.more));
		});

		it("reports whether it is available", async () => {
			const { store } = opened;
			expect(await store.isAvailable()).toBe(true);
			await store.disconnect();
			expect(await store.isAvailable()).toBe(false);
			await expect(things.load("a")).rejects.toMatchObject({ type: "STORE_UNAVAILABLE", code: 503 });
			await expect(insert({ _id: "a" })).rejects.toMatchObject({ type: "STORE_UNAVAILABLE", code: 503 });
		});

		it.each(["", "a\0", "x".repeat(257)])("refuses an id that no store could keep", async (_id) => {
			await expect(insert({ _id })).rejects.toThrow("cannot be an id");
		});

		it("finds nothing under other ids, however unusual", async () => {
			await insert({ _id: "a" });
			for (const id of ["b", "", "A", "a\0", "x".repeat(10_000), "__proto__"])
				expect(await things.load(id)).toBeUndefined();
		});

		it("refuses to insert over a document, and to write over a newer one", async () => {
			const first = await insert({ _id: "a", size: 1 });
			expect(await insert({ _id: "a", size: 2 })).toBeUndefined();
			const second = await things.save({ ...first!, size: 3 }, first);
			expect(second?.rev).toBeGreaterThan(first!.rev);
			expect(await things.save({ ...first!, size: 4 }, first)).toBeUndefined();
			expect(await things.remove(first!)).toBe(false);
			expect(await things.load("a")).toEqual(second);
		});

		it("lets one of many writers of the same revision win", async () => {
			const first = await insert({ _id: "a", size: 0 });
			const writers = Array.from({ length: 50 }, (_, size) => things.save({ ...first!, size }, first));
			const won = (await Promise.all(writers)).filter((saved) => saved !== undefined);
			expect(won).toHaveLength(1);
			expect(await things.load("a")).toEqual(won[0]);
		});

		it("removes a document, from its indexes too", async () => {
			const saved = await insert({ _id: "a", owner: "alice", size: 1 });
			expect(await things.remove(saved!)).toBe(true);
			expect(await things.load("a")).toBeUndefined();
			expect(await things.query("owner", { equals: ["alice"], limit: 10 })).toEqual([]);
			expect(await insert({ _id: "a" })).toBeDefined();
		});

		it("does not take a document for an earlier one that was removed from under its id", async () => {
			const first = await insert({ _id: "a", size: 1 });
			const earlier = (await things.save({ ...first!, size: 2 }, first))!;
			await things.remove(earlier);
			await eventually(() => Date.now() > earlier.rev);
			const again = await insert({ _id: "a", size: 3 });
			const later = await things.save({ ...again!, size: 4 }, again);
			for (const stale of [first!, earlier]) {
				expect(await things.remove(stale)).toBe(false);
				expect(await things.save({ ...stale, size: 5 }, stale)).toBeUndefined();
			}
			expect(await things.load("a")).toEqual(later);
		});

		it("leaves a document without the field out of the index, and puts it in when it gets one", async () => {
			const saved = await insert({ _id: "a" });
			expect(await things.query("size", { limit: 10 })).toEqual([]);
			const sized = await things.save({ ...saved!, size: 5 }, saved);
			expect(ids(await things.query("size", { limit: 10 }))).toEqual(["a"]);
			await things.save({ ...sized!, size: undefined }, sized);
			expect(await things.query("size", { limit: 10 })).toEqual([]);
		});

		it("goes on after a part of a position, newest first", async () => {
			for (const [_id, size] of [
				["a", 1],
				["b", 2],
				["c", 2],
				["d", 3],
			] as const)
				await insert({ _id, owner: "x", size });
			const after = (...position: Array<number | string>) =>
				things.query("owner", { equals: ["x"], order: "descending", after: position, limit: 10 });
			expect(ids(await after(2, "c"))).toEqual(["b", "a"]);
			expect(ids(await after(2))).toEqual(["a"]);
		});

		it("keeps collections apart", async () => {
			await insert({ _id: "a" });
			expect(await opened.store.collection<Thing>("others").load("a")).toBeUndefined();
		});

		it("iterates over all documents", async () => {
			for (let number = 0; number < 450; number++) await insert({ _id: `t${number}` });
			const seen: string[] = [];
			for await (const { _id } of things.all()) seen.push(_id);
			expect(new Set(seen).size).toBe(450);
			expect(seen).toHaveLength(450);
		}, 30_000);

		it("answers every query as a plain filter and sort would", async () => {
			const owner = fc.option(fc.constantFrom("a", "aa", "b", "-", "A"), { nil: undefined });
			const size = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
			const documents = fc.uniqueArray(fc.record({ _id: fc.stringMatching(/^[a-z0-9]{1,3}$/), owner, size }), {
				selector: ({ _id }) => _id,
				maxLength: 20,
			});
			const query = fc.record({
				owner: fc.constantFrom("a", "aa", "b", "-", "A", "none"),
				from: size,
				until: size,
				order: fc.constantFrom("ascending" as const, "descending" as const),
				limit: fc.integer({ min: 1, max: 6 }),
			});
			await fc.assert(
				fc.asyncProperty(documents, query, async (all, asked) => {
					const saved = await Promise.all(all.map((thing) => insert(thing)));
					const { from = -Infinity, until = Infinity } = asked;
					const expected = all
						.filter((thing) => thing.owner === asked.owner && thing.size !== undefined)
						.filter((thing) => thing.size! >= from && thing.size! <= until)
						.sort((a, b) => a.size! - b.size! || (a._id < b._id ? -1 : 1));
					if (asked.order === "descending") expected.reverse();

					const found: string[] = [];
					for (let after: [number, string] | undefined; ;) {
						const { from: low, until: high, order, limit } = asked;
						const query = { equals: [asked.owner], from: low, until: high, order, limit, after };
						const piece = await things.query("owner", query);
						const entries = piece.map((thing) => ({ _id: thing._id, values: [thing.owner, thing.size] }));
						expect(await things.entries("owner", query)).toEqual(entries);
						found.push(...ids(piece));
						const last = piece.at(-1);
						if (!last || piece.length < limit) break;
						after = [last.size!, last._id];
					}
					await Promise.all(saved.map((thing) => things.remove(thing!)));
					expect(found).toEqual(ids(expected as Thing[]));
				}),
				{ numRuns: 100 },
			);
		}, 30_000);
	});
}
