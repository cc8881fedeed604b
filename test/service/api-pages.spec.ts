import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { ServiceBroker } from "moleculer";
import { request } from "../support/http/http";
import { startGateway } from "../support/http/neighbours";

const mockFolder = mkdtempSync(join(tmpdir(), "funshop-pages-"));
jest.mock("../../services/api/pages/page-files", () => ({
	...jest.requireActual("../../services/api/pages/page-files"),
	builtPages: () => mockFolder,
}));

const BROWSER = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const STOREFRONT = "<!doctype html><title>Storefront</title>";
const SCRIPT = "export const answer = 42;";

/** A request with its path as it is written, and the bytes of its answer as they come. */
function raw(
	base: string,
	path: string,
	headers: Record<string, string> = {},
): Promise<{ status: number; headers: any; bytes: Buffer }> {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(base);
		get({ hostname, port, path, headers, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			response
				.on("data", (chunk: Buffer) => chunks.push(chunk))
				.on("end", () =>
					resolve({ status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(chunks) }),
				);
		}).on("error", reject);
	});
}

describe("the gateway's pages", () => {
	let broker: ServiceBroker;
	let base: string;

	beforeAll(async () => {
		for (const folder of ["storefront", "console", "assets", "pictures"]) mkdirSync(join(mockFolder, folder));
		const write = (path: string, content: string | Buffer) => writeFileSync(join(mockFolder, path), content);
		write("storefront/index.html", STOREFRONT);
		write("console/index.html", "<!doctype html><title>Console</title>");
		write("assets/storefront-a1b2.js", SCRIPT);
		write("assets/storefront-a1b2.js.br", brotliCompressSync(SCRIPT));
		write("assets/storefront-a1b2.js.gz", gzipSync(SCRIPT));
		write("pictures/tea.svg", "<svg/>");
		({ broker, base } = await startGateway());
	});
	afterAll(async () => {
		await broker.stop();
		rmSync(mockFolder, { recursive: true });
	});

	it("are at / for browsers, and links for programs", async () => {
		const page = await request(base, "GET", undefined, BROWSER);
		expect([page.status, page.body, page.headers.get("content-type")]).toEqual([
			200,
			STOREFRONT,
			"text/html; charset=utf-8",
		]);
		for (const headers of [{}, { Accept: "*/*" }, { Accept: "application/json" }, { Accept: "text/html;q=0.5, */*" }]) {
			const { headers: answered, body } = await request(base, "GET", undefined, headers as Record<string, string>);
			expect([body.name, answered.get("vary")]).toEqual(["Funshop", expect.stringMatching(/\bAccept$/)]);
		}
		expect(page.headers.get("vary")).toBe("Accept-Encoding, Accept");
	});

	it.each(["/shop", "/shop/", "/shop/products/green-tea", "/shop/orders/o1?from=mail&from=list"])(
		"answer the link %s with the storefront, so that it works after a reload",
		async (link) => {
			expect((await request(base + link, "GET", undefined, BROWSER)).body).toBe(STOREFRONT);
		},
	);

	it.each(["/operator", "/operator/orders/o1"])("answer %s with the console", async (link) => {
		expect((await request(base + link)).body).toContain("Console");
	});

	it.each(["/shopping", "/assets/", "/assets/unknown.js", "/assets/storefront-a1b2.js.br", "/pictures"])(
		"answer %s with the problem that nothing is there",
		async (path) => {
			const { status, headers, body } = await request(base + path);
			expect([status, headers.get("content-type"), body.code]).toEqual([404, "application/problem+json", "NOT_FOUND"]);
		},
	);

	it.each([
		"/assets/../storefront/index.html",
		"/assets/..%2f..%2fpackage.json",
		"/assets/%2e%2e/%2e%2e/etc/passwd",
		"/pictures/..\\..\\package.json",
		"/assets//etc/passwd",
		"/assets/constructor",
	])("lead to no file elsewhere: %s", async (path) => {
		expect((await raw(base, path)).status).toBe(404);
	});

	it("are asked for again each time, and sent again only where they have changed", async () => {
		const { headers } = await request(`${base}/shop`);
		expect(headers.get("cache-control")).toBe("no-cache");
		const tag = headers.get("etag")!;
		const known = await raw(base, "/shop", { "If-None-Match": tag, "Cache-Control": "max-age=0" });
		expect([known.status, known.headers.etag, known.bytes.length]).toEqual([304, tag, 0]);
		expect((await raw(base, "/shop", { "If-None-Match": 'W/"older"' })).status).toBe(200);
	});

	it("load files that caches keep for a year, in the smallest encoding that the client takes", async () => {
		const path = "/assets/storefront-a1b2.js";
		for (const [accepted, encoding, bytes] of [
			["gzip, deflate, br", "br", brotliCompressSync(SCRIPT)],
			["gzip", "gzip", gzipSync(SCRIPT)],
			["br;q=0, gzip;q=0", undefined, Buffer.from(SCRIPT)],
			["", undefined, Buffer.from(SCRIPT)],
		] as const) {
			const answer = await raw(base, path, { "Accept-Encoding": accepted });
			expect(answer.headers).toMatchObject({
				"cache-control": "public, max-age=31536000, immutable",
				"content-type": "text/javascript; charset=utf-8",
				vary: expect.stringContaining("Accept-Encoding"),
			});
			expect(answer.headers["content-encoding"]).toBe(encoding);
			expect(answer.bytes.equals(bytes)).toBe(true);
		}
	});

	it("load pictures that are asked for again each time", async () => {
		const { headers } = await request(`${base}/pictures/tea.svg`);
		expect([headers.get("content-type"), headers.get("cache-control")]).toEqual(["image/svg+xml", "no-cache"]);
	});

	it("tell browsers to run and load nothing but the shop's own, and to show no page within another", async () => {
		for (const path of ["/shop", "/operator", "/assets/storefront-a1b2.js"]) {
			const { headers } = await request(base + path);
			const policy = headers.get("content-security-policy")!.split("; ");
			expect(policy).toEqual(
				expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
			);
			expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
			expect(Object.fromEntries(headers)).toMatchObject({
				"x-content-type-options": "nosniff",
				"x-frame-options": "DENY",
				"referrer-policy": "same-origin",
				"permissions-policy": expect.stringContaining("camera=()"),
				"x-request-id": expect.any(String),
			});
		}
	});

	it("answer HEAD without a body, OPTIONS with the methods, and refuse others", async () => {
		const head = await request(`${base}/shop`, "HEAD");
		expect([head.status, head.body, head.headers.get("content-length")]).toEqual([200, "", String(STOREFRONT.length)]);
		const options = await request(`${base}/shop`, "OPTIONS");
		expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
		const posted = await request(`${base}/assets/storefront-a1b2.js`, "POST", {});
		expect([posted.status, posted.body.code, posted.headers.get("allow")]).toEqual([
			405,
			"METHOD_NOT_ALLOWED",
			"GET, HEAD, OPTIONS",
		]);
	});

	it("are refused under a name that is not this machine's", async () => {
		const { status, bytes } = await raw(base, "/shop", { ...BROWSER, Host: "evil.example" });
		expect([status, JSON.parse(bytes.toString()).code]).toEqual([421, "MISDIRECTED_REQUEST"]);
	});
});

describe("a gateway whose pages were not built", () => {
	it("answers browsers with the links", async () => {
		const { broker, base } = await startGateway();
		expect((await request(base, "GET", undefined, BROWSER)).body.name).toBe("Funshop");
		expect((await request(`${base}/shop`)).status).toBe(404);
		await broker.stop();
	});
});
