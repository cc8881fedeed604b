import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DICTIONARY } from "../../shared/store/folder/dictionary";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Stored } from "../../shared/store/store";
import { SEED, seededRandom } from "../support/shop/customer";
import { ended, message, run } from "../support/cluster/processes";
import type { Padded } from "../support/store/store-writer";
import { eventually } from "../support/world";
import { FileLock } from "../../shared/lmdb/file-lock";
import { LmdbReader } from "../../shared/lmdb/lmdb-reader";

interface Thing extends Stored {
	size: number;
}

describe("an LMDB store that several processes share while one of them hangs in the middle of a write", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-shared-"));
	const store = new LmdbStore({
		environment: new LmdbEnvironment({ path, dictionary: DICTIONARY, durable: true }),
		collections: { things: { size: ["size"] } },
	});
	const things = store.collection<Thing>("things");

	beforeAll(() => store.connect());
	afterAll(async () => {
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it("can be read, refuses writes with Retry-After, and takes whole writes again once that process is gone", async () => {
		const first = (await things.save({ _id: "a", size: 1 }, undefined))!;
		const stuck = run("test/support/store/stuck-writer.ts", [path], {});
		await message(stuck, "writing");
		const write = things.save({ _id: "a", size: 2 }, first);
		expect(await things.load("a")).toEqual(first);
		expect(await things.query("size", { equals: [1], limit: 1 })).toEqual([first]);
		await expect(write).rejects.toMatchObject({ code: 503, type: "STORE_UNAVAILABLE", data: { retryAfterS: 1 } });
		// Further ones are refused before they are begun.
		const since = performance.now();
		const [other, removal] = [things.save({ _id: "c", size: 4 }, undefined), things.remove(first)];
		await expect(other).rejects.toMatchObject({ code: 503, type: "STORE_UNAVAILABLE", data: { retryAfterS: 1 } });
		await expect(removal).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
		expect(performance.now() - since).toBeLessThan(1_000);
		stuck.kill("SIGKILL");
		await ended(stuck);
		// The first refused write may have been done after all; the next write goes on from either state.
		const further = () => things.save({ _id: "b", size: 3 }, undefined).catch(() => undefined);
		expect(await eventually(further)).toMatchObject({ _id: "b" });
		expect(await things.load("c")).toBeUndefined();
		const { rev, size } = (await things.load("a"))!;
		expect([
			[first.rev, 1],
			[first.rev + 1, 2],
		]).toContainEqual([rev, size]);
		expect(await things.query("size", { equals: [size], limit: 2 })).toHaveLength(1);
		expect(await things.query("size", { equals: [3 - size], limit: 2 })).toHaveLength(0);
	}, 30_000);
});

describe("an LMDB environment that processes open while its last user closes it", () => {
	it.each(["store", "log"])(
		"S24: can be used by each of them: a %s",
		async (kind) => {
			const path = mkdtempSync(join(tmpdir(), "funshop-opened-"));
			const openers = [1, 2, 3].map(() => run("test/support/store/store-opener.ts", [path, kind], {}));
			expect((await Promise.all(openers.map(ended))).map(({ code }) => code)).toEqual([0, 0, 0]);
			rmSync(path, { recursive: true });
		},
		30_000,
	);
});

describe("an LMDB store that is opened while other processes open it", () => {
	it("S24: waits for them, however slow they are, as a start has no caller who leaves", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-opened-"));
		const environment = new LmdbEnvironment({ path, dictionary: DICTIONARY, durable: true });
		await environment.open();
		const other = FileLock.open(join(path, "opening.lock"))!;
		expect(other.tryLock("exclusive")).toBe(true);
		const store = new LmdbStore({ environment, collections: { things: { size: ["size"] } } });
		const connecting = store.connect();
		// Longer than a write waits that has a caller.
		setTimeout(() => other.close(), 1_000);
		await connecting;
		await store.disconnect();
		await environment.close();
		rmSync(path, { recursive: true });
	}, 30_000);
});

interface Counter extends Stored {
	count: number;
}

/** How long processes open an environment while it is written. Without the gate, dozens of answered writes were lost in each second. */
const OPENED_FOR_MS = process.env.LONG ? 120_000 : 2_000;

describe("an LMDB environment that is written while other processes open it", () => {
	it.each(["store", "reader"])(
		"S24: keeps every write that was answered: opened as a %s",
		async (kind) => {
			const path = mkdtempSync(join(tmpdir(), "funshop-opened-"));
			// Not durable: so commits follow each other faster than any disk would let them.
			const store = new LmdbStore({
				environment: new LmdbEnvironment({ path, durable: false }),
				collections: { counters: {} },
			});
			await store.connect();
			const counters = store.collection<Counter>("counters");
			const args = [path, kind, String(OPENED_FOR_MS)];
			const openers = [1, 2].map(() => run("test/support/store/store-opener.ts", args, {}));
			const codes = Promise.all(openers.map(ended));
			const lost: string[] = [];
			let counter: Counter | undefined;
			for (const until = performance.now() + OPENED_FOR_MS; performance.now() < until;) {
				const count = (counter?.count ?? 0) + 1;
				await counters.save({ _id: "counter", count }, counter);
				counter = await counters.load("counter");
				if (counter?.count !== count) lost.push(`${counter?.count} was read after ${count} was written`);
			}
			expect(lost).toEqual([]);
			expect((await codes).map(({ code }) => code)).toEqual([0, 0]);
			await store.disconnect();
			rmSync(path, { recursive: true });
		},
		OPENED_FOR_MS + 25_000,
	);
});

/** Writes of the other process that are looked for. */
const WRITES = process.env.LONG ? 5_000 : 300;
const LOOK_WITHIN_MS = process.env.LONG ? 600_000 : 20_000;

describe("an LMDB store that is read while another process writes it", () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-shared-"));
	const store = new LmdbStore({
		environment: new LmdbEnvironment({ path, dictionary: DICTIONARY, durable: true }),
		collections: { padded: { count: ["count"] } },
	});
	const padded = store.collection<Padded>("padded");

	beforeAll(() => store.connect());
	afterAll(async () => {
		await store.disconnect();
		rmSync(path, { recursive: true });
	});

	it(
		"S24: shows each write from the moment that the other process answered for it, whatever else is read",
		async () => {
			const stale = { loads: 0, queries: 0 };
			let looked = 0;
			const look = async (count: number) => {
				const loading = padded.load("counter");
				const querying = padded.query("count", { from: count, limit: 1_000 });
				if (!((await loading)!.count >= count)) stale.loads++;
				if (!(await querying).some(({ _id }) => _id === "counter")) stale.queries++;
				looked++;
			};
			const looks: Array<Promise<void>> = [];
			const writer = run("test/support/store/store-writer.ts", [path, "counter"], {});
			writer.on("message", (count: number) => looks.push(look(count)));
			// Other reads of the same process go on all the time.
			await eventually(async () => {
				for (let reads = 0; reads < 50; reads++) {
					await padded.load("any-1");
					await new Promise(setImmediate);
				}
				return looked >= WRITES;
			}, LOOK_WITHIN_MS);
			writer.kill("SIGKILL");
			await ended(writer);
			await Promise.all(looks);
			expect(stale).toEqual({ loads: 0, queries: 0 });
		},
		LOOK_WITHIN_MS + 10_000,
	);
});

/** With a lock that was taken over wrongly, the file was damaged after 42, 61 and 200 kills. */
const KILLS = process.env.LONG ? 600 : 8;
const PROCESSES = 3;

describe(`an LMDB store whose ${PROCESSES} writing processes are killed one after the other (SEED=${SEED})`, () => {
	const path = mkdtempSync(join(tmpdir(), "funshop-shared-"));
	const random = seededRandom(SEED);
	/** The last number that each counter was acknowledged. */
	const acknowledged = new Map<string, number>();
	const writers = new Map<string, ReturnType<typeof run>>();

	const start = async (counter: string) => {
		const writer = run("test/support/store/store-writer.ts", [path, counter], {});
		writers.set(counter, writer);
		writer.on("message", (count: number) => acknowledged.set(counter, count));
		const before = acknowledged.get(counter);
		await eventually(
			() => writer.exitCode !== null || writer.signalCode !== null || acknowledged.get(counter) !== before,
			20_000,
		);
	};

	/** Reads everything that is stored, as another process does. @throws Error where the file is damaged */
	const readAll = async () => {
		const reader = await LmdbReader.open({ path, prefix: "", dictionary: DICTIONARY });
		const documents = new Map<string, Padded>();
		const entries: unknown[] = [];
		for await (const { key, value } of reader.entries<Padded>("padded", true)) documents.set(key, value);
		for await (const { key } of reader.entries<true, string[]>("padded.indexes")) entries.push(key);
		await reader.close();
		return { documents, entries };
	};

	afterAll(async () => {
		for (const writer of writers.values()) writer.kill("SIGKILL");
		await Promise.all([...writers.values()].map(ended));
		rmSync(path, { recursive: true });
	});

	it(
		"keeps every acknowledged write, and stays consistent",
		async () => {
			const counters = Array.from({ length: PROCESSES }, (_, number) => `counter-${number}`);
			await Promise.all(counters.map(start));
			for (let kill = 0; kill < KILLS; kill++) {
				const counter = counters[kill % PROCESSES]!;
				const writer = writers.get(counter)!;
				const wait = random() * 200;
				await new Promise((resolve) => setTimeout(resolve, wait));
				writer.kill("SIGKILL");
				expect(await ended(writer)).toEqual({ code: null, signal: "SIGKILL" });
				const { documents } = await readAll();
				expect(documents.get(counter)!.count).toBeGreaterThanOrEqual(acknowledged.get(counter)!);
				await start(counter);
			}
			for (const writer of writers.values()) writer.kill("SIGKILL");
			for (const writer of writers.values()) expect(await ended(writer)).toEqual({ code: null, signal: "SIGKILL" });
			const { documents, entries } = await readAll();
			for (const [counter, count] of acknowledged) expect(documents.get(counter)!.count).toBeGreaterThanOrEqual(count);
			expect(entries).toEqual(
				[...documents.values()]
					.sort((a, b) => a.count - b.count || (a._id < b._id ? -1 : 1))
					.map(({ _id, count }) => ["count", count, _id]),
			);
		},
		process.env.LONG ? 1_800_000 : 60_000,
	);
});
