import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Due, DUE_INDEX, DueWork } from "../../shared/aggregates/due-work";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Collection } from "../../shared/store/store";
import { eventually, silentLogger, TestClock } from "../support/world";

describe("work that is due", () => {
	const clock = new TestClock();
	let path: string;
	let store: LmdbStore;
	let collection: Collection<Due>;
	let due: DueWork<Due>;
	const begin = (work: (document: Due) => Promise<void>, atOnce?: number) => {
		due = new DueWork({ collection, clock, logger: silentLogger, atOnce, work });
		due.start();
	};
	const done = async (document: Due) => {
		await collection.save({ ...document, dueAt: undefined }, document);
	};

	beforeEach(async () => {
		path = mkdtempSync(join(tmpdir(), "funshop-due-"));
		store = new LmdbStore({ path, collections: { things: DUE_INDEX }, durable: false });
		await store.connect();
		collection = store.collection<Due>("things");
	});
	afterEach(async () => {
		await due.stop();
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("is done when its time has come, not before", async () => {
		await collection.save({ _id: "now", dueAt: clock.now() }, undefined);
		await collection.save({ _id: "later", dueAt: clock.now() + 60_000 }, undefined);
		const worked: string[] = [];
		begin(async (document) => {
			worked.push(document._id);
			await done(document);
		});
		await eventually(() => worked.length === 1);
		clock.advance(60_000);
		await eventually(() => worked.length === 2);
		expect(worked).toEqual(["now", "later"]);
	});

	it("does not wait for what is stuck, nor for what fails again and again", async () => {
		for (const id of ["a-stuck", "b-fails", "c-fine"])
			await collection.save({ _id: id, dueAt: clock.now() }, undefined);
		let release!: () => void;
		const stuck = new Promise<void>((resolve) => (release = resolve));
		const worked: string[] = [];
		begin(async (document) => {
			worked.push(document._id);
			if (document._id === "a-stuck") await stuck;
			if (document._id === "b-fails" && worked.filter((id) => id === "b-fails").length < 2) throw new Error("not yet");
			await done(document);
		}, 2);
		await eventually(() => worked.includes("c-fine"));
		await eventually(() => worked.filter((id) => id === "b-fails").length === 2);
		expect(worked.filter((id) => id === "a-stuck")).toHaveLength(1);
		release();
	});

	it("is worked on a few at a time", async () => {
		for (let number = 0; number < 10; number++) {
			await collection.save({ _id: `t${number}`, dueAt: clock.now() }, undefined);
		}
		let atOnce = 0;
		let most = 0;
		let worked = 0;
		begin(async (document) => {
			most = Math.max(most, ++atOnce);
			await new Promise(setImmediate);
			await done(document);
			atOnce--;
			worked++;
		}, 3);
		await eventually(() => worked === 10);
		expect(most).toBe(3);
	});
});
