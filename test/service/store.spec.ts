import { createHash } from "node:crypto";
import type * as fs from "node:fs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "lmdb";
import { DICTIONARY } from "../../shared/store/folder/dictionary";
import { DecodedDocuments } from "../../shared/store/lmdb/decoded-documents";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbEnvironment } from "../../shared/store/lmdb/lmdb-environment";
import { LmdbReader } from "../../shared/store/lmdb/lmdb-reader";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import type { Indexes, Stored } from "../../shared/store/store";
import { SEED, seededRandom } from "../support/shop/customer";
import { describeStore } from "../support/store/store-contract";

describeStore("LMDB", async (collections) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-store-"));
	let store = new LmdbStore({
		environment: temporaryEnvironment(path),
		collections,
	});
	await store.connect();
	return {
		store,
		async reopen() {
			await store.disconnect();
			store = new LmdbStore({
				environment: temporaryEnvironment(path),
				collections,
			});
			await store.connect();
			return store;
		},
		async close() {
			await store.disconnect();
			rmSync(path, { recursive: true });
		},
	};
});

/** Another store of the environment has the same collections, and documents in them. */
describeStore("LMDB, in a compressed environment of this process that stores share", async (collections) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-store-"));
	const environment = new LmdbEnvironment({ path, dictionary: DICTIONARY, durable: false, isOwn: true });
	const other = new LmdbStore({ environment, prefix: "other.", collections });
	await other.connect();
	for (const name of Object.keys(collections)) {
		await other.collection<Thing>(name).save({ _id: "a", owner: "a", size: 1, name: "other's" } as never, undefined);
	}
	const open = async () => {
		const opened = new LmdbStore({ environment, prefix: "own.", collections });
		await opened.connect();
		return opened;
	};
	let store = await open();
	return {
		store,
		async reopen() {
			await store.disconnect();
			return (store = await open());
		},
		async close() {
			await store.disconnect();
			for (const name of Object.keys(collections)) {
				expect(await other.collection<Thing>(name).load("a")).toMatchObject({ name: "other's" });
			}
			await other.disconnect();
			rmSync(path, { recursive: true });
		},
	};
});

describe("an LMDB environment", () => {
	const statusOf = (opened: unknown) => (opened as { status: string }).status;

	it("is opened by its first user and closed by its last, and may be opened again", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-environment-"));
		const environment = temporaryEnvironment(path);
		const [first, second] = await Promise.all([environment.open(), environment.open()]);
		expect(first).toBe(second);
		await environment.close();
		expect(statusOf(first)).toBe("open");
		const closing = environment.close();
		const again = await environment.open();
		await closing;
		expect([statusOf(first), statusOf(again)]).toEqual(["closed", "open"]);
		await again.put("key", "value");
		await environment.close();
		rmSync(path, { recursive: true });
	});

	it("that cannot be opened may be opened later", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-environment-"));
		const file = join(path, "data.mdb");
		writeFileSync(file, "damaged");
		const environment = temporaryEnvironment(path);
		await expect(Promise.all([environment.open(), environment.open()])).rejects.toThrow("data.mdb");
		rmSync(file);
		const opened = await environment.open();
		await environment.close();
		expect(statusOf(opened)).toBe("closed");
		rmSync(path, { recursive: true });
	});
});

/** What a collection keeps in LMDB. */
interface Databases {
	documents: Database<Thing, string>;
	indexed: Database<true>;
}
interface Thing extends Stored {
	size: number;
	name: string;
}

describe("the indexes of an LMDB store", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-indexes-"));
	let store: LmdbStore;
	const open = async (indexes: Indexes) => {
		store = new LmdbStore({
			environment: temporaryEnvironment(path),
			collections: { things: indexes },
		});
		await store.connect();
		return store.collection<Thing>("things");
	};
	afterEach(() => store.disconnect());
	afterAll(() => rmSync(path, { recursive: true }));

	it("are built from all documents where an earlier version did not have them", async () => {
		const earlier = await open({ size: ["size"] });
		const things = Array.from({ length: 450 }, (_, size) => ({ _id: `t${size}`, size, name: `n${size % 3}` }));
		await Promise.all(things.map((thing) => earlier.save(thing, undefined)));
		await store.disconnect();
		const later = await open({ size: ["size"], name: ["name", "size"] });
		expect(await later.query("name", { equals: ["n1"], limit: 1_000 })).toHaveLength(150);
		expect(await later.query("size", { from: 440, limit: 1_000 })).toHaveLength(10);
	});

	it("are built anew where a version in between did not declare them", async () => {
		const without = await open({ size: ["size"] });
		const [thing] = await without.query("size", { from: 7, until: 7, limit: 1 });
		await without.save({ ...thing!, name: "renamed" }, thing);
		await store.disconnect();
		const again = await open({ size: ["size"], name: ["name", "size"] });
		expect(await again.query("name", { equals: ["renamed"], limit: 9 })).toHaveLength(1);
		expect(await again.query("name", { equals: [thing!.name], limit: 1_000 })).toHaveLength(149);
	});

	it("end the start in one line where they have to be built and the disk is full", async () => {
		const statfs = jest
			.spyOn(jest.requireActual<typeof fs>("node:fs"), "statfsSync")
			.mockReturnValue({ bavail: 1, bsize: 4_096 } as unknown as fs.StatsFs);
		try {
			const full = join(path, "full");
			const without = new LmdbStore({ environment: temporaryEnvironment(full), collections: { things: {} } });
			await expect(without.connect()).rejects.toThrow(/full has to build indexes, and cannot be written: The disk/);
			await without.disconnect();
		} finally {
			statfs.mockRestore();
		}
	});

	it("are written only where a value changed", async () => {
		const collection = await open({ size: ["size"], name: ["name", "size"] });
		const { indexed } = collection as unknown as Databases;
		const [put, remove] = [jest.spyOn(indexed, "put"), jest.spyOn(indexed, "remove")];
		const first = (await collection.save({ _id: "new", size: 1, name: "a" }, undefined))!;
		expect([put.mock.calls.length, remove.mock.calls.length]).toEqual([2, 0]);
		const second = (await collection.save({ ...first }, first))!;
		expect([put.mock.calls.length, remove.mock.calls.length]).toEqual([2, 0]);
		await collection.save({ ...second, name: "b" }, second);
		expect([put.mock.calls.length, remove.mock.calls.length]).toEqual([3, 1]);
		expect(await collection.query("name", { equals: ["b"], limit: 9 })).toHaveLength(1);
		expect(await collection.query("name", { equals: ["a"], limit: 9 })).toHaveLength(0);
	});
});

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

describe("queries on an LMDB store", () => {
	const paths: string[] = [];
	const opened: LmdbStore[] = [];
	afterEach(async () => {
		for (const store of opened.splice(0)) await store.disconnect();
		for (const path of paths.splice(0)) rmSync(path, { recursive: true });
	});

	/** A collection of two stores that share an environment, and a count of how often the first one reads its indexes. */
	async function open(isOwn: boolean) {
		const path = mkdtempSync(join(tmpdir(), "funshop-queries-"));
		paths.push(path);
		const environment = new LmdbEnvironment({ path, durable: false, isOwn });
		const collections = { things: { owner: ["name", "size"], size: ["size"] } };
		const [store, beside] = [new LmdbStore({ environment, collections }), new LmdbStore({ environment, collections })];
		for (const each of [store, beside]) {
			await each.connect();
			opened.push(each);
		}
		const things = store.collection<Thing>("things");
		const reads = jest.spyOn((things as unknown as Databases).indexed, "getKeys");
		return { things, beside: beside.collection<Thing>("things"), reads: () => reads.mock.calls.length };
	}
	const ofAnn = { equals: ["ann"], order: "descending", limit: 10 } as const;

	it("read no index again until a document of their group is written, where no other process writes", async () => {
		const { things, beside, reads } = await open(true);
		const ann = (await things.save({ _id: "a", name: "ann", size: 1 }, undefined))!;
		const bob = (await things.save({ _id: "b", name: "bob", size: 1 }, undefined))!;
		for (let time = 0; time < 3; time++) expect(await things.query("owner", ofAnn)).toEqual([ann]);
		expect(reads()).toBe(1);
		await things.save({ ...bob, size: 2 }, bob);
		expect(await things.query("owner", ofAnn)).toEqual([ann]);
		expect(reads()).toBe(1);
		const moved = (await beside.save({ ...ann, name: "bob" }, ann))!;
		expect(await things.query("owner", ofAnn)).toEqual([]);
		expect(await things.query("owner", { ...ofAnn, equals: ["bob"] })).toContainEqual(moved);
		await beside.remove(moved);
		expect(await things.query("owner", { ...ofAnn, equals: ["bob"] })).toHaveLength(1);
	});

	it("read the index each time where other processes may write", async () => {
		const { things, reads } = await open(false);
		for (let time = 0; time < 3; time++) await things.query("owner", ofAnn);
		expect(reads()).toBe(3);
	});

	it(`find what is stored, whatever is written before, meanwhile and beside (SEED=${SEED})`, async () => {
		const random = seededRandom(SEED);
		const { things, beside } = await open(true);
		const any = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
		const stored = new Map<string, Thing>();
		const change = async (_id: string) => {
			const collection = any([things, beside]);
			const before = stored.get(_id);
			if (before && random() < 0.2) {
				stored.delete(_id);
				return expect(await collection.remove(before)).toBe(true);
			}
			const thing = { _id, name: any(["ann", "bob", "cleo"]), size: Math.floor(random() * 5) };
			stored.set(_id, (await collection.save(thing, before))!);
		};
		const look = async () => {
			const [limit, name] = [any([3, 10]), any(["ann", "bob", "cleo"])];
			await things.query("owner", { equals: [name], limit });
			await things.query("size", { limit });
		};
		for (let round = 0; round < 150; round++) {
			const ids = [...new Set([any("abcdefgh".split("")), any("abcdefgh".split(""))])];
			await Promise.all([...ids.map(change), look(), look()]);
			const bySize = [...stored.values()].sort((a, b) => a.size - b.size || (a._id < b._id ? -1 : 1));
			expect(await things.query("size", { limit: 10 })).toEqual(bySize);
			for (const name of ["ann", "bob", "cleo"])
				expect(await things.query("owner", { equals: [name], limit: 3 })).toEqual(
					bySize.filter((thing) => thing.name === name).slice(0, 3),
				);
		}
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

describe("moleculer-db on an LMDB store", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-adapter-"));
	const collections = { things: { size: ["size"] } };
	const adapter = new StoreAdapter(
		new LmdbStore({ environment: temporaryEnvironment(path), collections }),
		collections,
	);
	beforeAll(() => adapter.connect());
	afterAll(async () => {
		await adapter.disconnect();
		rmSync(path, { recursive: true });
	});

	it("creates, finds, sorts, counts, updates and removes", async () => {
		await adapter.insertMany([
			{ _id: "a", size: 2, kind: "x" },
			{ _id: "b", size: 1, kind: "x" },
			{ _id: "c", size: 3, kind: "y" },
		]);
		expect((await adapter.find({ query: { kind: "x" }, sort: "size" })).map(({ _id }) => _id)).toEqual(["b", "a"]);
		expect((await adapter.find({ sort: ["-size"], limit: 1, offset: 1 })).map(({ _id }) => _id)).toEqual(["a"]);
		expect(await adapter.count({ query: { kind: "y" } })).toBe(1);
		expect(await adapter.updateById("a", { $set: { size: 9 } })).toMatchObject({ _id: "a", size: 9 });
		expect(await adapter.updateMany({ kind: "x" }, { $set: { kind: "z" } })).toBe(2);
		expect(await adapter.findOne({ kind: "z", size: 9 })).toMatchObject({ _id: "a" });
		expect((await adapter.findByIds(["c", "none"])).map(({ _id }) => _id)).toEqual(["c"]);
		await expect(adapter.insert({ _id: "a" })).rejects.toThrow('there is a document "a" already');
		expect(await adapter.removeById("a")).toMatchObject({ _id: "a" });
		expect(await adapter.clear()).toBe(2);
		expect(await adapter.count()).toBe(0);
	});

	it("takes an operator for a value that no field equals", async () => {
		await adapter.insert({ _id: "a", size: 1 });
		expect(await adapter.find({ query: { size: { $ne: null } } })).toEqual([]);
	});
});

describe("a process on an LMDB store", () => {
	it("distinguishes a defect from a store that cannot take a write now", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-defect-"));
		const store = new LmdbStore({
			environment: temporaryEnvironment(path),
			collections: { things: { size: ["size"] } },
		});
		await store.connect();
		const endless: { self?: unknown; _id: string } = { _id: "a" };
		endless.self = endless;
		await expect(store.collection("things").save(endless, undefined)).rejects.toMatchObject({ name: "TypeError" });
		await store.disconnect();
		await expect(store.collection("things").load("a")).rejects.toMatchObject({ type: "STORE_UNAVAILABLE", code: 503 });
		rmSync(path, { recursive: true });
	});
});
