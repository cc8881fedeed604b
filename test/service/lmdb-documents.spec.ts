import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbReader } from "../../shared/lmdb/lmdb-reader";
import { DICTIONARY } from "../../shared/store/folder/dictionary";
import { DecodedDocuments } from "../../shared/store/lmdb/decoded-documents";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Stored } from "../../shared/store/store";
import { SEED, seededRandom } from "../support/shop/customer";
import { temporaryEnvironment } from "../support/store/environment";
import type { Databases, Thing } from "../support/store/lmdb-things";

describe("the dictionary of a data folder", () => {
	it("is the one with which documents have been compressed since format 4: with another one nobody could read them", () => {
		const digest = createHash("sha256").update(DICTIONARY).digest("base64url");
		expect(digest).toBe("tXeUITRp0ITD8cfLJLmwJwvRDMefd3WI6hTYmZ2zqiI");
	});
});

describe("documents of a compressed LMDB store", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-compressed-"));
	afterAll(() => rmSync(path, { recursive: true }));

	/** A document as the shop has them, or of any text. */
	function anyThing(random: () => number, number: number): Thing & { text: string } {
		const size = 10 ** Math.floor(random() * 6);
		const words = ['"customerId":"', "₩", "😀", "\u0000", "quantity", String(random()), "x"];
		const text = Array.from({ length: random() * 9 }, () => words[Math.floor(random() * words.length)]).join("");
		return { _id: `t${number}`, rev: 0, size, name: `${number}`, text: text.repeat(random() < 0.02 ? 3_000 : 1) };
	}

	it(`are read as they were written, by this process and by commands (SEED=${SEED})`, async () => {
		const random = seededRandom(SEED);
		const store = new LmdbStore({
			environment: temporaryEnvironment({ path, dictionary: DICTIONARY }),
			prefix: "a.",
			collections: { things: { size: ["size"] } },
		});
		await store.connect();
		const things = store.collection<Thing>("things");
		const written = new Map<string, Thing>();
		for (let round = 0; round < 20; round++) {
			const save = async (thing: Thing) => {
				const saved = (await things.save(thing, written.get(thing._id)))!;
				written.set(saved._id, saved);
			};
			const numbers = new Set(Array.from({ length: 50 }, () => Math.floor(random() * 300)));
			await Promise.all([...numbers].map((number) => save(anyThing(random, number))));
		}
		await store.disconnect();
		await store.connect();
		const again = new Map<string, Thing>();
		for await (const thing of things.all()) again.set(thing._id, thing);
		expect(again).toEqual(written);
		for (const [id, thing] of written) expect(await things.load(id)).toEqual(thing);
		const reader = await LmdbReader.open({ path, prefix: "a.", dictionary: DICTIONARY });
		for await (const { key, value } of reader.entries("things", true)) expect(value).toEqual(written.get(key));
		await reader.close();
		await store.disconnect();
	});
});

describe("documents of an LMDB store", () => {
	it("are decoded once while they do not change, and anew when another process has changed or removed them", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-decoded-"));
		const store = new LmdbStore({
			environment: temporaryEnvironment(path),
			collections: { things: { size: ["size"] } },
		});
		await store.connect();
		const collection = store.collection<Thing>("things");
		const saved = (await collection.save({ _id: "a", size: 1, name: "n" }, undefined))!;
		expect(await collection.load("a")).toBe(saved);
		expect((await collection.query("size", { limit: 1 }))[0]).toBe(saved);

		// As another process would.
		const { documents } = collection as unknown as Databases;
		const changed = { ...saved, rev: saved.rev + 1, name: "m" };
		await documents.put("a", changed, changed.rev);
		expect(await collection.load("a")).toEqual(changed);
		expect((await collection.query("size", { limit: 1 }))[0]).toEqual(changed);
		expect(await collection.save({ ...saved, name: "late" }, saved)).toBeUndefined();
		expect(await collection.load("a")).toEqual(changed);
		await documents.remove("a");
		expect(await collection.load("a")).toBeUndefined();

		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("are read once where no other process writes them, and are always what was written last", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-own-"));
		const collections = { things: { size: ["size"] } };
		const environment = new LmdbEnvironment({ path, durable: false, isOwn: true });
		const store = new LmdbStore({ environment, collections });
		const other = new LmdbStore({ environment, collections });
		await store.connect();
		await other.connect();
		const things = store.collection<Thing>("things");
		const others = other.collection<Thing>("things");
		const { documents } = things as unknown as Databases;
		const reads = [jest.spyOn(documents, "get"), jest.spyOn(documents, "doesExist")];

		const first = (await things.save({ _id: "a", size: 1, name: "n" }, undefined))!;
		expect(await things.load("a")).toBe(first);
		expect(await others.load("a")).toBe(first);
		expect(await things.query("size", { limit: 1 })).toEqual([first]);
		expect(reads.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);

		const second = (await others.save({ ...first, size: 2 }, first))!;
		expect(await things.load("a")).toBe(second);
		expect(await things.save({ ...first, name: "late" }, first)).toBeUndefined();
		expect(await things.load("a")).toEqual(second);

		const failed = jest.spyOn(documents, "ifVersion").mockRejectedValueOnce(new Error("no commit"));
		await expect(things.save({ ...second, size: 3 }, second)).rejects.toThrow("no commit");
		failed.mockRestore();
		expect(await things.load("a")).toEqual(second);

		const latest = (await things.load("a"))!;
		const removal = others.remove(latest);
		// While it is being removed, it may be read.
		await things.load("a");
		expect(await removal).toBe(true);
		expect(await things.load("a")).toBeUndefined();
		expect(await things.query("size", { limit: 1 })).toEqual([]);
		const again = (await things.save({ _id: "a", size: 4, name: "new" }, undefined))!;
		expect(await others.load("a")).toBe(again);

		await other.disconnect();
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("are kept decoded in a bounded number", () => {
		const decoded = new DecodedDocuments<Stored>();
		for (let id = 0; id < 1_000; id++) {
			decoded.set({ _id: String(id), rev: 1 });
			decoded.get("0");
		}
		const kept = Array.from({ length: 1_000 }, (_, id) => decoded.get(String(id))).filter((document) => document);
		expect(kept).toHaveLength(256);
		expect(decoded.get("0")).toBeDefined();
	});
});
