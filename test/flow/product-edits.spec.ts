import type { ServiceBroker } from "moleculer";
import { baseUrl, clientOf } from "../support/http/http";
import { startShop } from "../support/world";

const price = { amount: 4_500, currency: "KRW" };

describe("administrators who edit the same product", () => {
	let broker: ServiceBroker;
	let shop: ReturnType<typeof clientOf>;
	beforeAll(async () => {
		broker = await startShop();
		shop = clientOf(baseUrl(broker));
	});
	afterAll(() => broker.stop());

	const add = async (fields: object = {}) => {
		const { body, headers } = await shop.post("/products", { name: "Tea", price, stock: 10, ...fields });
		return { url: `/products/${body.id}`, id: body.id as string, etag: headers.get("etag")! };
	};
	const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

	it("get the same strong ETag from each answer of one version, and another one after each change", async () => {
		const { url, etag } = await add();
		const got = await shop.get(url);
		const changed = await shop.patch(url, { name: "Green tea" });
		const again = await shop.get(url);
		expect(etag).toMatch(/^"[^"]+"$/);
		expect(got.headers.get("etag")).toBe(etag);
		expect(changed.headers.get("etag")).toBe(again.headers.get("etag"));
		expect(changed.headers.get("etag")).not.toBe(etag);
		expect((await shop.get(url, { "If-None-Match": again.headers.get("etag")! })).status).toBe(304);
	});

	it("are refused with If-Match once another one was faster, so that no edit is lost", async () => {
		const { url, etag } = await add();
		const edits = ["a", "b", "c", "d"].map((name) => shop.patch(url, { name }, { "If-Match": etag }));
		const answers = await Promise.all(edits);
		expect(answers.map(codeOf).sort()).toEqual([[200, undefined], ...Array(3).fill([412, "PRECONDITION_FAILED"])]);
		const { body, headers } = await shop.get(url);
		expect(body.name).toBe(answers.find(({ status }) => status === 200)!.body.name);
		expect((await shop.patch(url, { name: "e" }, { "If-Match": headers.get("etag")! })).status).toBe(200);
	});

	it("are refused also where an order took goods meanwhile: the ETag covers the stock", async () => {
		const { url, id, etag } = await add();
		await shop.post("/orders", { customerId: "alice", items: [{ productId: id, quantity: 2 }] });
		let current = etag;
		while (current === etag) current = (await shop.get(url)).headers.get("etag")!;
		expect(codeOf(await shop.patch(url, { stock: 10 }, { "If-Match": etag }))).toEqual([412, "PRECONDITION_FAILED"]);
		expect((await shop.get(url)).body.stock).toBe(8);
	});

	it("may name several versions, or any by *", async () => {
		const { url, etag } = await add();
		expect((await shop.patch(url, { name: "a" }, { "If-Match": `"other", ,${etag}` })).status).toBe(200);
		expect((await shop.patch(url, { name: "b" }, { "If-Match": "*" })).status).toBe(200);
		expect(codeOf(await shop.patch(url, { name: "c" }, { "If-Match": '"other", "more"' }))).toEqual([
			412,
			"PRECONDITION_FAILED",
		]);
		// A weak tag never matches (RFC 9110, 13.1.1).
		const { headers } = await shop.get(url);
		expect((await shop.patch(url, { name: "c" }, { "If-Match": `W/${headers.get("etag")}` })).status).toBe(412);
	});

	it("are told that the product is not there, or what is wrong with the change, before its version counts", async () => {
		const { url } = await add();
		expect((await shop.patch("/products/none", { name: "a" }, { "If-Match": '"1"' })).status).toBe(404);
		expect((await shop.patch("/products/none", { name: "a" }, { "If-Match": "*" })).status).toBe(404);
		expect((await shop.patch(url, { name: "" }, { "If-Match": '"other"' })).status).toBe(422);
	});

	it.each(["etag", '"a', '"a" "b"', 'w/"1"', '*, "1"', '"a b"', ","])("get 400 for If-Match: %s", async (ifMatch) => {
		const { url } = await add();
		expect(codeOf(await shop.patch(url, { name: "a" }, { "If-Match": ifMatch }))).toEqual([400, "INVALID_IF_MATCH"]);
	});

	it("add to the stock and take away from it, without knowing how much there is", async () => {
		const { url } = await add();
		const deltas = [5, -3, 1, -2];
		const answers = await Promise.all(deltas.map((stockDelta) => shop.patch(url, { stockDelta })));
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		expect((await shop.get(url)).body.stock).toBe(11);
	});

	it("cannot take away more than there is, nor store more than the shop can count", async () => {
		const { url } = await add();
		expect(codeOf(await shop.patch(url, { stockDelta: -11, name: "a" }))).toEqual([409, "STOCK_OUT_OF_RANGE"]);
		expect(codeOf(await shop.patch(url, { stockDelta: 2_000_000_000 }))).toEqual([409, "STOCK_OUT_OF_RANGE"]);
		expect((await shop.get(url)).body).toMatchObject({ name: "Tea", stock: 10 });
		expect((await shop.patch(url, { stockDelta: -10 })).body.stock).toBe(0);
	});

	it("either set the stock or add to it", async () => {
		const { url } = await add();
		const { status, body } = await shop.patch(url, { stock: 1, stockDelta: 1 });
		expect([status, body.errors[0].field]).toEqual([422, "stockDelta"]);
	});

	it("clear the description and the image by null, on my page too", async () => {
		const { url, id } = await add({ description: "80 g", imageUrl: "https://shop.example.com/tea.png" });
		const { status, body } = await shop.patch(url, { description: null, imageUrl: null });
		expect(status).toBe(200);
		expect(body).not.toHaveProperty("description");
		expect(body).not.toHaveProperty("imageUrl");
		expect((await shop.get(url)).body).toEqual(body);
		let shown;
		do shown = (await shop.get("/mypages/bob")).body.products.find((product: { id: string }) => product.id === id);
		while (shown?.version !== body.version);
		expect(shown).toEqual(body);
		for (const field of ["name", "price", "stock"]) {
			expect((await shop.patch(url, { [field]: null })).body.errors[0].field).toBe(field);
		}
	});

	it("get the first answer again when they repeat an addition under its key", async () => {
		const tea = { name: "Keyed tea", price, stock: 1 };
		const key = { "Idempotency-Key": "first" };
		const first = await shop.post("/products", tea, key);
		const repeats = await Promise.all([shop.post("/products", tea, key), shop.post("/products", tea, key)]);
		for (const { status, body, headers } of repeats) {
			expect([status, body]).toEqual([201, first.body]);
			expect(headers.get("location")).toBe(first.headers.get("location"));
		}
		expect((await shop.get("/products?search=Keyed")).body.items).toHaveLength(1);
		expect(codeOf(await shop.post("/products", { ...tea, stock: 2 }, key))).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
		expect(codeOf(await shop.post("/products", tea, { "Idempotency-Key": "" }))).toEqual([
			400,
			"INVALID_IDEMPOTENCY_KEY",
		]);
	});
});
