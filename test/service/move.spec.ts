import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moveEvents, type Stream } from "../../operator/move/move";
import { systemClock } from "../../shared/domain/clock";
import { copyApart, leaveTogether } from "../../operator/move/documents";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { changeLayout, type Layout, partOf } from "../../shared/store/folder/folder-layout";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Stored } from "../../shared/store/store";
import { temporaryEnvironment } from "../support/store/environment";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import type { CloudEvent } from "../../shared/events/event";
import { changeShape, checkShape, claimShape, shapeFor, shapeOf } from "../../shared/store/folder/folder-shape";
import { claimStream, renewStream } from "../../shared/store/folder/folder-stream";
import { numbered, QUICK_RETRIES } from "../support/events/bus-contract";
import { silentLogger } from "../support/world";

const folder = mkdtempSync(join(tmpdir(), "funshop-move-"));
let folders = 0;
const freshFolder = () => {
	const path = join(folder, String(folders++));
	mkdirSync(path);
	return path;
};
afterAll(() => rmSync(folder, { recursive: true }));

describe("S23: the events of one process that move to a cluster's stream", () => {
	const events = Array.from({ length: 600 }, (_, index) => numbered(index + 1));
	let stream: EmbeddedEventBus;

	beforeEach(async () => {
		const path = freshFolder();
		stream = new EmbeddedEventBus({
			environment: temporaryEnvironment(path),
			retryPolicy: QUICK_RETRIES,
			clock: systemClock,
			logger: silentLogger,
		});
		await stream.open();
	});
	afterEach(() => stream.close());

	const move = (publish: Stream["publish"] = (chunk) => stream.publish(chunk)) =>
		moveEvents({
			log: async function* () {
				yield* events;
			},
			stream: { all: () => stream.history(["order.placed"]), backlog: () => stream.backlog(), publish },
			name: "the stream",
			onProgress: () => undefined,
		});
	const streamed = async () => {
		const all: CloudEvent[] = [];
		for await (const event of stream.history(["order.placed"])) all.push(event);
		return all;
	};

	it("are there once each, in their order", async () => {
		expect(await move()).toBe(600);
		expect(await streamed()).toEqual(events);
	});

	it("are there once each after moves that ended at any point", async () => {
		for (const stopAfter of [0, 1, 255, 300]) {
			let left = stopAfter;
			const publish = async (chunk: readonly CloudEvent[]) => {
				const taken = chunk.slice(0, left);
				left -= taken.length;
				const added = await stream.publish(taken);
				if (taken.length < chunk.length) throw new Error("killed");
				return added;
			};
			await expect(move(publish)).rejects.toThrow("killed");
		}
		// The stream knows repeats for some minutes only, so none is published.
		const published: CloudEvent[] = [];
		const before = (await streamed()).length;
		await move((chunk) => {
			published.push(...chunk);
			return stream.publish(chunk);
		});
		expect(published).toEqual(events.slice(before));
		expect(await streamed()).toEqual(events);
	});

	it("do not move where the stream keeps less than it took", async () => {
		await expect(move((chunk) => stream.publish(chunk.slice(1)))).rejects.toThrow("the stream lacks 3 of 600 events");
	});

	it.each<[string, CloudEvent]>([
		["events of another shop", numbered(601)],
		["an event of the same id with other content", { ...numbered(7), data: { orderId: "another" } }],
	])("do not move into a stream that has %s, which stays as it was", async (_what, other) => {
		await stream.publish([other]);
		await expect(move()).rejects.toThrow(`has events of another shop (${other.id})`);
		expect(await streamed()).toEqual([other]);
	});

	it("do not move into a stream that services read already", async () => {
		stream.subscribe("cart", ["order.placed"], async () => undefined);
		await expect(move()).rejects.toThrow("is used by a shop already");
		expect(await streamed()).toEqual([]);
	});
});

describe("S23: a data folder", () => {
	const oneProcess = shapeFor({});
	const cluster = shapeFor({ natsUrls: ["nats://a"], namespace: "" });
	const named = shapeFor({ natsUrls: ["nats://a"], namespace: "b" });

	it("knows the shape of the shop that was first, and refuses every other one by what to do", () => {
		const path = freshFolder();
		expect(shapeOf(path)).toBeUndefined();
		claimShape(path, oneProcess);
		claimShape(path, oneProcess);
		expect(shapeOf(path)).toEqual(oneProcess);
		expect(() => claimShape(path, cluster)).toThrow(/DATA_DIR=.* "npm run move-to-cluster"/);
		expect(() => checkShape(path, cluster)).toThrow("leave TRANSPORTER away");
		changeShape(path, cluster);
		claimShape(path, cluster);
		expect(() => claimShape(path, oneProcess)).toThrow(/belongs to a cluster.*set TRANSPORTER/);
		expect(() => claimShape(path, named)).toThrow(/no NAMESPACE; leave NAMESPACE away/);
		changeShape(path, named);
		expect(() => claimShape(path, cluster)).toThrow(/set NAMESPACE=b/);
		expect(shapeOf(path)).toEqual(named);
	});

	it("is of one process where a version that did not note the shape wrote events there", () => {
		const path = freshFolder();
		mkdirSync(join(path, "events"));
		writeFileSync(join(path, "events", "data.mdb"), "");
		expect(() => claimShape(path, cluster)).toThrow("move-to-cluster");
		claimShape(path, oneProcess);
		expect(shapeOf(path)).toEqual(oneProcess);
	});

	it("knows the stream that has its events, and the one that took its place while the shop ran", () => {
		const path = freshFolder();
		claimStream(path, "1", "NATS at a");
		claimStream(path, "1", "NATS at a");
		expect(() => claimStream(path, "2", "NATS at b")).toThrow(/DATA_DIR=.* another stream than that of NATS at b/);
		renewStream(path, "2");
		claimStream(path, "2", "NATS at b");
		expect(() => claimStream(path, "1", "NATS at a")).toThrow("set TRANSPORTER to its NATS");
	});

	it("with a damaged note is refused", () => {
		const path = freshFolder();
		writeFileSync(join(path, "shape.json"), '{"shape":"clus');
		expect(() => claimShape(path, oneProcess)).toThrow("is damaged");
		writeFileSync(join(path, "stream.json"), "");
		expect(() => claimStream(path, "1", "NATS at a")).toThrow("is damaged");
	});
});

describe("S23: the documents of one process that move to a cluster", () => {
	const collections = { things: { size: ["size"] } };
	const open = async (dataDir: string, name: string, layout?: Layout) => {
		const { prefix, ...folder } = partOf(dataDir, name, layout);
		const store = new LmdbStore({ environment: temporaryEnvironment(folder), prefix, collections });
		await store.connect();
		return store;
	};
	const save = async (dataDir: string, name: string, id: string) => {
		const store = await open(dataDir, name);
		const saved = await store.collection<Stored>("things").save({ _id: id, size: 1 } as never, undefined);
		await store.disconnect();
		return saved!;
	};
	const idsIn = async (dataDir: string, name: string) => {
		const store = await open(dataDir, name);
		const found = await store.collection("things").query("size", { limit: 9 });
		await store.disconnect();
		return found.map(({ _id }) => _id);
	};

	it("get a store for each service, whatever an earlier move has left, and no process starts in between", async () => {
		const path = freshFolder();
		prepareDataDir(path);
		claimShape(path, { shape: "process" });
		// A move that was cut off, after which the shop of one process went on.
		await save(path, "order", "stale");
		changeLayout(path, "together");
		const first = await save(path, "order", "a");
		await save(path, "order", "b");
		await save(path, "cart", "c");
		expect(await copyApart(path, ["order", "cart", "payment"])).toBe(3);
		expect(await copyApart(path, ["order", "cart", "payment"])).toBe(3);
		expect(existsSync(join(path, "payment"))).toBe(false);

		const cluster = { shape: "cluster", namespace: "" } as const;
		changeShape(path, cluster);
		expect(() => claimShape(path, cluster)).toThrow('has not moved to the end; run "npm run move-to-cluster" again');
		expect(() => checkShape(path, cluster)).toThrow("move-to-cluster");
		await leaveTogether(path, ["order", "cart", "payment"]);
		await leaveTogether(path, ["order", "cart", "payment"]);
		claimShape(path, cluster);
		expect(existsSync(join(path, "store"))).toBe(false);
		expect([await idsIn(path, "order"), await idsIn(path, "cart")]).toEqual([["a", "b"], ["c"]]);
		const orders = await open(path, "order");
		expect(await orders.collection("things").load("a")).toEqual(first);
		expect(await orders.collection("things").remove(first)).toBe(true);
		await orders.disconnect();
	});
});
