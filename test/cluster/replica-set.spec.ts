import type { Logger } from "moleculer";
import type { Document } from "mongodb";
import { lookAt, Stock } from "../../services/product/stock.process";
import type { ProductEvents } from "../../services/product/product.events";
import { add, type ProductState } from "../../services/product/product.rules";
import type { Decided, Reservation } from "../../services/product/stock.rules";
import { Aggregates } from "../../shared/aggregates/aggregates";
import type { Saved } from "../../shared/aggregates/aggregate";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { SENT_INDEXES, type SentEvents } from "../../shared/aggregates/sent-events";
import { systemClock } from "../../shared/domain/clock";
import { StartError } from "../../shared/domain/start-error";
import { afterFailure } from "../../shared/events/retry-policy";
import type { Indexes } from "../../shared/store/store";
import type { MongoAdapter } from "../../shared/store/mongo/mongo-adapter";
import { describeWith } from "../support/cluster/servers";
import { openDatabases, type TestDatabases } from "../support/store/mongo";
import { PlayedReplicaSet } from "../support/store/replica-set";
import { openThings, recordingLogger, type Thing, THINGS, UNAVAILABLE } from "../support/store/things";
import { eventually, silentLogger } from "../support/world";

describeWith(["mongod"], "on a replica set", () => {
	let databases: TestDatabases;
	let set: PlayedReplicaSet;
	const opened: MongoAdapter[] = [];
	const openAt = (options = "", ...more: [Record<string, Indexes>?, Logger?]) => {
		const store = openThings(`mongodb://${set.host}/${set.database}?replicaSet=rs0${options}`, ...more);
		opened.push(store);
		return store;
	};
	beforeAll(async () => {
		databases = await openDatabases();
	}, 30_000);
	afterAll(() => databases.stop());
	beforeEach(async () => {
		set = await PlayedReplicaSet.before(databases.fresh());
	});
	afterEach(async () => {
		await Promise.all(opened.splice(0).map((store) => store.disconnect()));
		await set.close();
	});

	describe("S4: whose new primary serves an older snapshot of what its majority has", () => {
		/** Plays a snapshot without this document, to readers that do not name a time from which on it is there. */
		function hide(collection: string, id: string): void {
			const since = set.operationTime;
			set.interfere = ({ find, filter, readConcern, $db }) =>
				find === collection && filter._id === id && !readConcern?.afterClusterTime?.greaterThanOrEqual(since)
					? { cursor: { id: 0n, ns: `${$db}.${find}`, firstBatch: [] }, ok: 1 }
					: undefined;
		}

		it("a process reads what it has written", async () => {
			const store = openAt();
			await store.connect();
			const things = store.collection<Thing>("things");
			const saved = await things.save({ _id: "a", size: 1 }, undefined);
			hide("test.things", "a");
			expect(await things.load("a")).toEqual(saved);
		});

		it("an order's goods are held once, where its event comes again after a failover", async () => {
			const collections = { products: PUBLISHING, reservations: {}, sent: SENT_INDEXES };
			const store = openAt("", collections);
			await store.connect();
			const reservations = store.collection<Reservation>("reservations");
			const products = new Aggregates<ProductState, ProductEvents, Decided>({
				collection: store.collection<Saved<ProductState>>("products"),
				clock: systemClock,
				look: lookAt(reservations),
				publishing: {
					publisher: "product",
					outbox: {
						sent: store.collection<SentEvents>("sent"),
						bus: {
							mayLoseForMs: 0,
							connected: true,
							publish: async ({ length }) => ({ added: length, marks: [], taken: [] }),
							holds: async () => true,
							idConflicts: 0,
							onReturn: () => undefined,
						},
						logger: silentLogger,
					},
				},
			});
			const stock = new Stock(products, reservations);
			const price = { amount: 9_000, currency: "KRW" };
			await products.change("tea", (existing) => add(existing, "tea", { name: "Tea", price, stock: 100 }, Date.now()));
			const order = (orderId: string) => stock.reserve(orderId, [{ productId: "tea", quantity: 10 }]);
			await order("first");
			// The next order's write takes the first one's note out of the product.
			await order("second");
			expect((await products.load("tea"))!.available).toBe(80);
			hide("test.reservations", "first");
			await order("first").catch(() => undefined);
			expect((await products.load("tea"))!.available).toBe(80);
			await products.stop();
		});
	});

	describe("S4: whose server answers an error that passes by itself", () => {
		const failing = (name: string, reply: Document) => {
			set.interfere = (command) => (name in command ? { ok: 0, errmsg: "not now", ...reply } : undefined);
		};

		it.each([64, 91, 189, 365, 462])("code %i: is away, and no event is given up for it", async (code) => {
			const store = openAt();
			await store.connect();
			const things = store.collection<Thing>("things");
			const saved = (await things.save({ _id: "a" }, undefined))!;
			for (const [name, use] of [
				["find", () => things.load("a")],
				["find", () => things.query("size", { limit: 1 })],
				["insert", () => things.save({ _id: "b" }, undefined)],
				["update", () => things.save({ ...saved, size: 1 }, saved)],
				["delete", () => things.remove(saved)],
			] as const) {
				failing(name, { code });
				const error: unknown = await use().catch((failure: unknown) => failure);
				expect(error).toEqual(UNAVAILABLE);
				expect(afterFailure(undefined, error).tries).toBe(0);
			}
			set.interfere = undefined;
			expect(await things.load("a")).toEqual(saved);
		});

		it.each([
			["an overloaded server", { code: 999_999, errorLabels: ["SystemOverloadedError", "RetryableError"] }],
			[
				"a write that a majority does not have in time",
				{ ok: 1, n: 1, writeConcernError: { code: 64, errmsg: "late" } },
			],
		])("%s: is away", async (_name, reply) => {
			const store = openAt();
			await store.connect();
			failing("insert", reply);
			await expect(store.collection("things").save({ _id: "b" }, undefined)).rejects.toEqual(UNAVAILABLE);
		});

		it("at the start: is waited for, with a line that gives the reason", async () => {
			const { logger, lines } = recordingLogger();
			const store = openAt("", THINGS, logger);
			failing("createIndexes", { code: 285, errmsg: "an index build is in progress" });
			const connecting = store.connect();
			await eventually(() => lines.length > 0);
			expect(lines[0]).toMatch(/is not there yet, waiting \(an index build is in progress\)$/);
			set.interfere = undefined;
			await connecting;
		});
	});

	it("refuses the start of a process whose password is wrong, in one line without it", async () => {
		set.interfere = (command) =>
			"saslStart" in command
				? { ok: 0, code: 18, codeName: "AuthenticationFailed", errmsg: "Authentication failed." }
				: undefined;
		const store = openThings(`mongodb://user:s3cr3t@${set.host}/${set.database}?replicaSet=rs0`);
		opened.push(store);
		const refused = await store.connect().catch((error: Error) => error);
		expect(refused).toBeInstanceOf(StartError);
		expect((refused as Error).message).toBe(
			`MongoDB at ${set.host}/${set.database} refuses test: Authentication failed.`,
		);
	});

	describe("S4: that builds indexes for a long time", () => {
		let building: Promise<undefined>;
		let finish: () => void;
		beforeEach(() => {
			building = new Promise((resolve) => (finish = () => resolve(undefined)));
			set.interfere = (command) => ("createIndexes" in command ? building : undefined);
		});
		afterEach(() => finish());
		/** Much shorter than any wait here, in place of its 3 s. */
		const IMPATIENT = "&socketTimeoutMS=200";

		it("is asked once, however long it takes, and the log says why the start waits", async () => {
			const intervals = jest.spyOn(global, "setInterval");
			const { logger, lines } = recordingLogger();
			const store = openAt(IMPATIENT, THINGS, logger);
			const connecting = store.connect();
			await eventually(() => set.sent("createIndexes").length === 1);
			// Other operations of this client end after 200 ms meanwhile.
			set.interfere = (command) => ("createIndexes" in command || "find" in command ? building : undefined);
			await expect(store.collection("things").load("a")).rejects.toEqual(UNAVAILABLE);
			const [everyTenSeconds] = intervals.mock.calls.find(([, ms]) => ms === 10_000)!;
			everyTenSeconds();
			expect(lines).toEqual([expect.stringMatching(/builds indexes of test since \d+ s; the start waits for them$/)]);
			finish();
			await connecting;
			expect(set.sent("createIndexes")).toHaveLength(1);
			intervals.mockRestore();
		});

		it("does not hold up a stop, also where another store still uses the connection", async () => {
			const [waiting, other] = [openAt(IMPATIENT), openAt(IMPATIENT, { things: {} })];
			await other!.connect();
			const connecting = waiting!.connect();
			await eventually(() => set.sent("createIndexes").length === 1);
			const stopped = expect(connecting).rejects.toEqual(UNAVAILABLE);
			await waiting!.disconnect();
			await stopped;
			expect(await other!.isAvailable()).toBe(true);
		});
	});
});
