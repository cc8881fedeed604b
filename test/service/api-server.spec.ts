import type { IncomingMessage, ServerResponse } from "node:http";
import { Admission } from "../../services/api/http/admission";
import { type Request, RequestPipeline, type WebService } from "../../services/api/api.pipeline";
import { GatewayServer } from "../../services/api/http/server";
import { systemClock } from "../../shared/domain/clock";
import { Tallies } from "../../shared/reports/tallies";
import { Pages } from "../../services/api/pages/pages";
import { RawClient } from "../support/http/raw-client";
import { eventually, silentLogger } from "../support/world";

const NEVER_REACHED = { underWay: 1_000, waiting: 1_000, unreadBytes: 1_000_000_000, patienceMs: 60_000 };
/** The requests with padding of one packet, which has 64 KB, may wait. */
const A_PACKET_WAITS = { waiting: 150 };
const PADDING = `?${"x".repeat(1_000)}`;
const MEGABYTE = "x".repeat(1_000_000);

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const post = (path: string, body: string) =>
	`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe("a client that sends requests before it has read the responses", () => {
	let server: GatewayServer;
	const clients: RawClient[] = [];

	const start = async (
		handle: (request: IncomingMessage, response: ServerResponse, overloaded: boolean) => void,
		limits: Partial<typeof NEVER_REACHED> = {},
	) => {
		server = new GatewayServer(handle, { ...NEVER_REACHED, ...limits });
		await server.listen(0, "127.0.0.1");
	};
	const open = async () => {
		const client = await RawClient.open(server.address()!.port);
		clients.push(client);
		return client;
	};
	afterEach(async () => {
		clients.splice(0).forEach(({ socket }) => socket.destroy());
		await server.drain();
	});

	it("gets all responses in order, has one request handled at a time, and has no more read than a packet", async () => {
		let underWay = 0;
		let most = 0;
		await start(async (request, response) => {
			most = Math.max(most, ++underWay);
			let length = 0;
			for await (const chunk of request) length += (chunk as Buffer).length;
			for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
			underWay--;
			response.end(`<${parseInt(request.url!.slice(1))} ${length}>${"x".repeat(50_000)}`);
		}, A_PACKET_WAITS);
		const client = await open();
		const sent = Array.from({ length: 400 }, (_, number) => (number % 100 === 50 ? 200_000 : 0));
		sent.forEach((length, number) =>
			client.socket.write(length === 0 ? get(`/${number}${PADDING}`) : post(`/${number}`, "x".repeat(length))),
		);
		await eventually(() => client.text.includes("<399 "));
		const answered = [...client.text.matchAll(/<(\d+) (\d+)>/g)].map((match) => match.slice(1).map(Number));
		expect(answered).toEqual(sent.map((length, number) => [number, length]));
		expect(most).toBe(1);
	});

	it("S21: has each request arrive when it is read, not when its turn comes", async () => {
		const began: Array<{ arrivedAt: number; begunAt: number }> = [];
		await start((request, response) => {
			const { arrivedAt } = request as unknown as Request;
			began.push({ arrivedAt, begunAt: performance.now() });
			setTimeout(() => response.end(), 200);
		});
		(await open()).socket.write(get("/first") + post("/second", "{}"));
		await eventually(() => began.length === 2);
		const [first, second] = began;
		expect(second!.begunAt - first!.begunAt).toBeGreaterThan(150);
		expect(second!.arrivedAt - first!.arrivedAt).toBeLessThan(100);
	});

	it("does not delay others: each of them has its turn between two of its requests", async () => {
		const handled: string[] = [];
		await start((request, response) => {
			handled.push(request.url!);
			response.end();
		}, A_PACKET_WAITS);
		const [greedy, modest] = [await open(), await open()];
		greedy.socket.write(get(`/greedy${PADDING}`).repeat(500));
		await eventually(() => handled.length > 0);
		modest.socket.write(get("/modest"));
		await eventually(() => handled.length === 501);
		expect(handled.indexOf("/modest")).toBeLessThan(400);
	});

	it("is disconnected where too many requests wait, and nothing that waited is handled", async () => {
		const handled: ServerResponse[] = [];
		await start((_request, response) => void handled.push(response), { waiting: 20 });
		const [within, beyond] = [await open(), await open()];
		within.socket.write(get("/").repeat(11));
		await eventually(() => handled.length === 1);
		beyond.socket.write(get("/").repeat(12));
		await beyond.closed;
		expect(handled).toHaveLength(2);
		// The requests of the closed connection do not count any more.
		const next = await open();
		next.socket.write(get("/").repeat(11));
		await eventually(() => handled.length === 3);
		handled.forEach((response) => response.end());
		expect(within.socket.destroyed || next.socket.destroyed).toBe(false);
	});

	it("is disconnected where it reads nothing and too much is unread, while one that reads is served", async () => {
		const responses = new Set<ServerResponse>();
		let disconnected = 0;
		const handle = ({ socket }: IncomingMessage, response: ServerResponse) => {
			responses.add(response);
			response.once("close", () => {
				responses.delete(response);
				if (socket.destroyed) disconnected++;
			});
			response.end(MEGABYTE);
		};
		const unread = () => [...responses].reduce((sum, { writableLength }) => sum + writableLength, 0);
		await start(handle, { unreadBytes: 5_000_000 });
		for (let number = 0; number < 20; number++) (await open()).socket.pause().write(get("/").repeat(50));
		await eventually(() => disconnected > 0 && unread() <= 5_000_000);
		const reader = await open();
		reader.socket.write(get("/").repeat(20));
		await eventually(() => reader.text.length > 20_000_000);
		expect(disconnected).toBeLessThanOrEqual(20);
	});

	it("leaves others 503 with Retry-After where too many requests are under way, and probes their answers", async () => {
		const held: ServerResponse[] = [];
		const web = {
			httpHandler: async ({ url }: IncomingMessage, response: ServerResponse) =>
				url === "/hold" ? void held.push(response) : void response.end("answered"),
		} as unknown as WebService;
		const pipeline = new RequestPipeline(
			() => web,
			{ protectedMode: true, corsOrigins: [], operatorToken: undefined },
			silentLogger,
			new Admission(Math.random),
			new Tallies(systemClock),
			new Pages(new Map()),
		);
		await start((...request) => void pipeline.receive(...request), { underWay: 2 });
		for (let number = 1; number <= 2; number++) {
			(await open()).socket.write(get("/hold"));
			await eventually(() => held.length === number);
		}
		const other = await open();
		other.socket.write(get("/products") + get("/livez"));
		await eventually(() => other.text.endsWith("answered"));
		expect(other.text).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 1\r\n.*"code":"OVERLOADED".*HTTP\/1\.1 200 /s);
		held[0]!.end();
		await eventually(async () => {
			const next = await open();
			next.socket.write(get("/products"));
			return eventually(() => next.text.length > 0 && next.text.includes(" 200 "));
		});
		held[1]!.end();
	});

	it("has a refusal at once, and the next one later where it did not wait as Retry-After says", async () => {
		const full = Object.assign(new Admission(Math.random), { take: () => false });
		const pipeline = new RequestPipeline(
			() => ({}) as WebService,
			{ protectedMode: true, corsOrigins: [], operatorToken: undefined },
			silentLogger,
			full,
			new Tallies(systemClock),
			new Pages(new Map()),
		);
		await start((...request) => void pipeline.receive(...request));
		const client = await open();
		const refusals = (count: number) => () => client.text.split(" 503 ").length - 1 === count;
		client.socket.write(get("/products"));
		await eventually(refusals(1));
		const since = performance.now();
		client.socket.write(get("/products"));
		await eventually(refusals(2));
		// It is asked to wait for a second or more.
		expect(performance.now() - since).toBeGreaterThan(800);
	});

	const BROKEN_BODY = "POST /broken HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
	const LAST = get("/first").replace("Host", "Connection: close\r\nHost");
	const MALFORMED = "400 MALFORMED_REQUEST";
	it.each([
		["bytes that are no request", post("/first", "{}") + "junk\r\n\r\n", ["200 /first 2", MALFORMED]],
		["them after others", get("/first") + get("/second") + "}\r\n", ["200 /first 0", "200 /second 0", MALFORMED]],
		["a broken body", get("/first") + BROKEN_BODY, ["200 /first 0", MALFORMED]],
		["more after its last request", LAST + get("/second"), ["200 /first 0"]],
	])("that sends %s has its whole requests answered, and is disconnected", async (_what, bytes, expected) => {
		await start((request, response) => {
			let length = 0;
			request.on("data", (chunk: Buffer) => (length += chunk.length)).on("error", () => undefined);
			setTimeout(() => response.end(`"code":"${request.url} ${length}"`), 50);
		});
		const client = await open();
		client.socket.write(bytes);
		await client.closed;
		const answers = client.text.matchAll(/HTTP\/1\.1 (\d+).*?"code":"(.*?)"/gs);
		expect([...answers].map(([, ...parts]) => parts.join(" "))).toEqual(expected);
	});

	it.each([
		[
			"does not send its body",
			"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
			/ 408 .*REQUEST_TOO_SLOW/s,
		],
		["does not read its response", get("/large"), /^$/],
	])("S18: that %s gives its place to others after a while, and not before", async (_how, bytes, seen) => {
		const handle = async (request: IncomingMessage, response: ServerResponse, overloaded: boolean) => {
			for await (const chunk of request.on("error", () => undefined)) void chunk;
			response.end(overloaded ? "refused" : request.url === "/large" ? MEGABYTE.repeat(20) : "served");
		};
		await start((...given) => void handle(...given).catch(() => undefined), { underWay: 2, patienceMs: 1_000 });
		const slow = [await open(), await open()];
		slow.forEach(({ socket }) => socket.pause().write(bytes));
		await new Promise((resolve) => setTimeout(resolve, 100));
		const [early, late] = [await open(), await open()];
		early.socket.write(get("/"));
		await eventually(() => early.text.endsWith("refused"));
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		late.socket.write(get("/") + get("/"));
		await eventually(() => late.text.split("served").length === 3);
		slow[0]!.socket.resume();
		await slow[0]!.closed;
		expect(slow[0]!.text.replace(/.*xxx/s, "")).toMatch(seen);
		expect(slow[1]!.socket.destroyed).toBe(false);
	});
});
