import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { DICTIONARY } from "../../shared/store/folder/dictionary";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { temporaryEnvironment } from "../support/store/environment";
import { describeStore } from "../support/store/store-contract";
import type { Thing } from "../support/store/lmdb-things";

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
