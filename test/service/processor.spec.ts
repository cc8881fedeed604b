import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDocuments, type Places } from "../../operator/store-reader";
import {
	type LedgerEntry,
	PROVIDER,
	PROVIDER_COLLECTIONS,
	readJournal,
	SimulatedProcessor,
} from "../../services/payment/processor.simulated";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import { MongoStore } from "../../shared/store/mongo/mongo-store";
import type { Store, Stored } from "../../shared/store/store";
import { openDatabases, type TestDatabases } from "../support/store/mongo";
import { describeWith } from "../support/cluster/servers";
import { eventually, silentLogger, TestClock } from "../support/world";
import { wrapped } from "../support/store/wrapped-collection";

const CARD = "4242424242424242";
const amount = { amount: 300, currency: "KRW" };
const card = { brand: "visa", last4: "4242" };
const COLLECTIONS = Object.keys(PROVIDER_COLLECTIONS);

const of = (paymentId: string) => ({ paymentId, orderId: "o1", amount, card });
const capture = (processor: SimulatedProcessor, paymentId: string, ms = 5_000) =>
	processor.capture(of(paymentId), { cardNo: CARD }, AbortSignal.timeout(ms));
const settle = (processor: SimulatedProcessor, paymentId: string) =>
	processor.settle(of(paymentId), AbortSignal.timeout(5_000));
const refund = (processor: SimulatedProcessor, paymentId: string) =>
	processor.refund(of(paymentId), AbortSignal.timeout(5_000));

interface Kept {
	/** The places from which an operator reads the ledger. */
	places: Places;
	/** Opens the ledger's store, as another process would. */
	store(): Store;
	remove(): void;
}

function describeProcessor(kind: string, keep: () => Kept): void {
	describe(`the simulated processor with its ledger in ${kind}`, () => {
		let kept: Kept;
		let clock: TestClock;
		const processors: SimulatedProcessor[] = [];

		beforeEach(() => {
			kept = keep();
			clock = new TestClock();
		});
		afterEach(async () => {
			await Promise.all(processors.splice(0).map((processor) => processor.close()));
			kept.remove();
		});

		async function open(faults: object = {}, store = kept.store()): Promise<SimulatedProcessor> {
			const processor = new SimulatedProcessor({
				store,
				faults: { latencyMs: 0, concurrency: 0, failRate: 0, hangRate: 0, loseAnswerRate: 0, ...faults },
				clock,
				random: Math.random,
			});
			await processor.open();
			processors.push(processor);
			return processor;
		}
		async function entries() {
			const documents = await openDocuments(kept.places, PROVIDER, COLLECTIONS);
			try {
				return await readJournal(documents.all<LedgerEntry>("payments"));
			} finally {
				await documents.close();
			}
		}

		it("decides once, whichever process asks, and numbers its journal without a gap", async () => {
			const [one, other] = [await open(), await open()];
			const ids = Array.from({ length: 100 }, (_, index) => `pay${index}`);
			const [captures, settles] = await Promise.all([
				Promise.all(ids.map((id) => capture(one, id))),
				Promise.all(ids.map((id) => settle(other, id))),
			]);
			expect(captures).toEqual(settles);
			expect((await entries()).map(({ seq }) => seq)).toEqual(ids.map((_, index) => index + 1));
		});

		it("captures nothing for an attempt that was settled before", async () => {
			const processor = await open();
			expect(await settle(processor, "pay1")).toEqual({ status: "voided" });
			expect(await capture(processor, "pay1")).toEqual({ status: "voided" });
			expect(await entries()).toMatchObject([{ type: "voided", paymentId: "pay1" }]);
		});

		it("refunds a captured amount once, and nothing else", async () => {
			const processor = await open();
			await capture(processor, "pay1");
			clock.advance(1_000);
			await refund(processor, "pay1");
			await refund(processor, "pay1");
			clock.advance(1_000);
			await settle(processor, "another");
			await expect(refund(processor, "another")).rejects.toThrow("nothing was captured");
			await expect(refund(processor, "pay3")).rejects.toThrow("nothing was captured");
			expect((await entries()).map(({ type, paymentId }) => `${type} ${paymentId}`)).toEqual([
				"captured pay1",
				"refunded pay1",
				"voided another",
			]);
		});

		it("refunds once, however many processes ask at the same time", async () => {
			const [one, other] = [await open(), await open()];
			const ids = Array.from({ length: 50 }, (_, index) => `pay${index}`);
			await Promise.all(ids.map((id) => capture(one, id)));
			await Promise.all(ids.flatMap((id) => [refund(one, id), refund(other, id)]));
			expect((await entries()).filter(({ type }) => type === "refunded")).toHaveLength(50);
		});

		it("that serves one call at a time skips a call that left the queue", async () => {
			const processor = await open({ concurrency: 1, latencyMs: 100 });
			const since = performance.now();
			const calls = [capture(processor, "pay1"), capture(processor, "pay2", 30), capture(processor, "pay3")];
			const results = await Promise.allSettled(calls);
			expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
			expect(performance.now() - since).toBeGreaterThan(195);
			expect((await entries()).map(({ paymentId }) => paymentId)).toEqual(["pay1", "pay3"]);
		});

		it("has a journal that can be read in the process that writes it", async () => {
			const processor = await open();
			const writing = Promise.all(Array.from({ length: 100 }, (_, index) => capture(processor, `pay${index}`)));
			await eventually(async () => (await entries()).length === 100, 10_000);
			await writing;
		});

		it("knows its decision though the answer to the write was lost", async () => {
			const processor = await open({}, losingAnswers(kept.store()));
			await expect(capture(processor, "pay1")).rejects.toThrow("lost");
			expect(await settle(processor, "pay1")).toEqual({ status: "captured" });
			await expect(refund(processor, "pay1")).rejects.toThrow("lost");
			await refund(processor, "pay1");
			expect((await entries()).map(({ type }) => type)).toEqual(["captured", "refunded"]);
		});
	});
}

/** A store that saves, and then rejects as if the save had failed. */
function losingAnswers(store: Store): Store {
	return {
		connect: () => store.connect(),
		disconnect: () => store.disconnect(),
		isAvailable: () => store.isAvailable(),
		appendsEvents: false,
		collection: <D extends Stored>(name: string) =>
			wrapped(store.collection<D>(name), async (operation, work) => {
				const answer = await work();
				if (operation === "save") throw new Error("lost");
				return answer;
			}),
	};
}

describeProcessor("LMDB", () => {
	const dataDir = mkdtempSync(join(tmpdir(), "processor-"));
	const path = join(dataDir, PROVIDER);
	return {
		places: { dataDir },
		store: () =>
			new LmdbStore({
				environment: temporaryEnvironment(path),
				collections: PROVIDER_COLLECTIONS,
			}),
		remove: () => rmSync(dataDir, { recursive: true, force: true }),
	};
});

describeWith(["mongod"], "with a MongoDB", () => {
	let databases: TestDatabases;
	beforeAll(async () => {
		databases = await openDatabases();
	}, 30_000);
	afterAll(() => databases.stop());

	describeProcessor("MongoDB", () => {
		const uri = databases.fresh();
		return {
			places: { dataDir: "none", mongoUris: { payment: uri } },
			store: () => new MongoStore({ uri, service: PROVIDER, collections: PROVIDER_COLLECTIONS, logger: silentLogger }),
			remove: () => undefined,
		};
	});
});
