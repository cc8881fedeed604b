import { Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { MongoAdapter } from "../../shared/store/mongo/mongo-adapter";
import { isStandalone } from "../../shared/store/mongo/mongo-connection";
import { clientOf, readMongoUri } from "../../shared/store/mongo/mongo-options";
import { MongoStore } from "../../shared/store/mongo/mongo-store";
import { inDatabase, openDatabases, type TestDatabases } from "../support/store/mongo";
import { describeWith, startMongod } from "../support/cluster/servers";
import { describeStore } from "../support/store/store-contract";
import { openThings as open, recordingLogger, type Thing, THINGS, UNAVAILABLE } from "../support/store/things";
import { eventually } from "../support/world";

describeWith(["mongod"], "on MongoDB", () => {
	let databases: TestDatabases;
	beforeAll(async () => {
		databases = await openDatabases();
	}, 30_000);
	afterAll(() => databases.stop());

	describeStore("MongoDB", async (collections) => {
		const uri = databases.fresh();
		let store = open(uri, collections);
		await store.connect();
		return {
			store,
			async reopen() {
				await store.disconnect();
				store = open(uri, collections);
				await store.connect();
				return store;
			},
			close: () => store.disconnect(),
		};
	});

	describe("moleculer-db on a MongoDB store", () => {
		const broker = new ServiceBroker({ logger: false });
		let adapter: MongoAdapter;
		let db: Record<"_create" | "_insert" | "_get" | "_find" | "_list" | "_count" | "_update" | "_remove", Ask>;
		type Ask = (context: Context, params: object) => Promise<any>;
		const ask = (method: keyof typeof db, params: object = {}) => db[method](new Context(broker), params);

		beforeAll(async () => {
			adapter = open(databases.fresh());
			const service = broker.createService({ name: "things", mixins: [dbMixin(adapter) as ServiceSchema] });
			db = service as unknown as typeof db;
			await broker.start();
		});
		afterAll(() => broker.stop());
		beforeEach(() => adapter.clear());

		it("creates, gets, finds, lists, counts, updates and removes", async () => {
			expect(await ask("_create", { _id: "a", size: 2, kind: "x" })).toEqual({
				_id: "a",
				rev: expect.any(Number),
				size: 2,
				kind: "x",
			});
			const { _id } = await ask("_create", { size: 7 });
			expect(await ask("_get", { id: _id })).toEqual({ _id, rev: expect.any(Number), size: 7 });
			await ask("_insert", {
				entities: [
					{ _id: "b", size: 1, kind: "x" },
					{ _id: "c", size: 3, kind: "y" },
				],
			});
			expect(await ask("_find", { query: { kind: "x" }, sort: "size" })).toMatchObject([{ _id: "b" }, { _id: "a" }]);
			expect(await ask("_find", { sort: ["-size"], limit: 1, offset: 1 })).toEqual([
				{ _id: "c", rev: expect.any(Number), size: 3, kind: "y" },
			]);
			expect(await ask("_list", { offset: 3, limit: 3, page: 2, pageSize: 3, sort: "size" })).toMatchObject({
				total: 4,
				totalPages: 2,
				rows: [{ _id }],
			});
			expect(await ask("_count", { query: { kind: "y" } })).toBe(1);
			expect(await ask("_update", { id: "a", size: 9 })).toEqual({
				_id: "a",
				rev: expect.any(Number),
				size: 9,
				kind: "x",
			});
			expect(await ask("_remove", { id: "b" })).toMatchObject({ _id: "b" });
			await expect(ask("_get", { id: "b" })).rejects.toMatchObject({ code: 404 });
			await expect(ask("_update", { id: "b", size: 1 })).rejects.toMatchObject({ code: 404 });
			await expect(ask("_create", { _id: "a" })).rejects.toThrow('there is a document "a" already');
			expect(await adapter.updateMany({ kind: "x" }, { $set: { kind: "z" } })).toBe(1);
			expect(await adapter.findOne({ kind: "z" })).toEqual({ _id: "a", rev: expect.any(Number), size: 9, kind: "z" });
			expect((await adapter.findByIds(["c", "none"])).map((found) => found._id)).toEqual(["c"]);
			// For a service whose id field has another name.
			expect(adapter.beforeSaveTransformID({ id: "a", size: 1 }, "id")).toEqual({ _id: "a", size: 1 });
		});

		it("takes an operator for a value that no field equals", async () => {
			await ask("_create", { _id: "a", size: 1 });
			const query = { size: { $ne: null } };
			expect(await ask("_find", { query })).toEqual([]);
			expect(await ask("_count", { query })).toBe(0);
			expect(await adapter.removeMany(query)).toBe(0);
		});

		it("refuses an operator in place of a field", async () => {
			await ask("_create", { _id: "a", size: 1 });
			for (const query of [{ $or: [{ size: 1 }] }, { $expr: [1, 1] }])
				await expect(ask("_find", { query })).rejects.toThrow("takes fields, no operator");
		});

		it("keeps the store's indexes up to date", async () => {
			await ask("_create", { _id: "a", kind: "x" });
			const sized = async () => (await adapter.collection<Thing>("things").query("size", { limit: 9 })).length;
			expect(await sized()).toBe(0);
			await ask("_update", { id: "a", size: 1 });
			expect(await sized()).toBe(1);
		});
	});

	it("keeps a document without the field out of the index, and hides the index's marker from readers", async () => {
		const uri = databases.fresh();
		const store = open(uri);
		await store.connect();
		const things = store.collection<Thing>("things");
		const saved = await things.save({ _id: "in", size: 0 }, undefined);
		await things.save({ _id: "out" }, undefined);
		const kept = await inDatabase(uri, (database) =>
			database.collection("test.things").find().sort({ _id: 1 }).toArray(),
		);
		expect(kept).toEqual([
			{ _id: "in", rev: expect.any(Number), size: 0, _in_size: true },
			{ _id: "out", rev: expect.any(Number) },
		]);
		expect(await things.load("in")).toEqual({ _id: "in", rev: expect.any(Number), size: 0 });
		expect(saved).toEqual({ _id: "in", rev: expect.any(Number), size: 0 });
		const other = open(uri, { things: {} });
		await other.connect();
		expect(await other.findById("in")).toEqual(saved);
		await other.disconnect();
		await store.disconnect();
	});

	it("counts revisions by 1", async () => {
		const store = open(databases.fresh());
		await store.connect();
		const things = store.collection<Thing>("things");
		const first = await things.save({ _id: "a" }, undefined);
		const second = await things.save({ ...first!, size: 1 }, first);
		expect(second!.rev - first!.rev).toBe(1);
		await store.disconnect();
	});

	it("is not used until this machine's clock and the server's agree, and logs the difference", async () => {
		const { logger, lines } = recordingLogger();
		let fastMs = 10_000;
		const clock = { now: () => Date.now() + fastMs };
		const store = new MongoAdapter({ uri: databases.fresh(), service: "test", collections: THINGS, clock, logger });
		let connected = false;
		const connecting = store.connect().then(() => (connected = true));
		await eventually(() => lines.length > 0);
		expect(lines[0]).toMatch(
			/^MongoDB at .* has a clock that is \d+\.\d s behind this machine's, waiting until they agree/,
		);
		expect(connected).toBe(false);
		fastMs = 0;
		await connecting;
		expect(await store.isAvailable()).toBe(true);
		fastMs = -10_000;
		expect(await store.isAvailable()).toBe(false);
		await store.disconnect();
	});

	it("creates its indexes on start, also where 14 processes start at the same time", async () => {
		const uri = databases.fresh();
		// Each store has a client of its own, as it would in a process of its own.
		const stores = Array.from({ length: 14 }, (_, index) =>
			open(`${uri}${uri.includes("?") ? "&" : "?"}appName=p${index}`),
		);
		await Promise.all(stores.map((store) => store.connect()));
		await Promise.all(stores.map((store) => store.disconnect()));
		await stores[0]!.connect();
		await stores[0]!.disconnect();
		const indexes = await inDatabase(uri, (database) => database.collection("test.things").indexes());
		expect(indexes.map(({ name }) => name).sort()).toEqual(["_id_", "_in_size_1_size_1__id_1"]);
	});

	it("refuses an operator as a value of an index, as a forged cursor may hold one", async () => {
		const store = open(databases.fresh());
		await store.connect();
		const query = (asked: object) => store.collection("things").query("size", { ...asked, limit: 1 });
		for (const asked of [
			{ equals: [{ $gt: 0 }] },
			{ from: { $gt: 0 } },
			{ after: [{ $ne: 1 }, "a"] },
			{ after: [null, "a"] },
		])
			await expect(query(asked)).rejects.toThrow("neither a string nor a number");
		await store.disconnect();
	});

	it("reads and writes only what outlives a failover, whatever its URI says", async () => {
		const uri = databases.fresh();
		const weak = `${uri}${uri.includes("?") ? "&" : "?"}w=0&readConcernLevel=local&readPreference=secondary`;
		const { logger, lines } = recordingLogger();
		const store = new MongoStore({ uri: weak, service: "test", collections: THINGS, logger });
		await store.connect();
		const { writeConcern, readConcern, readPreference } = store.collection("things").raw();
		expect(writeConcern).toMatchObject({ w: "majority", journal: true });
		expect({ level: readConcern?.level, from: readPreference?.mode }).toEqual({ level: "majority", from: "primary" });
		const [line] = lines.filter((each) => each.includes("has no effect"));
		expect(line).toMatch(/ sets w, readConcernLevel, readPreference, which has no effect/);
		await store.disconnect();
	});

	it("refuses a document of more than 16 MB, and goes on", async () => {
		const store = open(databases.fresh());
		await store.connect();
		const things = store.collection<Thing>("things");
		const tooLarge = { _id: "a", kind: "x".repeat(18 * 1024 * 1024) };
		await expect(things.save(tooLarge, undefined)).rejects.toMatchObject({ type: "DOCUMENT_TOO_LARGE", code: 409 });
		expect(await things.save({ _id: "a" }, undefined)).toBeDefined();
		await store.disconnect();
	});

	it("distinguishes a defect from a store that is away", async () => {
		const store = open(databases.fresh());
		await store.connect();
		const endless: { self?: unknown; _id: string } = { _id: "a" };
		endless.self = endless;
		const failure = await store
			.collection("things")
			.save(endless, undefined)
			.catch((error: Error) => error);
		expect(failure).not.toEqual(UNAVAILABLE);
		await store.disconnect();
	});
});

// The server that `MONGO_URI` names may be a replica set.
describeWith(["ownMongod"], "on a standalone MongoDB", () => {
	it("warns once, naming the server and the remedy", async () => {
		const server = await startMongod();
		const { logger, lines } = recordingLogger();
		const uri = server.url;
		const stores = [open(uri, THINGS, logger), open(uri, THINGS, logger)];
		await Promise.all(stores.map((store) => store.connect()));
		await stores[0]!.disconnect();
		await stores[0]!.connect();
		await Promise.all(stores.map((store) => store.disconnect()));
		expect(lines).toEqual([
			expect.stringMatching(
				/^MongoDB at 127\.0\.0\.1:\d+\/\S+ is a standalone server: it may show a write.* replica set/,
			),
		]);
		await server.stop();
	});
});

describe("a MongoDB server", () => {
	it.each([
		["a standalone server", { isWritablePrimary: true }, true],
		["a server of a replica set", { isWritablePrimary: true, setName: "rs0" }, false],
		["a mongos in front of shards", { isWritablePrimary: true, msg: "isdbgrid" }, false],
	])("is recognised by its reply to hello: %s", (_name, hello, standalone) => {
		expect(isStandalone(hello)).toBe(standalone);
	});
});

describe("a MongoDB URI with options", () => {
	it("has its own pool, timeouts and name used, and the shop's for the rest", () => {
		const { options } = clientOf("mongodb://host/?maxpoolsize=7&serverSelectionTimeoutMS=900&appName=mine");
		expect(options).toMatchObject({ maxPoolSize: 7, serverSelectionTimeoutMS: 900, appName: "mine" });
		expect(options).toMatchObject({ socketTimeoutMS: 3_000, connectTimeoutMS: 2_500, waitQueueTimeoutMS: 2_500 });
	});

	it.each([
		["mongodb://host/?w=1&readConcernLevel=local", ["w", "readConcernLevel"]],
		["mongodb://host/?w=majority&journal=true&readPreference=primary&retryWrites=true&maxPoolSize=5", []],
	])("has those named that have no effect: %s", (uri, ignored) => {
		expect(readMongoUri(uri, "order").ignored).toEqual(ignored);
	});
});

describe("a MongoDB URI that is wrong", () => {
	it.each([
		["mongodb://user:s3cr3t@host/shop?useNewUrlParser=true", /option usenewurlparser is not supported/],
		["mongodb://user:s3cr3t@host/shop?tls=maybe", /tls/],
		["mongodb://user:s3cr3t", /cannot be used/],
		["mongodb://user:s3@cr3t@host", /cannot be used/],
	])("is refused in one line without its password", (uri, expected) => {
		expect(() => open(uri)).toThrow(expected);
		try {
			open(uri);
		} catch (error) {
			expect((error as Error).message).not.toMatch(/s3|cr3t|\n/);
		}
	});
});
