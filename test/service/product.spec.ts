import type { ServiceBroker } from "moleculer";
import type { Product } from "../../services/product/product.schemas";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalogue, NAMED_INDEX } from "../../services/product/product.catalogue";
import type { ProductState } from "../../services/product/product.rules";
import type { Saved } from "../../shared/aggregates/aggregate";
import { temporaryEnvironment } from "../support/store/environment";
import { LmdbStore } from "../../shared/store/lmdb/lmdb-store";
import type { Collection, Query } from "../../shared/store/store";
import { SAMPLES } from "../../services/product/product.samples";
import type { List } from "../../shared/store/paging";
import type { StoreAdapter } from "../../shared/store/moleculer-db-adapter";
import { serviceFile } from "../../shop";
import { eventually, startShop } from "../support/world";
import { shopOf } from "../../service-context";

const price = { amount: 4_500, currency: "KRW" };

describe("the catalogue", () => {
	let broker: ServiceBroker;
	const add = (product: object) => broker.call<Product, object>("product.add", { price, stock: 7, ...product });
	const list = (params: object = {}) => broker.call<List<Product>, object>("product.list", params);
	const names = ({ items }: List<Product>) => items.map(({ name }) => name);

	beforeEach(async () => {
		broker = await startShop({ SERVICES: "product" });
	});
	afterEach(() => broker.stop());

	it("begins with samples that are priced in the shop's currency", async () => {
		const { items, next } = await list();
		expect(items.map(({ id }) => id).sort()).toEqual(SAMPLES.map(({ id }) => id).sort());
		expect(items.every((product) => product.price.currency === "KRW")).toBe(true);
		expect(next).toBeNull();
	});

	it("shows added products, newest first, and their changes", async () => {
		const tea = await add({ name: "Black tea", description: "100 g", imageUrl: "https://shop.example.com/tea.png" });
		const { id } = tea;
		expect(tea).toEqual({
			id: expect.any(String),
			name: "Black tea",
			description: "100 g",
			price,
			stock: 7,
			imageUrl: "https://shop.example.com/tea.png",
			version: 1,
		});
		expect(await broker.call("product.get", { id })).toEqual(tea);
		expect((await list({ limit: 1 })).items).toEqual([tea]);
		const changed = await broker.call("product.change", { id, stock: 3, price: { ...price, amount: 5_000 } });
		expect(changed).toEqual({ ...tea, stock: 3, price: { ...price, amount: 5_000 }, version: 2 });
		expect(await broker.call("product.get", { id })).toEqual(changed);
	});

	it("keeps text as it was given", async () => {
		const name = "🍵 كوب e\u0301 é \u202e<b>";
		const { id } = await add({ name });
		expect(await broker.call("product.get", { id })).toMatchObject({ name });
	});

	it("publishes each product that is added or changed", async () => {
		const { id } = await add({ name: "Black tea" });
		await broker.call("product.change", { id, name: "Oolong" });
		const published: unknown[] = [];
		await eventually(async () => {
			published.length = 0;
			for await (const { subject, sequence, type, data } of shopOf(broker).bus.history([
				"product.added",
				"product.changed",
			])) {
				if (subject === id) published.push({ sequence, type, data });
			}
			return published.length >= 2;
		});
		const data = { productId: id, price, available: 7, addedAt: expect.any(String) };
		expect(published).toEqual([
			{ sequence: 1, type: "product.added", data: { ...data, name: "Black tea" } },
			{ sequence: 2, type: "product.changed", data: { ...data, name: "Oolong" } },
		]);
	});

	it("answers that an unknown product is not found", async () => {
		for (const [action, params] of [
			["product.get", { id: "nothing" }],
			["product.get", { id: "a\0b" }],
			["product.get", { id: "__proto__" }],
			["product.change", { id: "nothing", stock: 1 }],
		] as const) {
			await expect(broker.call(action, params)).rejects.toMatchObject({ code: 404, type: "PRODUCT_NOT_FOUND" });
		}
	});

	it.each([
		["product.add", { name: "Tea", price: { amount: 1, currency: "USD" }, stock: 1 }, "price.currency"],
		["product.add", { name: "Tea", price, stock: 1, colour: "green" }, "colour"],
		["product.change", { id: "green-tea", price: { amount: 1, currency: "USD" } }, "price.currency"],
		["product.change", { id: "green-tea" }, "body"],
		["product.list", { limit: 101 }, "limit"],
		["product.list", { search: { $ne: "x" } }, "search"],
	])("refuses a %s with %j, naming the field", async (action, params, field) => {
		await expect(broker.call(action, params)).rejects.toMatchObject({
			code: 422,
			type: "VALIDATION_FAILED",
			data: { errors: [{ field }] },
		});
	});

	it("finds products by a part of the name, page by page, each product once", async () => {
		for (let index = 0; index < 250; index++)
			await add({ name: index % 50 === 0 ? `Rare Tin ${index}` : `Cup ${index}` });
		const first = await list({ search: "rare tin", limit: 2 });
		expect(names(first)).toEqual(["Rare Tin 200", "Rare Tin 150"]);
		const second = await list({ search: "RARE TIN", limit: 2, cursor: first.next! });
		expect(names(second)).toEqual(["Rare Tin 100", "Rare Tin 50"]);
		const third = await list({ search: "RARE TIN", limit: 2, cursor: second.next! });
		expect(names(third)).toEqual(["Rare Tin 0"]);
		expect(third.next).toBeNull();
		expect(await list({ search: "no such thing" })).toEqual({ items: [], next: null });
	});

	it("shows all products page by page where a hundred are more than fits into an answer", async () => {
		const description = "\u0001".repeat(2_000);
		for (let from = 0; from < 100; from += 50)
			await Promise.all(Array.from({ length: 50 }, (_, index) => add({ name: `Tea ${from + index}`, description })));
		for (const search of [undefined, "tea"]) {
			const seen = new Set<string>();
			for (let cursor: string | null = null; ;) {
				const shown: List<Product> = await list({ limit: 100, search, ...(cursor && { cursor }) });
				expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(1024 * 1024);
				for (const { name } of shown.items) if (/^Tea \d/.test(name)) seen.add(name);
				cursor = shown.next;
				if (cursor === null) break;
			}
			expect(seen.size).toBe(100);
		}
	});

	it("refuses a cursor that it did not give out", async () => {
		for (const search of [undefined, "tea"]) {
			await expect(list({ search, cursor: "forged" })).rejects.toMatchObject({ code: 400, type: "INVALID_CURSOR" });
		}
	});
});

describe("a search through many products", () => {
	const COUNT = 10_100;
	const numberOf = (id: string) => Number(id.slice(1));
	/** Products p10099 to p0, of which p0 is the oldest; `loaded` counts those that are read. */
	const catalogueOf = (nameOf: (number: number) => string, loaded: string[]) =>
		new Catalogue({
			entries: async (_index: string, { after, limit }: Query) => {
				const from = after ? numberOf(after[1] as string) : COUNT;
				const numbers = Array.from({ length: Math.min(limit, from) }, (_, index) => from - 1 - index);
				return numbers.map((number) => ({ _id: `p${number}`, values: [number, `p${number}`, nameOf(number)] }));
			},
			load: async (_id: string) => {
				loaded.push(_id);
				return { _id, name: nameOf(numberOf(_id)), price, available: 1, createdAt: numberOf(_id) };
			},
		} as unknown as Collection<Saved<ProductState>>);

	it("looks at a bounded number of names, goes on from its cursor, and reads only what it finds", async () => {
		const loaded: string[] = [];
		const catalogue = catalogueOf((number) => (number === 7 ? "Needle" : `Straw ${number}`), loaded);
		const first = await catalogue.search(["NEEDLE"], {});
		expect(first).toEqual({ items: [], next: expect.any(String) });
		const second = await catalogue.search(["NEEDLE"], { cursor: first.next! });
		expect(second).toMatchObject({ items: [{ id: "p7", name: "Needle" }], next: null });
		expect(loaded).toEqual(["p7"]);
	});

	it("lets others have their turn between two of its steps, however many search", async () => {
		let steps = 0;
		const nameOf = (number: number) => {
			// A step that takes its time.
			if (number % 250 === 0) for (const since = performance.now(); performance.now() - since < 6;);
			if (number % 250 === 0) steps++;
			return `Straw ${number}`;
		};
		const searches = ["NEEDLE", "PIN"].map((word) => catalogueOf(nameOf, []).search([word], {}));
		let over = false;
		let most = 0;
		const others = (async () => {
			while (!over) {
				const before = steps;
				await new Promise(setImmediate);
				most = Math.max(most, steps - before);
			}
		})();
		await Promise.all(searches);
		over = true;
		await others;
		expect(steps).toBeGreaterThanOrEqual(80);
		expect(most).toBeLessThanOrEqual(2);
	});
});

describe("products of a version that did not index names", () => {
	it("are listed and found after the next start", async () => {
		const dataDir = mkdtempSync(join(tmpdir(), "funshop-catalogue-"));
		const earlier = new LmdbStore({
			environment: temporaryEnvironment(join(dataDir, "product")),
			collections: { products: { created: ["createdAt"] } },
		});
		await earlier.connect();
		const old = { name: "Old kettle", price, available: 3, createdAt: 5, open: {}, version: 1 };
		await earlier.collection<Saved<ProductState>>("products").save({ _id: "kettle", ...old }, undefined);
		await earlier.disconnect();
		const broker = await startShop({ SERVICES: "product", DATA_DIR: dataDir });
		const list = (params: object) => broker.call<List<Product>, object>("product.list", params);
		expect((await list({})).items).toMatchObject([{ id: "kettle", stock: 3 }]);
		expect((await list({ search: "kettle" })).items).toMatchObject([{ id: "kettle" }]);
		await broker.stop();
		rmSync(dataDir, { recursive: true });
	});
});

describe("the samples", () => {
	let broker: ServiceBroker;
	let store: StoreAdapter;
	beforeEach(async () => {
		broker = await startShop({ SERVICES: "product" });
		store = shopOf(broker).openStore("product", { products: { unsent: ["unsentSince"], ...NAMED_INDEX } });
		await store.connect();
	});
	afterEach(async () => {
		await store.disconnect();
		await broker.stop();
	});

	const restart = async () => {
		await broker.destroyService(broker.getLocalService("product"));
		broker.loadService(serviceFile("product"));
		await broker.waitForServices("product", 5_000);
	};
	const ids = async () =>
		(await broker.call<List<Product>, object>("product.list", { limit: 100 })).items.map(({ id }) => id);

	it("are added once, and keep later changes", async () => {
		await broker.call("product.change", { id: "moon-jar", stock: 0 });
		await restart();
		expect(await ids()).toHaveLength(SAMPLES.length);
		expect(await broker.call("product.get", { id: "moon-jar" })).toMatchObject({ stock: 0 });
	});

	it("are completed at the next start after a crash in between", async () => {
		await store.removeById("tea-bowl");
		await restart();
		expect(await ids()).toContain("tea-bowl");
	});

	it("are not added to a shop that has products of its own", async () => {
		await broker.call("product.add", { name: "Own", price, stock: 1 });
		await store.removeById("tea-bowl");
		await restart();
		expect(await ids()).not.toContain("tea-bowl");
	});
});
