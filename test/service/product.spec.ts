import type { ServiceBroker } from "moleculer";
import type { Product } from "../../services/product/product.schemas";
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

	it("reads a bounded number of products for one search, and goes on from its cursor", async () => {
		await add({ name: "Needle" });
		const straws = Array.from({ length: 1_050 }, (_, index) => `Straw ${index}`);
		for (let from = 0; from < straws.length; from += 50) {
			await Promise.all(straws.slice(from, from + 50).map((name) => add({ name })));
		}
		const first = await list({ search: "needle" });
		expect(first).toEqual({ items: [], next: expect.any(String) });
		expect(names(await list({ search: "needle", cursor: first.next! }))).toEqual(["Needle"]);
	});

	it("refuses a cursor that it did not give out", async () => {
		for (const search of [undefined, "tea"]) {
			await expect(list({ search, cursor: "forged" })).rejects.toMatchObject({ code: 400, type: "INVALID_CURSOR" });
		}
	});
});

describe("the samples", () => {
	let broker: ServiceBroker;
	let store: StoreAdapter;
	beforeEach(async () => {
		broker = await startShop({ SERVICES: "product" });
		store = shopOf(broker).openStore("product", { products: { unsent: ["unsentSince"], created: ["createdAt"] } });
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
