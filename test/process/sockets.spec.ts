import { existsSync, readdirSync } from "node:fs";
import { clientOf, request } from "../support/http/http";
import { RawClient } from "../support/http/raw-client";
import { type RunningShop, startShopProcess } from "../support/cluster/processes";
import { eventually } from "../support/world";

/** The gateway's time limit for a request's headers is 10 s; a busy machine may add 3 s. */
const HEADERS_WITHIN_MS = 13_000;
const IDLE_SOCKETS = 3_000;
const SLOW_SOCKETS = 200;

describe("sockets of slow or broken clients", () => {
	let shop: RunningShop;
	const sockets: RawClient[] = [];

	beforeAll(async () => {
		shop = await startShopProcess({ DATA_DIR: ":memory:" });
	}, 30_000);
	afterAll(() => shop.stop());
	afterEach(() => sockets.splice(0).forEach((client) => client.socket.destroy()));

	const open = async () => {
		const client = await RawClient.open(Number(new URL(shop.url).port));
		sockets.push(client);
		return client;
	};
	// Opens 100 at a time: the system drops connections that the shop has no time to accept.
	const openMany = async (count: number) => {
		const opened: RawClient[] = [];
		while (opened.length < count) opened.push(...(await Promise.all(Array.from({ length: 100 }, open))));
		return opened;
	};

	it("are closed in time, while other clients see no change", async () => {
		const idleMs = await worstOf(shop.url, 1_000);
		const filesBefore = openFiles(shop.process.pid!);
		const idle = await openMany(IDLE_SOCKETS);
		const slow = await openMany(SLOW_SOCKETS);
		const since = Date.now();
		const dripping = setInterval(() => slow.forEach(({ socket }) => socket.write("x")), 500);
		slow.forEach(({ socket }) => socket.write("GET /products HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
		const busyMs = await worstOf(shop.url, 5_000);
		await Promise.all([...idle, ...slow].map((client) => client.closed));
		clearInterval(dripping);

		expect(Date.now() - since).toBeLessThan(HEADERS_WITHIN_MS);
		expect(slow.filter(({ text }) => !/^HTTP\/1\.1 408 .*"code":"REQUEST_TOO_SLOW"/s.test(text))).toEqual([]);
		expect(busyMs).toBeLessThan(idleMs + 500);
		await eventually(() => openFiles(shop.process.pid!) <= filesBefore + 10);
	}, 40_000);

	it.each([
		["one of 20 kB", `X-Bomb: ${"x".repeat(20_000)}\r\n`],
		["a thousand", Array.from({ length: 1_000 }, (_, index) => `X-${index}: xxxxxxxxxxxxxxx\r\n`).join("")],
	])("that send too many headers get 431: %s", async (_how, headers) => {
		const client = await open();
		client.socket.write(`GET /products HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
		await client.closed;
		expect(client.text).toMatch(
			/^HTTP\/1\.1 431 .*application\/problem\+json.*X-Request-ID: .*"code":"HEADERS_TOO_LARGE"/s,
		);
	});

	it.each([
		["no HTTP", "hello, is this the shop?\r\n\r\n"],
		["bytes", "\0\x01\x02\x16\x03\x01\r\n\r\n"],
		["two lengths", "POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
		[
			"a length and chunks",
			"POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		],
		[
			"a broken chunk",
			"POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		],
		["a header with NUL", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n"],
	])("that send no valid request get 400 and are closed: %s", async (_what, bytes) => {
		const client = await open();
		client.socket.write(bytes);
		await client.closed;
		expect(client.text).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"MALFORMED_(REQUEST|BODY)"/s);
		expect((await request(`${shop.url}/readyz`)).status).toBe(200);
	});

	it("without a Host header get 400", async () => {
		const client = await open();
		client.socket.write("GET /products HTTP/1.1\r\nConnection: close\r\n\r\n");
		await client.closed;
		expect(client.text).toMatch(/^HTTP\/1\.1 400 .*"code":"MALFORMED_REQUEST"/s);
	});

	it("that are reset in the middle of a request do no harm", async () => {
		const clients = await openMany(100);
		for (const { socket } of clients) {
			socket.write(
				"POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
			);
			socket.resetAndDestroy();
		}
		await Promise.all(clients.map((client) => client.closed));
		expect((await request(`${shop.url}/readyz`)).status).toBe(200);
	});
});

describe("thirty clients that send 800 requests each and read nothing", () => {
	it("S25: leave the shop within 128 MB of heap, and others served", async () => {
		const shop = await startShopProcess({ DATA_DIR: ":memory:", NODE_OPTIONS: "--max-old-space-size=128" });
		const { post } = clientOf(shop.url);
		const product = { name: "x", description: "x".repeat(2_000), price: { amount: 1, currency: "KRW" }, stock: 1 };
		await Promise.all(Array.from({ length: 100 }, () => post("/products", product)));
		const clients = await Promise.all(Array.from({ length: 30 }, () => RawClient.open(Number(new URL(shop.url).port))));
		for (const { socket } of clients) {
			socket.pause().write("GET /products?limit=100 HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(800));
		}
		await worstOf(shop.url, 3_000);
		clients.forEach(({ socket }) => socket.destroy());
		expect(await shop.stop()).toBe(0);
	}, 40_000);
});

/** The longest that a client waits for the catalogue, in milliseconds; every answer is 200. */
async function worstOf(url: string, forMs: number): Promise<number> {
	const until = Date.now() + forMs;
	let worst = 0;
	while (Date.now() < until) {
		const since = performance.now();
		expect((await request(`${url}/products`)).status).toBe(200);
		worst = Math.max(worst, performance.now() - since);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	return worst;
}

/** Number of file handles of a process; 0 on a system without /proc. */
function openFiles(pid: number): number {
	const folder = `/proc/${pid}/fd`;
	return existsSync(folder) ? readdirSync(folder).length : 0;
}
