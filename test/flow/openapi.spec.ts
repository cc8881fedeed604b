import { STORING_SERVICES } from "../../config";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServiceBroker } from "moleculer";
import { Documented } from "../support/http/documented";
import { baseUrl, request } from "../support/http/http";
import { eventually, startShop } from "../support/world";

const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";

describe("the OpenAPI document", () => {
	let broker: ServiceBroker;
	let base: string;
	let document: any;
	let documented: Documented;

	beforeAll(async () => {
		broker = await startShop();
		base = baseUrl(broker);
		document = (await request(`${base}/openapi.json`)).body;
		documented = new Documented(document);
	});
	afterAll(() => broker.stop());

	/** Makes a request, and checks the answer against the document's response of this operation and status. */
	async function call(
		method: "get" | "post" | "patch",
		template: string,
		{
			path = {},
			query = "",
			body,
			headers,
		}: { path?: Record<string, string>; query?: string; body?: unknown; headers?: Record<string, string> },
		status: number,
		code?: string,
	): Promise<any> {
		const url = template.replace(/\{(\w+)\}/g, (_, name: string) => path[name]!);
		const answer = await request(base + url + query, method.toUpperCase(), body, headers);
		expect([answer.status, answer.body?.code]).toEqual([status, code]);
		documented.expect(method, template, answer);
		return answer.body;
	}

	/** What a program prints, as JSON, that is given the document as a file. */
	async function judgedBy(program: string, judged: unknown): Promise<unknown> {
		const folder = mkdtempSync(join(tmpdir(), "funshop-openapi-"));
		const file = join(folder, "openapi.json");
		writeFileSync(file, JSON.stringify(judged));
		const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, "../..", program), file]);
		rmSync(folder, { recursive: true });
		return JSON.parse(stdout) as unknown;
	}

	it.each(["/openapi.json", "/operator/api/openapi.json"])("%s is valid OpenAPI 3.1", async (path) => {
		const validator = "node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js";
		expect(await judgedBy(validator, (await request(base + path)).body)).toEqual({ valid: true });
	});

	it("of the operator's console has nothing either that these rules find", async () => {
		const { body } = await request(`${base}/operator/api/openapi.json`);
		expect(await judgedBy("test/support/http/lint-openapi.mjs", body)).toEqual([]);
	}, 30_000);

	it("has nothing that the recommended rules of Spectral and Redocly find", async () => {
		const linter = "test/support/http/lint-openapi.mjs";
		expect(await judgedBy(linter, document)).toEqual([]);
		const { license: _license, ...info } = document.info;
		expect(await judgedBy(linter, { ...document, tags: [], info })).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^info-license /),
				expect.stringMatching(/^operation-tag-defined /),
			]),
		);
	}, 30_000);

	it("describes money and my page's orders once, and what is sent on the live page", () => {
		const { schemas } = document.components;
		expect(schemas.PageOrder.properties.total).toEqual({ $ref: "#/components/schemas/Money" });
		const stream = document.paths["/mypages/{customerId}/events"].get.responses[200].content["text/event-stream"];
		expect(stream["x-itemSchema"].properties.data).toEqual({ $ref: "#/components/schemas/PageOrder" });
	});

	it("has the answer to a client that sends too slowly with every operation", () => {
		for (const methods of Object.values<any>(document.paths))
			for (const { operationId, responses } of Object.values<any>(methods))
				expect([operationId, responses[408]?.description]).toEqual([operationId, "REQUEST_TOO_SLOW"]);
	});

	it("names every operation once", () => {
		const ids = Object.values<any>(document.paths).flatMap((methods) =>
			Object.values<any>(methods).map((one) => one.operationId),
		);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it("describes the answers of the catalogue", async () => {
		const price = { amount: 1_000, currency: "KRW" };
		const added = await call("post", "/products", { body: { name: "Tea", price, stock: 10 } }, 201);
		await call("get", "/products", { query: "?search=tea&limit=5" }, 200);
		await call("get", "/products/{id}", { path: { id: added.id } }, 200);
		const path = { id: added.id };
		await call("patch", "/products/{id}", { path, body: { stock: 20 } }, 200);
		const [stale, malformed] = ['"1"', "1"].map((tag) => ({ "If-Match": tag }));
		await call("patch", "/products/{id}", { path, body: { stock: 1 }, headers: stale }, 412, "PRECONDITION_FAILED");
		await call("patch", "/products/{id}", { path, body: { stock: 1 }, headers: malformed }, 400, "INVALID_IF_MATCH");
		await call("patch", "/products/{id}", { path, body: { stockDelta: -21 } }, 409, "STOCK_OUT_OF_RANGE");
		const headers = { "Idempotency-Key": "key-1" };
		const cup = { name: "Cup", price, stock: 10 };
		await call("post", "/products", { body: cup, headers }, 201);
		await call("post", "/products", { body: { ...cup, stock: 2 }, headers }, 422, "IDEMPOTENCY_KEY_REUSED");
		await call("get", "/products", { query: "?cursor=forged" }, 400, "INVALID_CURSOR");
		await call("get", "/products", { query: "?limit=0" }, 422, "VALIDATION_FAILED");
		await call("get", "/products", { headers: { "X-Large": "x".repeat(20_000) } }, 431, "HEADERS_TOO_LARGE");
		await call("get", "/products/{id}", { path: { id: "none" } }, 404, "PRODUCT_NOT_FOUND");
		await call("patch", "/products/{id}", { path: { id: "none" }, body: { stock: 1 } }, 404, "PRODUCT_NOT_FOUND");
		await call("post", "/products", { body: "{" }, 400, "MALFORMED_BODY");
		await call("post", "/products", { body: { name: "Tea", price, stock: -1 } }, 422, "VALIDATION_FAILED");
		await call(
			"post",
			"/products",
			{ body: "{}", headers: { "content-type": "text/plain" } },
			415,
			"UNSUPPORTED_MEDIA_TYPE",
		);
		await call("post", "/products", { body: { name: "x".repeat(200_000) } }, 413, "PAYLOAD_TOO_LARGE");
	});

	it("describes the answers to ordering, paying and cancelling", async () => {
		const { items } = await call("get", "/products", {}, 200);
		const body = { customerId: "alice", items: [{ productId: items[0].id, quantity: 1 }] };
		const headers = { "Idempotency-Key": "key-1" };
		const order = await call("post", "/orders", { body, headers }, 201);
		const more = { ...body, items: [{ ...body.items[0], quantity: 2 }] };
		await call("post", "/orders", { body: more, headers }, 422, "IDEMPOTENCY_KEY_REUSED");
		await call("post", "/orders", { body, headers: { "Idempotency-Key": "" } }, 400, "INVALID_IDEMPOTENCY_KEY");
		await call(
			"post",
			"/orders",
			{ body: { customerId: "alice", items: [{ productId: "none", quantity: 1 }] } },
			404,
			"PRODUCT_NOT_FOUND",
		);
		const path = { orderId: order.id };
		await call("get", "/orders/{id}", { path: { id: order.id } }, 200);
		await call("get", "/orders/{id}", { path: { id: "none" } }, 404, "ORDER_NOT_FOUND");
		await call("get", "/orders", { query: "?customerId=alice&status=placed" }, 200);
		await call("get", "/orders", {}, 422, "VALIDATION_FAILED");
		await call("get", "/cancellations/{orderId}", { path }, 404, "CANCELLATION_NOT_FOUND");
		await call("get", "/cancellations/{orderId}", { path: { orderId: "none" } }, 404, "ORDER_NOT_FOUND");
		await eventually(async () => (await request(`${base}/carts/alice`)).body.items.length === 1);
		await call("get", "/carts/{customerId}", { path: { customerId: "alice" }, query: "?limit=1" }, 200);
		const forged = { path: { customerId: "alice" }, query: "?cursor=forged" };
		await call("get", "/carts/{customerId}", forged, 400, "INVALID_CURSOR");

		await call("post", "/orders/{orderId}/payment", { path, body: { cardNo: DECLINED } }, 402, "CARD_DECLINED");
		await call("post", "/orders/{orderId}/payment", { path, body: { cardNo: "1234" } }, 422, "VALIDATION_FAILED");
		await call("post", "/orders/{orderId}/payment", { path, body: { cardNo: APPROVED } }, 200);
		await call("post", "/paymentLists", { body: { orderId: order.id, cardNo: APPROVED } }, 409, "ORDER_ALREADY_PAID");
		await call("post", "/paymentLists", { body: { orderId: "none", cardNo: APPROVED } }, 404, "ORDER_NOT_FOUND");
		const payments = await call("get", "/paymentLists", { query: `?orderId=${order.id}` }, 200);
		expect(payments.items).toHaveLength(2);
		await call("get", "/paymentLists/{id}", { path: { id: payments.items[0].id } }, 200);
		await call("get", "/paymentLists/{id}", { path: { id: "none" } }, 404, "PAYMENT_NOT_FOUND");

		await call("post", "/orders/{orderId}/cancellation", { path, body: { reason: "too many" } }, 200);
		await call("post", "/cancellations", { body: { orderId: order.id } }, 409, "ORDER_CANCELLED");
		await call("get", "/cancellations/{orderId}", { path }, 200);

		const second = await call("post", "/orders", { body }, 201);
		await call("post", "/paymentLists", { body: { orderId: second.id, cardNo: APPROVED } }, 200);
		const third = await call("post", "/orders", { body }, 201);
		await call("post", "/cancellations", { body: { orderId: third.id } }, 200);
	});

	it("describes the answers of my page, of messages and of the gateway itself", async () => {
		const path = { customerId: "alice" };
		await eventually(async () => (await request(`${base}/mypages/alice`)).body.orders.length === 3);
		await eventually(async () => (await request(`${base}/notifications?customerId=alice`)).body.items.length > 0);
		await call("get", "/mypages/{customerId}", { path }, 200);
		await call("get", "/mypages/{customerId}", { path: { customerId: "a b" } }, 422, "VALIDATION_FAILED");
		await call("get", "/notifications", { query: "?customerId=alice" }, 200);
		await call("get", "/notifications", {}, 422, "VALIDATION_FAILED");
		for (const template of ["/livez", "/readyz", "/openapi.json", "/asyncapi.json", "/"])
			await call("get", template, {}, 200);

		const leaving = new AbortController();
		const stream = await fetch(`${base}/mypages/alice/events`, { signal: leaving.signal });
		const { value } = await stream.body!.getReader().read();
		documented.expect("get", "/mypages/{customerId}/events", {
			...stream,
			status: stream.status,
			headers: stream.headers,
			body: String(value),
		});
		leaving.abort();
	});

	it("describes the answers while services are stopped", async () => {
		for (const name of STORING_SERVICES) await broker.destroyService(name);
		const path = { id: "any", orderId: "any", customerId: "alice" };
		for (const [template, methods] of Object.entries<any>(document.paths)) {
			for (const method of Object.keys(methods)) {
				const isOwn = [
					"/livez",
					"/readyz",
					"/openapi.json",
					"/asyncapi.json",
					"/",
					"/mypages/{customerId}/events",
				].includes(template);
				if (!isOwn) await call(method as "get", template, { path }, 503, "SERVICE_UNAVAILABLE");
			}
		}
	});

	it("was checked against a successful answer of every operation", () => {
		const missing = Object.entries<any>(document.paths).flatMap(([template, methods]) =>
			Object.entries<any>(methods).flatMap(([method, { responses }]) => {
				const good = Object.keys(responses).find((status) => status.startsWith("2"));
				return documented.seen.has(`${method} ${template} ${good}`) ? [] : [`${method} ${template}`];
			}),
		);
		expect(missing).toEqual([]);
	});
});
