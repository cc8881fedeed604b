import type { ServiceBroker } from "moleculer";
import { RawClient } from "../support/http/raw-client";
import { type Neighbours, startGateway } from "../support/http/neighbours";

const FORM = "Content-Type: application/x-www-form-urlencoded";

describe("a request that a page of another site may have made a browser send", () => {
	let broker: ServiceBroker;
	let neighbours: Neighbours;
	let port: number;

	const start = async (env: Record<string, string> = {}) => {
		const gateway = await startGateway(env);
		({ broker, neighbours } = gateway);
		port = Number(new URL(gateway.base).port);
	};
	const restart = async (env: Record<string, string>) => {
		await broker.stop();
		await start(env);
	};
	beforeAll(() => start());
	beforeEach(() => {
		neighbours.seen = [];
	});
	afterAll(() => broker.stop());

	/** Status and code of the answer; the code is undefined where it is no problem. */
	const answerTo = async (requestLine: string, ...headers: string[]) => {
		const client = await RawClient.open(port);
		client.socket.write([requestLine, ...headers, "Connection: close", "", ""].join("\r\n"));
		await client.closed;
		return [Number(client.text.split(" ")[1]), /"code":"([A-Z_]+)"/.exec(client.text)?.[1]];
	};
	const GET = "GET /orders/o1 HTTP/1.1";

	describe("under a name that leads here", () => {
		it.each([
			["localhost"],
			["LOCALHOST:8080"],
			["shop.localhost"],
			["127.0.0.1:1"],
			["127.1.2.3"],
			["[::1]"],
			["[::1]:8080"],
		])("is answered where the name is %s", async (host) => {
			expect(await answerTo(GET, `Host: ${host}`)).toEqual([200, undefined]);
		});

		it.each([
			["evil.example"],
			["evil.example:8080"],
			["localhost.evil.example"],
			["127.evil.example"],
			["0.0.0.0"],
			["[::]"],
			["192.168.0.1"],
			[""],
		])("is 421 in protected mode where the name is %j", async (host) => {
			expect(await answerTo(GET, `Host: ${host}`)).toEqual([421, "MISDIRECTED_REQUEST"]);
			expect(await answerTo("GET / HTTP/1.1", `Host: ${host}`)).toEqual([421, "MISDIRECTED_REQUEST"]);
			expect(await answerTo("OPTIONS /orders HTTP/1.1", `Host: ${host}`)).toEqual([421, "MISDIRECTED_REQUEST"]);
			expect(neighbours.seen).toEqual([]);
		});

		it.each([["user@localhost"], ["localhost/path"], ["localhost:port"], ["a b"], ["[::1"], ["::1"]])(
			"is 400 where the name is no name: %s",
			async (host) => {
				expect(await answerTo(GET, `Host: ${host}`)).toEqual([400, "MALFORMED_REQUEST"]);
			},
		);

		it("is 400 with two Host headers", async () => {
			expect(await answerTo(GET, "Host: localhost", "Host: localhost")).toEqual([400, "MALFORMED_REQUEST"]);
			expect(await answerTo(GET, "Host: localhost", "hOST: evil.example")).toEqual([400, "MALFORMED_REQUEST"]);
		});

		it("is judged by the target's name where a proxy sends a whole URL", async () => {
			const get = (url: string, ...headers: string[]) => answerTo(`GET ${url} HTTP/1.1`, ...headers);
			expect(await get("http://127.0.0.1:8080/orders/o1", "Host: other.example")).toEqual([200, undefined]);
			expect(await get("HTTP://localhost?limit=1", "Host: localhost")).toEqual([422, "VALIDATION_FAILED"]);
			expect(await get("http://evil.example/orders/o1", "Host: localhost")).toEqual([421, "MISDIRECTED_REQUEST"]);
			expect(await get("http://localhost/orders/o1")).toEqual([400, "MALFORMED_REQUEST"]);
			expect(neighbours.seen).toHaveLength(1);
		});

		it("is answered by any name where protected mode is off", async () => {
			await restart({ PROTECTED_MODE: "off" });
			expect(await answerTo(GET, "Host: shop.example")).toEqual([200, undefined]);
			expect(await answerTo(GET, "Host: user@shop.example")).toEqual([400, "MALFORMED_REQUEST"]);
			await restart({});
		});
	});

	describe("to change something without a body", () => {
		const cancel = (...headers: string[]) =>
			answerTo("POST /orders/o1/cancellation HTTP/1.1", "Host: localhost:8080", "Content-Length: 0", ...headers);

		it.each<[string, string[]]>([
			["a form of another site", [FORM, "Origin: https://evil.example"]],
			["a form of a page without origin", [FORM, "Origin: null"]],
			["a form of another port", [FORM, "Origin: http://localhost:3000", "Sec-Fetch-Site: same-site"]],
			["a script of another site", ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"]],
			["another site, whose browser withholds its origin", ["Sec-Fetch-Site: cross-site"]],
			["a form of nobody knows whom", [FORM]],
			["text", ["Content-Type: text/plain"]],
			["parts of a form", ["Content-Type: multipart/form-data; boundary=x"]],
		])("is 415 where it comes from %s", async (_who, headers) => {
			expect(await cancel(...headers)).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
			expect(neighbours.seen).toEqual([]);
		});

		it.each<[string, string[]]>([
			["no page", []],
			["a page of the shop", ["Origin: http://localhost:8080", "Sec-Fetch-Site: same-origin"]],
			["a form of the shop", [FORM, "Origin: http://localhost:8080"]],
			["a page of the shop that withholds its origin", ["Sec-Fetch-Site: same-origin"]],
			[
				"another site as JSON, which its browser has asked for",
				["Content-Type: application/json", "Origin: https://a.example"],
			],
		])("is taken from %s", async (_who, headers) => {
			expect(await cancel(...headers)).toEqual([200, undefined]);
		});

		it("is taken from a page of an origin that is configured", async () => {
			await restart({ CORS_ORIGINS: "https://friend.example" });
			expect(await cancel(FORM, "Origin: https://friend.example", "Sec-Fetch-Site: cross-site")).toEqual([
				200,
				undefined,
			]);
			expect(await cancel(FORM, "Origin: https://evil.example")).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
			await restart({});
		});
	});
});
