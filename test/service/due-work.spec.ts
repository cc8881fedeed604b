import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Due, DUE_INDEX, DueWork } from "../../shared/aggregates/due-work";
import { temporaryEnvironment } from "../support/store/environment";
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
		due = new DueWork({
			collection,
			clock,
			logger: silentLogger,
			atOnce: atOnce === undefined ? undefined : () => atOnce,
			work,
		});
		due.start();
	};
	const done = async (document: Due) => {
		await collection.save({ ...document, dueAt: undefined }, document);
	};

	beforeEach(async () => {
		path = mkdtempSync(join(tmpdir(), "funshop-due-"));
		store = new LmdbStore({
			environment: temporaryEnvironment(path),
			collections: { things: DUE_INDEX },
		});
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

	it("does not wait for other work that is stuck or fails", async () => {
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

	it("is done on a limited number of documents at a time", async () => {
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

	it("S28: goes on as soon as a place is free, without another tick of the clock", async () => {
		for (let number = 0; number < 50; number++) {
			await collection.save({ _id: `t${number}`, dueAt: clock.now() }, undefined);
		}
		let ticks = 0;
		const tick = jest.spyOn(global, "setInterval").mockImplementationOnce(((act: () => void) => {
			ticks++;
			act();
			return setTimeout(() => undefined);
		}) as never);
		const worked = new Set<string>();
		begin(async (document) => {
			await done(document);
			worked.add(document._id);
		}, 3);
		tick.mockRestore();
		await eventually(() => worked.size === 50);
		expect(ticks).toBe(1);
	});

	it("is done by the one process whose claim was written first", async () => {
		await collection.save({ _id: "once", dueAt: clock.now() }, undefined);
		const worked: number[] = [];
		const claim = (document: Due, now: number) => ({ ...document, dueAt: now + 60_000 });
		const processes = [1, 2, 3].map((number) => {
			const work = async () => void worked.push(number);
			return new DueWork({ collection, clock, logger: silentLogger, claim, work });
		});
		due = processes[0]!;
		for (const each of processes) each.start();
		await eventually(() => worked.length > 0);
		await Promise.all(processes.map((each) => each.stop()));
		expect(worked).toHaveLength(1);
		expect((await collection.load("once"))?.dueAt).toBeGreaterThan(clock.now());
	});

	it("is left alone by a process that read the document before it was put off", async () => {
		await collection.save({ _id: "moved", dueAt: clock.now() }, undefined);
		const stale = (await collection.load("moved"))!;
		await collection.save({ ...stale, dueAt: clock.now() + 60_000 }, stale);
		let worked = 0;
		let looks = 0;
		const frozen = { ...collection, query: async () => (looks++, [stale]), save: collection.save.bind(collection) };
		due = new DueWork({
			collection: frozen,
			clock,
			logger: silentLogger,
			claim: (document, now) => ({ ...document, dueAt: now + 1 }),
			work: async () => void worked++,
		});
		due.start();
		await eventually(() => looks > 1);
		expect(worked).toBe(0);
	});
});
