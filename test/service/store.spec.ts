import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { describeStore } from "../support/store/store-contract";

describeStore("LMDB", async (collections) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-store-"));
	let store = new LmdbStore({ path, collections, durable: false });
	await store.connect();
	return {
		store,
		async reopen() {
			await store.disconnect();
			store = new LmdbStore({ path, collections, durable: false });
			await store.connect();
			return store;
		},
		async close() {
			await store.disconnect();
			rmSync(path, { recursive: true });
		},
	};
});

describe("moleculer-db on an LMDB store", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-adapter-"));
	const collections = { things: { size: ["size"] } };
	const adapter = new StoreAdapter(new LmdbStore({ path, collections, durable: false }), collections);
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
		const store = new LmdbStore({ path, collections: { things: { size: ["size"] } }, durable: false });
		await store.connect();
		const endless: { self?: unknown; _id: string } = { _id: "a" };
		endless.self = endless;
		await expect(store.collection("things").save(endless, undefined)).rejects.toMatchObject({ name: "TypeError" });
		await store.disconnect();
		await expect(store.collection("things").load("a")).rejects.toMatchObject({ type: "STORE_UNAVAILABLE", code: 503 });
		rmSync(path, { recursive: true });
	});
});
