import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBroker } from "moleculer";
import { currencyGuard, type Place } from "../../shared/process/currency-guard";
import { busy } from "../../shared/domain/refusals";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Store, Stored } from "../../shared/store/store";
import { wrapped } from "../support/store/wrapped-collection";

const COLLECTIONS = { settings: {}, products: {} };

/** A folder on LMDB, in which all stores are one that stays open. */
class Folder implements Place {
	readonly path = mkdtempSync(join(tmpdir(), "funshop-currency-"));
	readonly store = new LmdbStore({
		environment: temporaryEnvironment(this.path),
		collections: COLLECTIONS,
	});
	readonly prices = [{ store: "product", collection: "products" }];
	/** Writes that fail before the store takes one. */
	failures = 0;

	constructor(readonly name: string) {}

	open = (): Store => ({
		connect: () => this.store.connect(),
		disconnect: async () => undefined,
		isAvailable: () => this.store.isAvailable(),
		appendsEvents: false,
		collection: <D extends Stored>(name: string) =>
			wrapped(this.store.collection<D>(name), async (operation, work) => {
				if (operation === "save" && this.failures-- > 0) throw busy("STORE_UNAVAILABLE", "away");
				return work();
			}),
	});

	async add(currency: string): Promise<void> {
		await this.store.connect();
		const product = { _id: "tea", name: "Tea", price: { amount: 1, currency } };
		await this.store.collection("products").save(product, undefined);
	}
}

describe("S23 the guard of the shop's currency", () => {
	let folders: Folder[];
	beforeEach(() => (folders = [new Folder("one"), new Folder("two")]));
	afterEach(async () => {
		for (const { store, path } of folders) {
			await store.disconnect();
			rmSync(path, { recursive: true });
		}
	});

	const start = (currency: string, places: readonly Place[] = folders) =>
		Promise.resolve(currencyGuard(currency, places).starting!(undefined as unknown as ServiceBroker)).then(
			() => "started",
			(error: Error) => error.message,
		);
	const refusal = (currency: string, name: string, found: string) =>
		expect.stringMatching(new RegExp(`^CURRENCY is ${currency}, but the data in ${name} is in ${found}; .*`));

	it("lets the first of several starts decide, whatever is asked for at the same moment", async () => {
		const asked = Array.from({ length: 30 }, (_, index) => ["KRW", "USD", "EUR"][index % 3]!);
		const outcomes = await Promise.all(asked.map((currency) => start(currency, folders.slice(0, 1))));
		const winners = new Set(asked.filter((_, index) => outcomes[index] === "started"));
		expect(winners.size).toBe(1);
		expect(outcomes.filter((outcome) => outcome === "started")).toHaveLength(10);
	});

	it("records nothing in any place where one of them refuses", async () => {
		await folders[1]!.add("KRW");
		expect(await start("USD")).toEqual(refusal("USD", "two", "KRW"));
		expect(await start("KRW")).toBe("started");
		expect(await start("USD", folders.slice(0, 1))).toEqual(refusal("USD", "one", "KRW"));
	});

	it("takes the currency of an earlier version's data, and lets that be recorded", async () => {
		await folders[0]!.add("KRW");
		expect(await start("KRW")).toBe("started");
		expect(await start("USD")).toEqual(refusal("USD", "one", "KRW"));
	});

	it("waits for a store that cannot take a write yet", async () => {
		folders[0]!.failures = 2;
		expect(await start("KRW")).toBe("started");
		expect(await start("USD")).toEqual(refusal("USD", "one", "KRW"));
	});
});
