import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbStore } from "../../shared/lmdb-store";
import type { Stored } from "../../shared/store";
import { ended, message, run } from "../support/processes";

interface Thing extends Stored {
	size: number;
}

describe("an LMDB store that several processes share, of which one stands still in the middle of a write", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-shared-"));
	const store = new LmdbStore({ path, collections: { things: { size: ["size"] } }, durable: true });
	const things = store.collection<Thing>("things");

	beforeAll(() => store.connect());
	afterAll(async () => {
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("is still read, refuses writes politely, and takes them again once that process is gone, nothing half done", async () => {
		const first = (await things.save({ _id: "a", size: 1 }, undefined))!;
		const stuck = run("test/support/stuck-writer.ts", [path], {});
		await message(stuck, "writing");
		const write = things.save({ _id: "a", size: 2 }, first);
		expect(await things.load("a")).toEqual(first);
		expect(await things.query("size", { equals: [1], limit: 1 })).toEqual([first]);
		await expect(write).rejects.toMatchObject({ code: 503, type: "STORE_UNAVAILABLE", data: { retryAfterS: 1 } });
		stuck.kill("SIGKILL");
		await ended(stuck);
		// The refused write may have come about once there was room for it: the next one finds out.
		expect(await things.save({ _id: "b", size: 3 }, undefined)).toMatchObject({ rev: 1 });
		const { rev, size } = (await things.load("a"))!;
		expect([
			[1, 1],
			[2, 2],
		]).toContainEqual([rev, size]);
		expect(await things.query("size", { equals: [size], limit: 2 })).toHaveLength(1);
		expect(await things.query("size", { equals: [3 - size], limit: 2 })).toHaveLength(0);
	}, 30_000);
});
