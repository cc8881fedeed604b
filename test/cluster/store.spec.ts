import { createServer, connect as connectTo, type Server, type Socket } from "node:net";
import { Context, type Logger, ServiceBroker, type ServiceSchema } from "moleculer";
import { dbMixin } from "../../shared/db.mixin";
import { MongoAdapter } from "../../shared/mongo-adapter";
import { MongoStore } from "../../shared/mongo-store";
import type { Indexes, Stored } from "../../shared/store";
import { inDatabase, openDatabases, type TestDatabases } from "../support/mongo";
import { freePort } from "../support/processes";
import { describeWith, MONGO_URI_GIVEN, startMongod, type TestServer } from "../support/servers";
import { describeStore } from "../support/store-contract";
import { eventually, silentLogger } from "../support/world";

interface Thing extends Stored {
	size?: number;
	kind?: string;
}
const THINGS = { things: { size: ["size"] } };
/** What an operation may take that finds no server: its own deadline, and what a busy machine adds. */
const OUTAGE_MS = 3_500;
const UNAVAILABLE = expect.objectContaining({ type: "STORE_UNAVAILABLE", code: 503 });

const open = (uri: string, collections: Record<string, Indexes> = THINGS, logger: Logger = silentLogger) =>
	new MongoAdapter({ uri, service: "test", collections, logger });

async function failsInTime(work: Promise<unknown>): Promise<void> {
	const since = performance.now();
	await expect(work).rejects.toEqual(UNAVAILABLE);
	expect(performance.now() - since).toBeLessThan(OUTAGE_MS);
}

/** Warnings as lines. */
function listening(): { logger: Logger; lines: string[] } {
	const lines: string[] = [];
	return { lines, logger: { ...silentLogger, warn: (...said: unknown[]) => void lines.push(said.join(" ")) } };
}

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
			// For a service that calls its ids otherwise.
			expect(adapter.beforeSaveTransformID({ id: "a", size: 1 }, "id")).toEqual({ _id: "a", size: 1 });
		});

		it("keeps the indexes of the store right", async () => {
			await ask("_create", { _id: "a", kind: "x" });
			const sized = async () => (await adapter.collection<Thing>("things").query("size", { limit: 9 })).length;
			expect(await sized()).toBe(0);
			await ask("_update", { id: "a", size: 1 });
			expect(await sized()).toBe(1);
		});
	});

	it("keeps a document out of the index whose field it lacks, and tells nobody how", async () => {
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

	it("does not take what was written in the place of a lost write for that write", async () => {
		const uri = databases.fresh();
		const store = open(uri);
		await store.connect();
		const things = store.collection<Thing>("things");
		const first = await things.save({ _id: "a", size: 1 }, undefined);
		const seenAndLost = await things.save({ ...first!, size: 2 }, first);
		// As a single server is after SIGKILL that had not kept the second write yet.
		await inDatabase(uri, (database) => database.collection<Thing>("test.things").replaceOne({ _id: "a" }, first!));
		const inItsPlace = await things.save({ ...first!, size: 3 }, first);
		expect(inItsPlace).toBeDefined();
		expect(await things.save({ ...seenAndLost!, size: 4 }, seenAndLost)).toBeUndefined();
		expect(await things.remove(seenAndLost!)).toBe(false);
		expect(await things.load("a")).toEqual(inItsPlace);
		await store.disconnect();
	});

	it("is not used where this machine's clock is another than the server's, which is said, until they agree", async () => {
		const { logger, lines } = listening();
		let fastMs = 10_000;
		const clock = { now: () => Date.now() + fastMs };
		const store = new MongoAdapter({ uri: databases.fresh(), service: "test", collections: THINGS, clock, logger });
		let connected = false;
		const connecting = store.connect().then(() => (connected = true));
		await eventually(() => lines.length > 0);
		expect(lines[0]).toMatch(
			/^MongoDB at .* has a clock that is \d{4,5} ms behind this machine's, waiting until they agree/,
		);
		expect(connected).toBe(false);
		fastMs = 0;
		await connecting;
		expect(await store.isAvailable()).toBe(true);
		fastMs = -10_000;
		expect(await store.isAvailable()).toBe(false);
		await store.disconnect();
	});

	it("makes its indexes on start, however many processes start at once and again", async () => {
		const uri = databases.fresh();
		// Clients of their own, as in processes of their own.
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

	it("takes no operator for a value of an index, as a forged cursor may hold one", async () => {
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

	it("asks for what outlives a failover, whatever its URI says", async () => {
		const uri = databases.fresh();
		const weak = `${uri}${uri.includes("?") ? "&" : "?"}w=0&readConcernLevel=local&readPreference=secondary`;
		const store = new MongoStore({ uri: weak, service: "test", collections: THINGS, logger: silentLogger });
		await store.connect();
		const { writeConcern, readConcern, readPreference } = store.mongo("things").raw();
		expect(writeConcern).toMatchObject({ w: "majority", journal: true });
		expect({ level: readConcern?.level, from: readPreference?.mode }).toEqual({ level: "majority", from: "primary" });
		await store.disconnect();
	});

	it("tells a defect from a store that is away", async () => {
		const store = open(databases.fresh());
		await store.connect();
		const endless: { self?: unknown; _id: string } = { _id: "a" };
		endless.self = endless;
		const failure = await store
			.collection("things")
			.save(endless, undefined)
			.catch((error: Error) => error);
		expect(failure).not.toEqual(UNAVAILABLE);
		await store.insert({ size: 1 });
		await expect(store.find({ query: { size: { $nonsense: 5 } } as never })).rejects.not.toEqual(UNAVAILABLE);
		await store.disconnect();
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

describe("a store whose MongoDB is not there", () => {
	it("waits and says so in one line without the password, until it is told to stop", async () => {
		const { logger, lines } = listening();
		const port = await freePort();
		const uri = `mongodb://user:s3cr3t@127.0.0.1:${port}/shop`;
		const stores = [open(uri, THINGS, logger), open(uri, THINGS, logger)];
		const connecting = stores.map((store) => store.connect());
		await eventually(() => lines.length > 0);
		const stopped = connecting.map((connected) => failsInTime(connected));
		await Promise.all(stores.map((store) => store.disconnect()));
		await Promise.all(stopped);
		expect(lines).toEqual([expect.stringMatching(new RegExp(`^MongoDB at 127.0.0.1:${port}/shop is not there yet`))]);
	});
});

/** Lets connections through to a server, and counts them. */
async function countingProxy(port: number): Promise<{ url: string; sockets: Set<Socket>; server: Server }> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		const behind = connectTo(port, "127.0.0.1");
		socket.pipe(behind).pipe(socket);
		socket.on("error", () => behind.destroy()).on("close", () => (behind.destroy(), sockets.delete(socket)));
		behind.on("error", () => socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { url: `mongodb://127.0.0.1:${(server.address() as { port: number }).port}/funshop`, sockets, server };
}

// A server that was asked for by a URI is never killed.
(MONGO_URI_GIVEN && !process.env.MONGOD ? describe.skip : describe)("with a MongoDB of its own", () => {
	describeWith(["mongod"], "a MongoDB that dies", () => {
		let server: TestServer;
		let store: MongoAdapter;
		beforeEach(async () => {
			server = await startMongod();
			store = open(server.url);
			await store.connect();
		}, 30_000);
		afterEach(async () => {
			await store.disconnect();
			await server.stop();
		}, 30_000);
		const things = () => store.collection<Thing>("things");
		const insert = (_id: string) => things().save({ _id, size: 1 }, undefined);
		const worksAgain = (withinMs: number) => eventually(() => store.isAvailable(), withinMs);

		it("in the middle of writes has kept all that it acknowledged, and is used again within 2 s of its return", async () => {
			const acknowledged: string[] = [];
			let refused = 0;
			let writing = true;
			const writers = Array.from({ length: 20 }, async (_, writer) => {
				for (let number = 0; writing; number++) {
					const id = `${writer}-${number}`;
					const since = performance.now();
					try {
						if (await insert(id)) acknowledged.push(id);
					} catch (error) {
						expect(error).toEqual(UNAVAILABLE);
						refused++;
					}
					expect(performance.now() - since).toBeLessThan(OUTAGE_MS);
				}
			});
			await eventually(() => acknowledged.length > 300, 20_000);
			await server.kill();
			expect(await store.isAvailable()).toBe(false);
			await failsInTime(insert("meanwhile"));
			await failsInTime(things().load("0-0"));
			await failsInTime(things().query("size", { limit: 1 }));
			await server.start();
			await worksAgain(2_000);
			const before = acknowledged.length;
			await eventually(() => acknowledged.length > before + 100, 10_000);
			writing = false;
			await Promise.all(writers);
			expect(refused).toBeGreaterThan(0);
			const kept = new Set<string>();
			for await (const { _id } of things().all()) kept.add(_id);
			expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
		}, 60_000);

		it("freezes, and keeps nobody waiting for longer than the deadline", async () => {
			await insert("a");
			server.process.kill("SIGSTOP");
			try {
				// The signal takes a moment to reach it.
				await eventually(async () => !(await store.isAvailable()));
				const since = performance.now();
				expect(await store.isAvailable()).toBe(false);
				expect(performance.now() - since).toBeLessThan(1_500);
				// More than the pool holds.
				await Promise.all(Array.from({ length: 100 }, (_, number) => failsInTime(insert(`b${number}`))));
				await failsInTime(things().load("a"));
			} finally {
				server.process.kill("SIGCONT");
			}
			await worksAgain(2_000);
			expect(await things().load("a")).toMatchObject({ size: 1 });
		}, 60_000);

		it("comes later than the shop", async () => {
			await store.disconnect();
			await server.kill();
			const { logger, lines } = listening();
			store = open(server.url, THINGS, logger);
			const connecting = store.connect();
			await eventually(() => lines.length > 0);
			await server.start();
			const since = performance.now();
			await connecting;
			expect(performance.now() - since).toBeLessThan(2_000);
			expect(await insert("a")).toBeDefined();
		}, 60_000);

		it("is talked to by one client of the process, closed with its last store", async () => {
			const proxy = await countingProxy(server.port);
			const stores = Array.from({ length: 7 }, () => open(proxy.url));
			const use = (one: MongoAdapter) => one.collection<Thing>("things").load("a");
			await stores[0]!.connect();
			await use(stores[0]!);
			const ofOne = proxy.sockets.size;
			for (const other of stores.slice(1)) {
				await other.connect();
				await use(other);
			}
			expect(proxy.sockets.size).toBe(ofOne);
			for (const other of stores.slice(1)) await other.disconnect();
			await use(stores[0]!);
			await stores[0]!.disconnect();
			await eventually(() => proxy.sockets.size === 0);
			await new Promise((resolve) => proxy.server.close(resolve));
		}, 30_000);
	});
});
