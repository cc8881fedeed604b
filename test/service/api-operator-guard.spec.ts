import { request as httpRequest } from "node:http";
import type { ServiceBroker } from "moleculer";
import { OPERATOR_ROUTES } from "../../services/api/operator.routes";
import { ROUTES } from "../../services/api/api.routes";
import { startGateway } from "../support/http/neighbours";
import { RawClient } from "../support/http/raw-client";
import { eventually } from "../support/world";

const TOKEN = "correct-horse-battery-staple";
const WRONG = "incorrect-horse-battery-staple";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Every method and URL of customers. A further one has to be added here by hand, so that none becomes reachable by accident. */
const CUSTOMERS = [
	"GET /",
	"GET /asyncapi.json",
	"GET /cancellations/{orderId}",
	"GET /carts/{customerId}",
	"GET /livez",
	"GET /mypages/{customerId}",
	"GET /mypages/{customerId}/events",
	"GET /notifications",
	"GET /openapi.json",
	"GET /orders",
	"GET /orders/{id}",
	"GET /paymentLists",
	"GET /paymentLists/{id}",
	"GET /products",
	"GET /products/{id}",
	"GET /readyz",
	"PATCH /products/{id}",
	"POST /cancellations",
	"POST /orders",
	"POST /orders/{orderId}/cancellation",
	"POST /orders/{orderId}/payment",
	"POST /paymentLists",
	"POST /products",
];
const OPERATORS = [
	"GET /operator/api/audits",
	"GET /operator/api/audits/{id}",
	"GET /operator/api/dead-letter",
	"GET /operator/api/dead-letters",
	"GET /operator/api/faults",
	"GET /operator/api/openapi.json",
	"GET /operator/api/orders",
	"GET /operator/api/orders/{id}/story",
	"GET /operator/api/selling",
	"GET /operator/api/state",
	"GET /operator/api/trail",
	"GET /operator/api/trail/{id}",
	"PATCH /operator/api/products/{id}",
	"POST /operator/api/audits",
	"POST /operator/api/dead-letters/drop",
	"POST /operator/api/dead-letters/replay",
	"POST /operator/api/dead-letters/replay-range",
	"POST /operator/api/faults",
	"POST /operator/api/faults/reset",
	"POST /operator/api/my-page/rebuild",
	"POST /operator/api/products",
	"POST /operator/api/samples",
	"POST /operator/api/services/start",
	"POST /operator/api/services/stop",
];
/** Spellings of an operator's URL that some server, or some check, may read as the plain one. */
const SPELLINGS = [
	"//operator/api/state",
	"///operator//api//state",
	"/OPERATOR/api/state",
	"/Operator/API/state",
	"/%6fperator/api/state",
	"/%6Fperator/%61pi/state",
	"/operator%2fapi%2fstate",
	"/%2foperator/api/state",
	"/operator//api/state",
	"/operator/api/state/",
	"/operator/api//state",
	"/operator/api/state?x=1",
	"/operator/api/state#x",
	"/operator/./api/state",
	"/./operator/api/state",
	"/orders/../operator/api/state",
	"/products/%2e%2e/operator/api/state",
	"/operator/%2e/api/state",
	"/\\operator/api/state",
	"/operator\\api\\state",
	"/operator;x/api/state",
	"/operator/api;x/state",
	"/operator/api%00/state",
	"/%ooperator/api/state",
	"operator/api/state",
	"http://127.0.0.1/operator/api/state",
	"HTTP://127.0.0.1//operator/api/state",
	"http://127.0.0.1/%6fperator/api/state",
	"http://127.0.0.1",
	"*",
];

describe("who reaches the operator's URLs", () => {
	let broker: ServiceBroker | undefined;
	let port: number;
	const start = async (env: Record<string, string>) => {
		const gateway = await startGateway(env);
		broker = gateway.broker;
		port = Number(new URL(gateway.base).port);
		// Answers in place of the service, so that a request that gets through is seen.
		const actions = Object.fromEntries(
			OPERATOR_ROUTES.filter(({ action }) => action).map(({ action }) => [
				action!.split(".")[1]!,
				() => ({ id: "reached", version: 1, items: [], next: null }),
			]),
		);
		broker.createService({ name: "operator", actions });
		await broker.waitForServices("operator", 5_000, 10);
	};
	afterEach(async () => {
		await broker?.stop();
		broker = undefined;
	});

	const ask = (method: string, target: string, ...headers: string[]) =>
		askFrom("127.0.0.1", method, target, ...headers);
	/** Sends exactly this target. Resolves with status, code and headers. */
	async function askFrom(localAddress: string, method: string, path: string, ...lines: string[]) {
		const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
		return new Promise<{ status: number; code?: string; headers: Record<string, unknown>; text: string }>(
			(resolve, reject) => {
				const sent = httpRequest(
					{ host: "127.0.0.1", port, method, path, localAddress, agent: false, headers },
					(answer) => {
						let text = "";
						answer.on("data", (chunk) => (text += String(chunk)));
						answer.on("end", () => {
							const [, code] = /"code":"([A-Z_]+)"/.exec(text) ?? [];
							resolve({ status: answer.statusCode!, code, headers: answer.headers, text });
						});
					},
				);
				sent.on("error", reject).end();
			},
		);
	}
	const statusOf = async (method: string, target: string, ...headers: string[]) =>
		(await ask(method, target, ...headers)).status;
	const urlOf = (template: string) => template.replaceAll(/\{\w+\}/g, "x");
	const bearer = (token: string) => `Authorization: Bearer ${token}`;

	/** The methods and URLs among `all` that lead further than to 401, 404 and 405: to the action, or to a complaint about its params. */
	async function reachable(all: readonly string[], ...headers: string[]): Promise<string[]> {
		const found: string[] = [];
		for (const template of new Set(all.map((one) => one.split(" ")[1]!))) {
			for (const method of METHODS) {
				if (["HEAD", "OPTIONS"].includes(method)) continue;
				// The stream goes on; its customer is malformed, so that it is refused.
				const url = template.endsWith("/events") ? "/mypages/a%20b/events" : urlOf(template);
				const status = await statusOf(method, url, ...headers);
				if (![401, 404, 405].includes(status)) found.push(`${method} ${template}`);
			}
		}
		return found.sort();
	}

	it("are listed, each with its methods", () => {
		const listed = (routes: ReadonlyArray<{ method: string; path: string }>) =>
			routes.map(({ method, path }) => `${method} ${path}`).sort();
		expect(listed(ROUTES)).toEqual(CUSTOMERS);
		expect(listed(OPERATOR_ROUTES)).toEqual(OPERATORS);
	});

	it("in protected mode everybody on this machine does, as they reach customers' URLs", async () => {
		await start({});
		expect(await reachable(CUSTOMERS)).toEqual(CUSTOMERS);
		expect(await reachable(OPERATORS)).toEqual(OPERATORS);
		expect((await ask("GET", "/operator/api/state", "Host: evil.example")).code).toBe("MISDIRECTED_REQUEST");
	});

	it("where protected mode is off and there is no token, nobody does, and customers reach theirs", async () => {
		await start({ PROTECTED_MODE: "off" });
		expect(await reachable(CUSTOMERS)).toEqual(CUSTOMERS);
		expect(await reachable(OPERATORS)).toEqual([]);
		expect(await reachable(OPERATORS, bearer(TOKEN))).toEqual([]);
		for (const template of OPERATORS.map((one) => urlOf(one.split(" ")[1]!)))
			for (const method of METHODS)
				expect([method, template, await statusOf(method, template)]).toEqual([method, template, 404]);
		for (const page of ["/operator", "/operator/", "/operator/orders"])
			expect([page, await statusOf("GET", page)]).toEqual([page, 404]);
	});

	it("where a token is set, nobody does without it, by any method, and customers reach theirs", async () => {
		await start({ PROTECTED_MODE: "off", OPERATOR_TOKEN: TOKEN });
		expect(await reachable(CUSTOMERS)).toEqual(CUSTOMERS);
		expect(await reachable(OPERATORS)).toEqual([]);
		for (const template of OPERATORS.map((one) => urlOf(one.split(" ")[1]!))) {
			for (const method of METHODS) {
				const { status, headers } = await ask(method, template);
				expect([method, template, status, headers["www-authenticate"]]).toEqual([
					method,
					template,
					401,
					'Bearer realm="operator"',
				]);
			}
		}
		expect(await reachable(OPERATORS, bearer(TOKEN))).toEqual(OPERATORS);
	});

	it("also in protected mode, nobody does without the token that is set", async () => {
		await start({ OPERATOR_TOKEN: TOKEN });
		expect(await reachable(OPERATORS)).toEqual([]);
		expect(await reachable(OPERATORS, bearer(TOKEN))).toEqual(OPERATORS);
	});

	it.each<Record<string, string>>([
		{ PROTECTED_MODE: "off" },
		{ PROTECTED_MODE: "off", OPERATOR_TOKEN: TOKEN },
		{ OPERATOR_TOKEN: TOKEN, CORS_ORIGINS: "*" },
	])("nobody does by an odd spelling, with %j", async (env) => {
		await start(env);
		const pages = new Set<string>();
		for (const spelling of SPELLINGS) {
			for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
				const client = await RawClient.open(port);
				client.socket.write(`${method} ${spelling} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
				await client.closed;
				const status = Number(client.text.split(" ")[1]);
				// These two are no URLs of operators.
				const isOpen = ["*", "http://127.0.0.1"].includes(spelling) && status < 300;
				const isRefused = [400, 401, 404, 405, 415].includes(status);
				// The console's page has no data: whoever has a token to enter has to load it first.
				if (env.OPERATOR_TOKEN && /^HTTP\/1.1 200 [^]*\nContent-Type: text\/html/.test(client.text))
					pages.add(spelling);
				const isPage = pages.has(spelling) && [200, 204].includes(status);
				expect([method, spelling, status, isOpen || isRefused || isPage]).toEqual([method, spelling, status, true]);
				expect(client.text).not.toMatch(/reached|Access-Control/i);
			}
		}
	});

	it.each<[string, string[]]>([
		["nothing", []],
		["another scheme", [`Authorization: Basic ${Buffer.from(`operator:${TOKEN}`).toString("base64")}`]],
		["no scheme", [`Authorization: ${TOKEN}`]],
		["an empty token", ["Authorization: Bearer "]],
		["two words", [`Authorization: Bearer ${TOKEN} ${TOKEN}`]],
		["a cookie", [`Cookie: token=${TOKEN}`]],
		["a header of a proxy", [`X-Forwarded-User: operator`, "X-Forwarded-For: 127.0.0.1"]],
		["a very long token", [`Authorization: Bearer ${"x".repeat(2_000)}`]],
	])("whoever brings %s is told that the token is needed", async (_what, headers) => {
		await start({ OPERATOR_TOKEN: TOKEN });
		expect(await ask("GET", "/operator/api/state", ...headers)).toMatchObject({ status: 401, code: "TOKEN_NEEDED" });
	});

	it.each([WRONG, TOKEN.slice(1), TOKEN.slice(0, -1), `${TOKEN}x`, TOKEN.toUpperCase(), "x"])(
		"whoever brings the wrong token %s does not",
		async (token) => {
			await start({ OPERATOR_TOKEN: TOKEN });
			expect(await ask("GET", "/operator/api/state", bearer(token))).toMatchObject({
				status: 401,
				code: "WRONG_TOKEN",
			});
		},
	);

	it("does not take the token from a query", async () => {
		await start({ OPERATOR_TOKEN: TOKEN });
		expect(await statusOf("GET", `/operator/api/state?token=${TOKEN}&access_token=${TOKEN}`)).toBe(401);
	});

	it("slows down whoever guesses, and lets the right token in meanwhile, from the same address and from others", async () => {
		await start({ OPERATOR_TOKEN: TOKEN });
		const guess = (number: number) => ask("GET", "/operator/api/state", bearer(`${WRONG}-${number}`));
		const first = await Promise.all(Array.from({ length: 10 }, (_, number) => guess(number)));
		expect(first.map(({ status }) => status)).toEqual(Array(10).fill(401));
		const late = await guess(11);
		expect(late).toMatchObject({
			status: 429,
			code: "TOO_MANY_GUESSES",
			headers: { "retry-after": expect.any(String) },
		});
		expect(Number(late.headers["retry-after"])).toBeGreaterThan(0);
		// Another address has its own count.
		expect(await askFrom("127.0.0.2", "GET", "/operator/api/state", bearer(WRONG))).toMatchObject({ status: 401 });
		expect(await statusOf("GET", "/operator/api/state", bearer(TOKEN))).toBe(200);
		expect(await askFrom("127.0.0.3", "GET", "/operator/api/state", bearer(TOKEN))).toMatchObject({ status: 200 });
		expect((await guess(12)).status).toBe(429);
	});

	it("answers a connection that goes on guessing two seconds later each time", async () => {
		await start({ OPERATOR_TOKEN: TOKEN });
		const client = await RawClient.open(port);
		const answers = () => client.text.split("HTTP/1.1 ").length - 1;
		for (let number = 0; number < 14; number++)
			client.socket.write(
				`GET /operator/api/state HTTP/1.1\r\nHost: localhost\r\n${bearer(`${WRONG}${number}`)}\r\n\r\n`,
			);
		const since = performance.now();
		await eventually(() => answers() === 14, 10_000);
		// The first refusal is told how long to wait; each further one of this connection that does not is held back.
		expect(performance.now() - since).toBeGreaterThan(1_800);
		expect(client.text.match(/"code":"TOO_MANY_GUESSES"/g)).toHaveLength(4);
		client.socket.destroy();
	}, 15_000);

	describe("a page of another origin in an operator's browser", () => {
		const PAGES: Array<[string, string[]]> = [
			["another site", ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"]],
			["another port", ["Origin: http://127.0.0.1:3000", "Sec-Fetch-Site: same-site"]],
			["a page without origin", ["Origin: null"]],
			["another site by a link or a picture", ["Sec-Fetch-Site: cross-site"]],
			["another site that withholds where it is from", ["Origin: https://evil.example"]],
		];

		it.each(PAGES)(
			"of %s is refused, whether it reads or writes, also where any origin may call the shop",
			async (_who, headers) => {
				await start({ CORS_ORIGINS: "*" });
				for (const [method, target] of [
					["GET", "/operator/api/state"],
					["POST", "/operator/api/faults/reset"],
					["OPTIONS", "/operator/api/faults"],
				] as const) {
					const preflight = method === "OPTIONS" ? ["Access-Control-Request-Method: POST"] : [];
					const answer = await ask(method, target, ...headers, ...preflight);
					expect(answer).toMatchObject({ status: 403, code: "OTHER_ORIGIN" });
					expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
				}
			},
		);

		it("gets no headers of CORS from the console, also where its origin may call the shop", async () => {
			await start({ CORS_ORIGINS: "https://friend.example" });
			const origin = "Origin: https://friend.example";
			const shop = await ask("GET", "/openapi.json", origin);
			expect(shop.headers["access-control-allow-origin"]).toBe("https://friend.example");
			for (const target of [
				"/operator/api/state",
				"/operator",
				"//operator/api/state",
				"/OPERATOR/api/state",
				"/%6fperator/api/state",
			]) {
				const { headers } = await ask("GET", target, origin);
				expect([target, headers["access-control-allow-origin"]]).toEqual([target, undefined]);
			}
		});

		it("is the console's own where it is of this host", async () => {
			await start({});
			for (const headers of [
				[`Origin: http://127.0.0.1:${port}`, "Sec-Fetch-Site: same-origin"],
				["Sec-Fetch-Site: none"],
				["Sec-Fetch-Site: same-origin"],
			])
				expect([headers, await statusOf("GET", "/operator/api/state", ...headers)]).toEqual([headers, 200]);
		});
	});
});

describe("the operator's token", () => {
	it("is in no line of the log, right or wrong", async () => {
		const lines: string[] = [];
		const spies = (["log", "info", "warn", "error", "debug", "trace"] as const).map((method) =>
			jest
				.spyOn(console, method)
				.mockImplementation((...parts: unknown[]) => void lines.push(parts.map(String).join(" "))),
		);
		const written = jest
			.spyOn(process.stdout, "write")
			.mockImplementation((chunk) => (lines.push(String(chunk)), true));
		try {
			const { broker, client } = await startGateway({ OPERATOR_TOKEN: TOKEN, LOGLEVEL: "trace" });
			const state = (token: string) => client.get("/operator/api/state", { authorization: `Bearer ${token}` });
			expect((await state(WRONG)).status).toBe(401);
			expect((await state(TOKEN)).status).toBe(503);
			expect((await client.get(`/operator/api/state?token=${TOKEN}`)).status).toBe(401);
			// moleculer-web logs this a moment after the start.
			await eventually(() => lines.some((line) => line.includes("aliases.regenerated' local")));
			await broker.stop();
		} finally {
			for (const spy of [...spies, written]) spy.mockRestore();
		}
		expect(lines.some((line) => line.includes("A wrong OPERATOR_TOKEN came from"))).toBe(true);
		expect(lines.filter((line) => line.includes(TOKEN) || line.includes(WRONG))).toEqual([]);
	});
});
