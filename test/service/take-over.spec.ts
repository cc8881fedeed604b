import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { openDatabases, TRIMMED_UNTIL } from "../../shared/events/embedded/embedded-databases";
import type { CloudEvent } from "../../shared/events/event";
import { copyApart, leaveTogether } from "../../operator/move/documents";
import { claimShape, shapeOf } from "../../shared/store/folder/folder-shape";
import { takeOverFolder } from "../../shared/process/take-over";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { changeLayout, EVENTS, layoutOf, partOf } from "../../shared/store/folder/folder-layout";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Stored } from "../../shared/store/store";
import { anEvent } from "../support/events/builders";
import { partsApart } from "../support/shop/apart";
import { temporaryEnvironment } from "../support/store/environment";
import { eventually, silentLogger } from "../support/world";

interface Thing extends Stored {
	version: number;
	size: number;
	outbox?: CloudEvent[];
	unsentSince?: number;
}

const MANY = 2_500;
const COLLECTIONS = { orders: { ...PUBLISHING, size: ["size"] } };
const event = (subject: string, sequence: number, data: object = {}) =>
	anEvent("order.placed", subject, sequence, data);

describe("the data folder of an earlier version", () => {
	let dataDir: string;
	let id: string;

	/** A folder of a version that keeps documents and events apart, with events that are not published yet. */
	beforeEach(async () => {
		dataDir = mkdtempSync(join(tmpdir(), "funshop-take-over-"));
		id = prepareDataDir(dataDir);
		const { bus, openStore } = partsApart(dataDir);
		await bus.open();
		const orders = openStore("order", COLLECTIONS);
		const carts = openStore("cart", { entries: {} });
		await orders.connect();
		await carts.connect();
		const published = [event("sent", 1), event("half", 1), event("taken", 1)];
		await bus.publish(published);
		const handled: string[] = [];
		const reader = bus.subscribe("cart", ["order.placed"], async ({ subject }) => void handled.push(subject));
		await eventually(() => handled.length === 3);
		await reader.stop();
		await bus.publish([event("waits", 1)]);
		const all = orders.collection<Thing>("orders");
		const save = (_id: string, version: number, outbox?: CloudEvent[]) =>
			all.save({ _id, version, size: version, outbox, unsentSince: outbox && 1 }, undefined);
		await save("sent", 1);
		await save("half", 2, [event("half", 1), event("half", 2)]);
		await save("unsent", 1, [event("unsent", 1)]);
		await save("taken", 1, [event("taken", 1, { other: true })]);
		await Promise.all(Array.from({ length: MANY }, (_, number) => save(`o${number}`, 7)));
		await carts.collection("entries").save({ _id: "entry" }, undefined);
		await Promise.all([orders.disconnect(), carts.disconnect(), bus.close()]);
	});
	afterEach(() => rmSync(dataDir, { recursive: true }));

	const lines: string[] = [];
	const steps = (elsewhere: string[] = []) => {
		const logger = () => ({ ...silentLogger, info: (line: string) => lines.push(line) }) as never;
		const { copy, settle } = takeOverFolder({ dataDir, stores: ["order", "cart", "shop"], elsewhere, logger });
		const begin = ({ starting }: typeof copy) => (starting as unknown as () => Promise<void>)();
		return { copy: () => begin(copy), settle: () => begin(settle) };
	};
	const takeOver = async (elsewhere: string[] = []) => {
		const { copy, settle } = steps(elsewhere);
		await copy();
		await settle();
	};

	async function expectTaken(): Promise<void> {
		expect(readdirSync(dataDir).sort()).toEqual(["format.json", "store"]);
		expect([layoutOf(dataDir), prepareDataDir(dataDir)]).toEqual(["together", id]);
		const environment = temporaryEnvironment(partOf(dataDir, "order"));
		const store = new LmdbStore({ environment, prefix: "order.", collections: COLLECTIONS });
		await store.connect();
		const orders = store.collection<Thing>("orders");
		expect(await orders.query("size", { equals: [7], limit: MANY + 1 })).toHaveLength(MANY);
		const rev = expect.any(Number);
		const plain = (_id: string, size: number, version = size) => ({ _id, rev, version, size });
		const documents = await Promise.all(["sent", "half", "unsent", "taken"].map((each) => orders.load(each)));
		expect(documents).toEqual([plain("sent", 1), plain("half", 2), plain("unsent", 1), plain("taken", 1, 2)]);
		// The revision was taken along: a write is conditional on it.
		const [sent] = documents;
		expect(await orders.save({ ...sent!, size: 8 }, sent)).toMatchObject({ size: 8, rev: sent!.rev + 1 });
		await orders.save(sent!, (await orders.load("sent"))!);
		await store.disconnect();

		const log = await openDatabases(environment, "events.");
		const logged = [...log.events.getRange({})].map(({ value }) => value);
		const ids = (...events: CloudEvent[]) => events.map((each) => each.id);
		expect(ids(...logged.slice(0, 4))).toEqual(
			ids(event("sent", 1), event("half", 1), event("taken", 1), event("waits", 1)),
		);
		expect(ids(...logged.slice(4)).sort()).toEqual(ids(event("half", 2), event("taken", 2), event("unsent", 1)).sort());
		expect(logged.find(({ subject, sequence }) => subject === "taken" && sequence === 2)!.data).toEqual({
			other: true,
		});
		expect(log.progress.get("cart")).toBe(3);
		expect(logged.map((each) => log.positions.get(each.id))).toEqual([1, 2, 3, 4, 5, 6, 7]);
		await log.close();
	}

	it("is taken over with all documents, their indexes, the log, and what was not published", async () => {
		lines.splice(0);
		await takeOver();
		await expectTaken();
		expect(lines).toEqual([`${dataDir} has ${MANY + 5} documents and 4 events of an earlier version in one store now`]);
		await takeOver();
		await expectTaken();
		expect(lines).toHaveLength(1);
	});

	it("is taken over with a log whose first events were removed because of their age", async () => {
		const environment = temporaryEnvironment(partOf(dataDir, EVENTS));
		const log = await openDatabases(environment);
		await log.batch(() => {
			void log.events.remove(1);
			void log.positions.remove(event("sent", 1).id);
			void log.trimmed.put(TRIMMED_UNTIL, 5_000);
		});
		await log.close();
		await takeOver();
		const { prefix, ...folder } = partOf(dataDir, EVENTS);
		const taken = await openDatabases(temporaryEnvironment(folder), prefix);
		expect([...taken.events.getKeys()]).toEqual([2, 3, 4, 5, 6, 7]);
		expect([taken.progress.get("cart"), taken.trimmed.get(TRIMMED_UNTIL)]).toEqual([3, 5_000]);
		await taken.close();
	});

	it("is taken over anew where that was cut off before the copy was complete, whatever the earlier version did meanwhile", async () => {
		await takeOver();
		// As it was before the layout was changed: the earlier version goes on, and its files are what counts.
		const format = join(dataDir, "format.json");
		const together = partOf(dataDir, "order");
		rmSync(together.path, { recursive: true });
		changeLayout(dataDir, "apart");
		const { bus, openStore } = partsApart(dataDir);
		await bus.open();
		await bus.publish([event("later", 1)]);
		const orders = openStore("order", COLLECTIONS);
		await orders.connect();
		await orders.collection<Thing>("orders").save({ _id: "later", version: 1, size: 1 }, undefined);
		await Promise.all([orders.disconnect(), bus.close()]);
		const stale = temporaryEnvironment(together);
		await (await stale.open()).openDB({ name: "order.orders" }).put("stale", {});
		await stale.close();
		expect(JSON.parse(readFileSync(format, "utf8"))).toEqual({ format: 3, id });
		await takeOver();
		const environment = temporaryEnvironment(together);
		const store = new LmdbStore({ environment, prefix: "order.", collections: COLLECTIONS });
		await store.connect();
		const found: string[] = [];
		for await (const { _id } of store.collection<Thing>("orders").all()) found.push(_id);
		expect(found).toEqual(["later"]);
		await store.disconnect();
	});

	it("loses its old folders at the next start where that was cut off after the copy was complete", async () => {
		await takeOver();
		const { openStore } = partsApart(dataDir);
		const left = openStore("order", COLLECTIONS);
		await left.connect();
		await left.disconnect();
		expect(existsSync(join(dataDir, "order"))).toBe(true);
		await takeOver();
		await expectTaken();
	});

	it("stays that version's where the start is refused after the copy", async () => {
		const before = readdirSync(dataDir).sort();
		await steps().copy();
		expect(readdirSync(dataDir).sort()).toEqual([...before, "store"].sort());
		expect(JSON.parse(readFileSync(join(dataDir, "format.json"), "utf8"))).toEqual({ format: 3, id });
		await takeOver();
		await expectTaken();
	});

	it("moves to a cluster with all documents, also where no service has opened what was taken over", async () => {
		await takeOver();
		const stores = ["order", "cart", "shop"];
		expect(await copyApart(dataDir, stores)).toBe(MANY + 5);
		await leaveTogether(dataDir, stores);
		const { openStore } = partsApart(dataDir);
		const orders = openStore("order", COLLECTIONS);
		await orders.connect();
		expect(await orders.collection<Thing>("orders").query("size", { equals: [7], limit: MANY + 1 })).toHaveLength(MANY);
		await orders.disconnect();
	});

	it("is not given up where its copies lack documents", async () => {
		await takeOver();
		const stores = ["order", "cart", "shop"];
		await copyApart(dataDir, stores);
		rmSync(join(dataDir, "cart"), { recursive: true });
		await expect(leaveTogether(dataDir, stores)).rejects.toThrow("0 of 1 documents of cart");
		expect([layoutOf(dataDir), existsSync(join(dataDir, "store", "data.mdb"))]).toEqual(["together", true]);
	});

	it("is refused, and not made anew, where the note of its format is lost", async () => {
		await takeOver();
		const format = join(dataDir, "format.json");
		const note = readFileSync(format, "utf8");
		rmSync(format);
		expect(() => prepareDataDir(dataDir)).toThrow("format.json is missing beside the shop's data");
		writeFileSync(format, note);
		await expectTaken();
	});

	it("is of one process also where the note of its shape is lost", async () => {
		await takeOver();
		expect(shapeOf(dataDir)).toEqual({ shape: "process" });
		expect(() => claimShape(dataDir, { shape: "cluster", namespace: "" })).toThrow("move-to-cluster");
		expect(existsSync(join(dataDir, "shape.json"))).toBe(false);
	});

	it("is no longer read by that version, and what is torn in a copy that was cut off does not matter", async () => {
		const { path } = partOf(dataDir, "order", "together");
		await takeOver();
		expect(JSON.parse(readFileSync(join(dataDir, "format.json"), "utf8"))).toEqual({ format: 4, id });
		writeFileSync(join(path, "data.mdb"), "torn");
		expect(() => prepareDataDir(dataDir)).toThrow("data.mdb");
		changeLayout(dataDir, "apart");
		expect(prepareDataDir(dataDir)).toBe(id);
	});

	it("stays as it is where the disk has no room for a copy", async () => {
		const full = { bavail: 10, bsize: 4_096 } as ReturnType<typeof fs.statfsSync>;
		const room = jest.spyOn(fs, "statfsSync").mockReturnValue(full);
		await expect(takeOver()).rejects.toThrow(/DATA_DIR=.* its disk needs \d+ MB of room/);
		room.mockRestore();
		expect([layoutOf(dataDir), existsSync(join(dataDir, "order"))]).toEqual(["apart", true]);
		await takeOver();
		await expectTaken();
	});

	it("is refused where documents would be left behind for MongoDB", async () => {
		await takeOver();
		await takeOver(["shop"]);
		await expect(takeOver(["order", "shop"])).rejects.toThrow(
			/has the documents of order, which MONGO_URI would leave/,
		);
	});
});
