import { request as httpRequest } from "node:http";
import type { ServiceBroker } from "moleculer";
import { baseUrl, clientOf, request } from "../support/http/http";
import { eventually, startShop } from "../support/world";

const price = { amount: 1_000, currency: "KRW" };
const tea = { name: "Tea", price, stock: 10 };
const JSON_TYPE = { "content-type": "application/json" };

describe("bad input", () => {
	let broker: ServiceBroker;
	let base: string;
	let client: ReturnType<typeof clientOf>;
	let productId: string;
	/** The products and orders that the shop shows. */
	const stored = async () => {
		const { body: products } = await client.get("/products?limit=100");
		const { body: orders } = await client.get("/orders?customerId=alice&limit=100");
		return { products: products.items, orders: orders.items };
	};
	let before: Awaited<ReturnType<typeof stored>>;

	beforeAll(async () => {
		broker = await startShop();
		base = baseUrl(broker);
		client = clientOf(base);
		productId = (await client.post("/products", tea)).body.id;
	});
	afterAll(() => broker.stop());
	beforeEach(async () => {
		before = await stored();
	});
	// A refused input changes no stored document, and the shop stays ready.
	afterEach(async () => {
		expect(await stored()).toEqual(before);
		expect((await client.get("/readyz")).status).toBe(200);
	});

	const one = (item: object) => ({ customerId: "alice", items: [{ productId, quantity: 1, ...item }] });
	const orderOf = (field: string, value: unknown) => ({
		customerId: "alice",
		items: [{ productId, quantity: 1 }],
		[field]: value,
	});

	describe("a body that cannot be read", () => {
		it.each<[string, string | Uint8Array]>([
			["is broken JSON", '{"customerId":'],
			["is not JSON", "customerId=alice"],
			["is broken UTF-8", Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
			["is cut off inside a character", Buffer.from('{"a":"é').subarray(0, 7)],
			["is nested 10,000 deep", `{"items":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
			["is nested 10,000 objects deep", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
		])("is 400 where it %s", async (_how, body) => {
			const answer = await client.post("/orders", body, JSON_TYPE);
			expect([answer.status, answer.body.code]).toEqual([400, "MALFORMED_BODY"]);
			expect(answer.headers.get("content-type")).toBe("application/problem+json");
		});

		it.each([["[]"], ['"text"'], ["1"], ["null"]])("is 422 where it is no object but %s", async (body) => {
			const answer = await client.post("/orders", body, JSON_TYPE);
			expect([answer.status, answer.body.errors[0].field]).toEqual([422, "body"]);
		});

		it.each([
			["text/plain"],
			["application/x-www-form-urlencoded"],
			["multipart/form-data; boundary=x"],
			["application/json; charset=utf-16"],
			["application/jsonp"],
		])("is 415 where it comes as %s", async (type) => {
			const answer = await client.post("/orders", JSON.stringify(one({})), { "content-type": type });
			expect([answer.status, answer.body.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
		});

		it("is 415 where it is compressed, so that none can expand in memory", async () => {
			const answer = await client.post("/orders", "x", { ...JSON_TYPE, "content-encoding": "gzip" });
			expect(answer.status).toBe(415);
		});

		it.each([
			["announces its length", { "content-length": String(100 * 1024 * 1024) }],
			["does not announce its length", { "transfer-encoding": "chunked" }],
		])("is 413 within a second where it has 100 MB and %s, and takes no memory", async (_how, length) => {
			const memoryBefore = process.memoryUsage().rss;
			const { status, body, afterMs, sent } = await upload(`${base}/orders`, length, 100 * 1024 * 1024);
			expect([status, body.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
			expect(afterMs).toBeLessThan(1_000);
			expect(sent).toBeLessThan(100 * 1024 * 1024);
			expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(100 * 1024 * 1024);
		});

		it("is taken up to 100 kB", async () => {
			const padding = " ".repeat(100 * 1024 - JSON.stringify(one({ quantity: 0 })).length);
			expect((await client.post("/orders", JSON.stringify(one({ quantity: 0 })) + padding, JSON_TYPE)).status).toBe(
				422,
			);
			expect(
				(await client.post("/orders", `${JSON.stringify(one({ quantity: 0 }))}${padding} `, JSON_TYPE)).status,
			).toBe(413);
		});
	});

	describe("an invalid field", () => {
		const refused = async (body: unknown, field: string, path = "/orders") => {
			const answer = await client.post(path, body, JSON_TYPE);
			expect([answer.status, answer.body.code]).toEqual([422, "VALIDATION_FAILED"]);
			expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
		};

		it.each([[0], [-1], [1.5], [1_001], [1e300], [9007199254740993], ["1"], [true], [null], [[1]], [{ $gt: 0 }]])(
			"is named where the quantity is %j",
			(quantity) => refused(one({ quantity }), "items.0.quantity"),
		);

		it.each([
			["no text", 7],
			["an operator", { $ne: 1 }],
			["a list", ["alice"]],
			["empty", ""],
			["too long", "a".repeat(65)],
			["with a space", "a b"],
			["with NUL", "a\0b"],
			["in another script", "앨리스"],
			["a path", "../etc"],
		])("is named where the customer's id is %s", (_how, customerId) =>
			refused(orderOf("customerId", customerId), "customerId"),
		);

		it("is named where it is unknown, at any depth", async () => {
			await refused(orderOf("discount", 100), "discount");
			await refused(one({ price: 1 }), "items.0.price");
			await refused(orderOf("$where", "sleep(1000)"), "$where");
		});

		it.each([["__proto__"], ["constructor"], ["prototype"]])(
			"is named where it is %s, and changes nothing",
			async (name) => {
				const order = JSON.stringify(one({}));
				await refused(`${order.slice(0, -1)},"${name}":{"isAdmin":true}}`, name);
				await refused(
					`{"customerId":"alice","items":[{"productId":"p","quantity":1,"${name}":{"isAdmin":true}}]}`,
					`items.0.${name}`,
				);
				expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
			},
		);

		it("is named where both path and body give it", async () => {
			const answer = await client.patch(`/products/${productId}`, { id: "other", stock: 1 });
			expect([answer.status, answer.body.errors[0].field]).toEqual([422, "id"]);
		});

		it("is named where it is missing", () => refused({}, "customerId"));

		it("is named where there are no items, too many, or one product twice", async () => {
			await refused({ customerId: "alice", items: [] }, "items");
			const many = Array.from({ length: 101 }, (_, index) => ({ productId: `p${index}`, quantity: 1 }));
			await refused({ customerId: "alice", items: many }, "items");
			await refused({ customerId: "alice", items: [one({}).items[0], one({}).items[0]] }, "items.1.productId");
		});

		it.each([
			["price.amount", { ...tea, price: { ...price, amount: 0 } }],
			["price.amount", { ...tea, price: { ...price, amount: 10_000_000_001 } }],
			["price.amount", { ...tea, price: { ...price, amount: 0.1 } }],
			["price.currency", { ...tea, price: { ...price, currency: "EUR" } }],
			["stock", { ...tea, stock: -1 }],
			["stock", { ...tea, stock: 2_000_000_001 }],
			["name", { ...tea, name: "" }],
			["name", { ...tea, name: "x".repeat(201) }],
			["name", { ...tea, name: "a\0b" }],
			["name", { ...tea, name: { $regex: ".*" } }],
			["description", { ...tea, description: "x".repeat(2_001) }],
			["imageUrl", { ...tea, imageUrl: "javascript:alert(1)" }],
		])("of a product is named: %s of %j", (field, body) => refused(body, field, "/products"));

		it("is named where its text has half of a surrogate pair", () =>
			refused('{"name":"\\ud800","price":{"amount":1,"currency":"KRW"},"stock":1}', "name", "/products"));

		it.each([
			["1234", "cardNo"],
			["4242424242424241", "cardNo"],
			["4242 4242 4242 4242", "cardNo"],
			[4242424242424242, "cardNo"],
		])("of a card is named, and the number %j is not repeated", async (cardNo, field) => {
			const answer = await client.post("/orders/any/payment", { cardNo });
			expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
			expect(JSON.stringify(answer.body)).not.toContain(String(cardNo));
		});
	});

	describe("an invalid query", () => {
		it.each([
			["limit=1e9", "limit"],
			["limit=101", "limit"],
			["limit=0", "limit"],
			["limit=-1", "limit"],
			["limit=1.5", "limit"],
			["limit=", "limit"],
			["limit=1&limit=2", "limit"],
			["limit[$gt]=1", "limit[$gt]"],
			["pageSize=1000000000", "pageSize"],
			["customerId[$ne]=x", "customerId[$ne]"],
			["query[customer][$ne]=x", "query[customer][$ne]"],
			["$where=1", "$where"],
			["__proto__[isAdmin]=1", "__proto__[isAdmin]"],
			["__proto__=1", "__proto__"],
			["search=%00", "search"],
			[`search=${"x".repeat(201)}`, "search"],
		])("is 422 on its name: %s", async (query, field) => {
			const answer = await client.get(`/products?${query}`);
			expect([answer.status, answer.body.code]).toEqual([422, "VALIDATION_FAILED"]);
			expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
		});

		it("is 422 where a list lacks its customer or order", async () => {
			for (const path of ["/orders", "/notifications"]) {
				expect((await client.get(path)).body.errors[0].field).toBe("customerId");
			}
			expect((await client.get("/paymentLists")).body.errors[0].field).toBe("orderId");
		});

		it("is 422 on a command, which takes no query", async () => {
			const answer = await client.post("/orders?customerId=bob", one({}));
			expect([answer.status, answer.body.errors[0].field]).toEqual([422, "customerId"]);
		});

		it.each([["forged"], ["e30.AAAA"], ["%F0%9F%98%80"]])("is 400 where the cursor %s is forged", async (cursor) => {
			for (const list of ["/products?", "/orders?customerId=alice&", "/mypages/alice?"]) {
				const answer = await client.get(`${list}cursor=${cursor}`);
				expect([list, answer.status, answer.body.code]).toEqual([list, 400, "INVALID_CURSOR"]);
			}
		});

		it("is 400 where the cursor is another list's", async () => {
			const { body } = await client.get("/products?limit=1");
			expect((await client.get(`/orders?customerId=alice&cursor=${body.next}`)).status).toBe(400);
		});

		it.each([["/products?search=%zz"], ["/products?search=%ff"], ["/orders/%"], ["/orders/%ED%A0%80"]])(
			"is 400 where the URL is not percent-encoded UTF-8: %s",
			async (path) => {
				const answer = await client.get(path);
				expect([answer.status, answer.body.code]).toEqual([400, "MALFORMED_URL"]);
			},
		);
	});

	it.each([
		["DELETE", "/orders"],
		["PUT", "/products/tea"],
		["POST", "/carts/alice"],
		["PATCH", "/orders"],
		["SEARCH", "/products"],
	])("is 405 where the method is wrong: %s %s", async (method, path) => {
		const answer = await request(base + path, method);
		expect([answer.status, answer.body.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
		expect(answer.headers.get("allow")).toContain("OPTIONS");
	});
});

describe("unusual text", () => {
	it.each([
		["emoji", "Tea 🍵👨‍👩‍👧‍👦"],
		["right to left", "شاي אדום"],
		["composed and decomposed", "caf\u00e9 cafe\u0301"],
		["control characters", "a\tb\u202ec\u200b"],
		["markup", "<b>'\"&amp;${1}{{2}}"],
	])("is kept unchanged: %s", async (_what, name) => {
		const broker = await startShop({ SERVICES: "api,product" });
		const client = clientOf(baseUrl(broker));
		const added = await client.post("/products", { ...tea, name, description: name });
		const got = await client.get(`/products/${added.body.id}`);
		expect([added.status, got.body.name, got.body.description]).toEqual([201, name, name]);
		await broker.stop();
	});
});

describe("a customer whose id is an e-mail address with a plus", () => {
	it("can order, and finds the order everywhere", async () => {
		const broker = await startShop();
		const client = clientOf(baseUrl(broker));
		const customerId = "alice+shop@mail.example";
		const product = await client.post("/products", tea);
		const items = [{ productId: product.body.id, quantity: 1 }];
		const { status, body: order } = await client.post("/orders", { customerId, items });
		expect([status, order.customerId]).toEqual([201, customerId]);
		const encoded = encodeURIComponent(customerId);
		expect((await client.get(`/orders?customerId=${encoded}`)).body.items).toEqual([order]);
		for (const id of [customerId, encoded]) {
			await eventually(async () => (await client.get(`/carts/${id}`)).body.items.length === 1);
			await eventually(async () => (await client.get(`/mypages/${id}`)).body.orders[0]?.id === order.id);
		}
		const messages = await eventually(async () => {
			const { body } = await client.get(`/notifications?customerId=${encoded}`);
			return body.items.length > 0 && body.items;
		});
		expect(messages[0].customerId).toBe(customerId);
		await broker.stop();
	});
});

/** Sends up to `bytes` spaces, until the answer comes. */
function upload(url: string, headers: Record<string, string>, bytes: number) {
	return new Promise<{ status: number; body: { code: string }; afterMs: number; sent: number }>((resolve, reject) => {
		const since = Date.now();
		let sent = 0;
		const sending = httpRequest(
			url,
			{ method: "POST", headers: { ...JSON_TYPE, ...headers }, agent: false },
			(response) => {
				const afterMs = Date.now() - since;
				let text = "";
				response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
				response.on("end", () => {
					sending.destroy();
					resolve({ status: response.statusCode!, body: JSON.parse(text), afterMs, sent });
				});
			},
		);
		const chunk = Buffer.alloc(64 * 1024, " ");
		const more = () => {
			while (!sending.destroyed && sent < bytes) {
				sent += chunk.length;
				if (!sending.write(chunk)) return void sending.once("drain", more);
			}
		};
		sending.on("error", (error) => {
			if (!sending.destroyed) reject(error);
		});
		more();
	});
}
