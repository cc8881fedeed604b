import type * as fs from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Indexes } from "../../shared/store/store";
import { SEED, seededRandom } from "../support/shop/customer";
import { temporaryEnvironment } from "../support/store/environment";
import type { Databases, Thing } from "../support/store/lmdb-things";

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
			await expect(without.connect()).rejects.toThrow(/full cannot be written: The disk/);
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
