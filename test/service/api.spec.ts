import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Type } from "@sinclair/typebox";
import { Errors, type ServiceBroker } from "moleculer";
import { readParams } from "../../services/api/http/requests";
import { busy, Refusal } from "../../shared/domain/refusals";
import { addReadinessCheck } from "../../shared/health/readiness";
import { observedOf } from "../../shared/reports/observed";
import { type clientOf, request } from "../support/http/http";
import { RawClient } from "../support/http/raw-client";
import { eventually } from "../support/world";
import { type Neighbours, order, startGateway } from "../support/http/neighbours";

describe("the gateway", () => {
	let broker: ServiceBroker;
	let neighbours: Neighbours;
	let base: string;
	let client: ReturnType<typeof clientOf>;

	const start = async (env: Record<string, string> = {}) => {
		({ broker, neighbours, base, client } = await startGateway(env));
	};
	beforeEach(() => start());
	afterEach(() => broker.stop());

	describe("passing requests on", () => {
		it("calls the action with path and body as one set of params, and the Idempotency-Key in meta", async () => {
			await client.post("/orders/o1/payment", { cardNo: "4242424242424242" }, { "Idempotency-Key": "k1" });
			expect(neighbours.seen[0]).toMatchObject({
				params: { orderId: "o1", cardNo: "4242424242424242" },
				meta: { idempotencyKey: "k1" },
			});
		});

		it("accepts payments and cancellations also under the older paths", async () => {
			await client.post("/paymentLists", { orderId: "o1", cardNo: "1" });
			await client.post("/cancellations", { orderId: "o1" });
			expect(neighbours.seen.map(({ params }) => params)).toEqual([{ orderId: "o1", cardNo: "1" }, { orderId: "o1" }]);
		});

		it.each([
			["bare", "a-key", "a-key"],
			["as a structured string", '"a \\"key\\""', 'a "key"'],
		])("takes an Idempotency-Key %s", async (_how, sent, taken) => {
			await client.post("/orders", {}, { "Idempotency-Key": sent });
			expect(neighbours.seen[0]!.meta.idempotencyKey).toBe(taken);
		});

		it.each([
			["that is empty", ""],
			["that is an empty string", '""'],
			["that is too long", "x".repeat(256)],
			["with a control character", "a\tb"],
		])("refuses an Idempotency-Key %s", async (_how, key) => {
			const { status, body } = await client.post("/orders", {}, { "Idempotency-Key": key });
			expect([status, body.code]).toEqual([400, "INVALID_IDEMPOTENCY_KEY"]);
			expect(neighbours.seen).toEqual([]);
		});

		it("answers with the Location of a new resource", async () => {
			const { status, headers } = await client.post("/orders", {});
			expect([status, headers.get("location")]).toEqual([201, "/orders/o1"]);
		});

		it("answers HEAD like GET, without the body", async () => {
			const got = await client.get("/orders/o1");
			const { status, headers, body } = await request(`${base}/orders/o1`, "HEAD");
			expect([status, body, headers.get("etag")]).toEqual([200, "", got.headers.get("etag")]);
		});

		it("answers a matching If-None-Match with 304, but never to a command", async () => {
			const etag = (await client.get("/orders/o1")).headers.get("etag")!;
			expect((await client.get("/orders/o1", { "If-None-Match": etag })).status).toBe(304);
			expect((await client.post("/orders", {}, { "If-None-Match": "*" })).status).toBe(201);
		});

		it("allows caches to store the catalogue, and nothing else", async () => {
			for (const path of ["/products", "/", "/openapi.json", "/asyncapi.json"])
				expect((await client.get(path)).headers.get("cache-control")).toBe("no-cache");
			expect((await client.get("/orders/o1")).headers.get("cache-control")).toBe("no-store");
		});

		it("ignores a status that a service leaves in its meta", async () => {
			neighbours.answer = ({ meta }) => {
				Object.assign(meta, { $statusCode: 418, $responseType: "text/html", $responseHeaders: { "X-Mine": "1" } });
				return order;
			};
			const { status, headers } = await client.get("/orders/o1");
			expect([status, headers.get("x-mine")]).toEqual([200, null]);
			expect(headers.get("content-type")).toMatch(/^application\/json/);
		});
	});

	describe("refusing requests", () => {
		it.each([["/order/secret"], ["/order.secret"], ["/~node/list"], ["/$node/list"], ["/api/rest"], ["/nothing"]])(
			"answers 404 at %s",
			async (path) => {
				const { status, body } = await client.get(path);
				expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
			},
		);

		it("answers 405 with the methods of the URL", async () => {
			const { status, headers, body } = await request(`${base}/orders`, "DELETE");
			expect([status, body.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
			expect(headers.get("allow")).toBe("GET, HEAD, POST, OPTIONS");
		});
	});

	it("stops reading a body that its client ends early", async () => {
		const outcomes: unknown[] = [];
		const reading = createServer((request) => {
			const read = readParams(request, Type.Object({}), {}, {});
			read.catch((error) => outcomes.push([error.type, error.message]));
			request.once("data", () => clientSide.destroy());
		}).listen(0, "127.0.0.1");
		await once(reading, "listening");
		const clientSide = connect((reading.address() as AddressInfo).port, "127.0.0.1");
		clientSide.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
		await eventually(() => outcomes.length > 0).finally(() => reading.close());
		expect(outcomes).toEqual([["MALFORMED_BODY", "The body ended early."]]);
	});

	describe("the id of a request", () => {
		it("is the client's, and is passed on to the services", async () => {
			const { headers } = await client.get("/orders/o1", { "X-Request-ID": "abc.DEF_1-2" });
			expect(headers.get("x-request-id")).toBe("abc.DEF_1-2");
			expect(neighbours.seen[0]!.requestID).toBe("abc.DEF_1-2");
		});

		it.each([
			["with a space", "with space"],
			["with markup", "<script>"],
			["that is too long", "x".repeat(129)],
		])("is a new one instead of one %s", async (_how, id) => {
			const { headers } = await client.get("/orders/o1", { "X-Request-ID": id, "X-Correlation-ID": id });
			expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
			expect(neighbours.seen[0]!.requestID).toBe(headers.get("x-request-id"));
		});

		it("is on errors too, and in the problem's instance", async () => {
			const { headers, body } = await client.get("/nothing", { "X-Request-ID": "r1" });
			expect(headers.get("x-request-id")).toBe("r1");
			expect(body.instance).toBe("urn:funshop:request:r1");
		});
	});

	describe("an error of a service", () => {
		it("is answered with the refusal's code, text and Retry-After", async () => {
			neighbours.answer = () => {
				throw new Refusal("conflict", "PAYMENT_IN_PROGRESS", "A payment is under way.", { retryAfterS: 2 });
			};
			const { status, headers, body } = await client.get("/orders/o1");
			expect(headers.get("content-type")).toBe("application/problem+json");
			expect(headers.get("retry-after")).toBe("2");
			expect(status).toBe(409);
			expect(body).toEqual({
				type: "urn:funshop:problem:PAYMENT_IN_PROGRESS",
				title: "Payment in progress",
				status: 409,
				code: "PAYMENT_IN_PROGRESS",
				detail: "A payment is under way.",
				instance: expect.stringMatching(/^urn:funshop:request:/),
			});
		});

		it("is answered in the same way where the refusal comes from another process", async () => {
			neighbours.answer = () => {
				const { name, message, code, type, data } = busy("PAYMENT_UNAVAILABLE", "Not now.", 3);
				throw Object.assign(new Error(message), { name, code, type, data });
			};
			const { status, headers, body } = await client.get("/orders/o1");
			expect([status, headers.get("retry-after"), body.code]).toEqual([503, "3", "PAYMENT_UNAVAILABLE"]);
		});

		it("comes two seconds later to a connection that asks again before it should, and takes no place meanwhile", async () => {
			neighbours.answer = () => {
				throw busy("PAYMENT_UNAVAILABLE", "Not now.", 3);
			};
			const impatient = await RawClient.open(Number(new URL(base).port));
			const since = performance.now();
			for (let time = 0; time < 2; time++) impatient.socket.write("GET /orders/o1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
			const answers = () => impatient.text.split("HTTP/1.1 503 ").length - 1;
			await eventually(() => answers() === 1 && neighbours.seen.length === 2);
			await eventually(() => observedOf(broker).admission!().underWay === 0, 500);
			expect(answers()).toBe(1);
			await eventually(() => answers() === 2);
			expect(performance.now() - since).toBeGreaterThan(1_800);
			impatient.socket.destroy();
		});

		it("comes at once where something is away, and from a probe, however often it is asked", async () => {
			addReadinessCheck(broker, { name: "never", ok: () => false });
			const checker = await RawClient.open(Number(new URL(base).port));
			const since = performance.now();
			neighbours.answer = () => {
				throw new Errors.ServiceNotAvailableError({ action: "x", nodeID: "n" });
			};
			for (const path of ["/readyz", "/readyz", "/orders/o1", "/orders/o1"])
				checker.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
			await eventually(() => checker.text.split("HTTP/1.1 503 ").length - 1 === 4);
			expect(performance.now() - since).toBeLessThan(900);
			checker.socket.destroy();
		});

		it.each([
			["is stopped", new Errors.ServiceNotAvailableError({ action: "x", nodeID: "n" }), "SERVICE_UNAVAILABLE"],
			["was never there", new Errors.ServiceNotFoundError({ action: "x", nodeID: "n" }), "SERVICE_UNAVAILABLE"],
			["is too slow", new Errors.RequestTimeoutError({ action: "x", nodeID: "n" }), "REQUEST_TIMEOUT"],
			[
				"gets no call as the time is up",
				new Errors.RequestSkippedError({ action: "x", nodeID: "n" }),
				"REQUEST_TIMEOUT",
			],
			["is leaving", new Errors.RequestRejectedError({ action: "x", nodeID: "n" }), "SERVICE_UNAVAILABLE"],
			["has a full queue", new Errors.QueueIsFullError({ action: "x", nodeID: "n" } as never), "OVERLOADED"],
			["is cut off", new (Errors.BrokerDisconnectedError as unknown as new () => Error)(), "SERVICE_UNAVAILABLE"],
		])("is 503 with Retry-After where a service %s", async (_how, error, code) => {
			neighbours.answer = () => {
				throw error;
			};
			const { status, headers, body } = await client.get("/orders/o1");
			expect([status, headers.get("retry-after"), body.code]).toEqual([503, "1", code]);
			expect(Object.keys(body).sort()).toEqual(["code", "detail", "instance", "status", "title", "type"]);
		});

		it("is 503 where the service is stopped, and 200 once it is back", async () => {
			await broker.destroyService("order");
			const { status, headers, body } = await client.get("/orders/o1");
			expect([status, headers.get("retry-after"), body.code]).toEqual([503, "1", "SERVICE_UNAVAILABLE"]);
			broker.createService({ name: "order", actions: { get: () => order } });
			await eventually(async () => (await client.get("/orders/o1")).status === 200);
		});

		it("is 503 where the gateway has not discovered the service yet", async () => {
			const { status, headers, body } = await client.get("/notifications?customerId=alice");
			expect([status, headers.get("retry-after"), body.code]).toEqual([503, "1", "SERVICE_UNAVAILABLE"]);
		});

		it.each([
			[
				"an error",
				Object.assign(new Error("secret sql at node-7"), { code: "ECONNREFUSED", data: { card: "4242424242424242" } }),
			],
			["no error at all", "secret"],
		])("reveals no cause where it is unexpected: %s", async (_what, thrown) => {
			neighbours.answer = () => {
				throw thrown;
			};
			const { status, body } = await client.get("/orders/o1");
			expect([status, body.code]).toEqual([500, "INTERNAL_ERROR"]);
			expect(JSON.stringify(body)).not.toMatch(/secret|node-7|ECONN|4242|stack/);
		});
	});

	describe("pages of other origins", () => {
		const preflight = (origin: string) =>
			request(`${base}/orders`, "OPTIONS", undefined, { Origin: origin, "Access-Control-Request-Method": "POST" });

		it("are not allowed to call by default", async () => {
			const { status, headers } = await preflight("https://shop.example");
			expect([status, headers.get("access-control-allow-origin")]).toEqual([204, null]);
		});

		it("may call where their origin is configured, and read the response headers", async () => {
			await broker.stop();
			await start({ CORS_ORIGINS: "https://shop.example,https://other.example" });
			const allowed = await preflight("https://shop.example");
			expect(allowed.status).toBe(204);
			expect(Object.fromEntries(allowed.headers)).toMatchObject({
				"access-control-allow-origin": "https://shop.example",
				"access-control-allow-headers":
					"Content-Type, Idempotency-Key, X-Request-ID, Last-Event-ID, If-Match, If-None-Match",
				"access-control-allow-methods": "GET, HEAD, POST, PATCH",
				vary: "Origin",
			});
			for (const path of ["/orders/o1", "/nothing"]) {
				const { headers } = await client.get(path, { Origin: "https://shop.example" });
				expect(headers.get("access-control-allow-origin")).toBe("https://shop.example");
				expect(headers.get("access-control-expose-headers")).toBe("Location, X-Request-ID, Retry-After, ETag");
			}
		});

		it("are answered without CORS headers where their origin is not configured", async () => {
			await broker.stop();
			await start({ CORS_ORIGINS: "https://shop.example" });
			const { status, headers } = await client.get("/orders/o1", { Origin: "https://evil.example" });
			expect([status, headers.get("access-control-allow-origin")]).toEqual([200, null]);
		});

		it("may all call without credentials where the configuration is *", async () => {
			await broker.stop();
			await start({ CORS_ORIGINS: "*" });
			const { headers } = await preflight("https://anywhere.example");
			expect(headers.get("access-control-allow-origin")).toBe("*");
			expect(headers.get("access-control-allow-credentials")).toBeNull();
		});
	});
});
