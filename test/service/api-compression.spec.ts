import { get } from "node:http";
import { gunzipSync } from "node:zlib";
import type { ServiceBroker } from "moleculer";
import { GatewayServer } from "../../services/api/http/server";
import { EventReader } from "../support/http/http";
import { type Neighbours, order, startGateway } from "../support/http/neighbours";
import { eventually } from "../support/world";

const LONG = {
	items: Array.from({ length: 100 }, (_, number) => ({ ...order, id: `o${number}`, reason: "too 비싸다" })),
};

describe("a client that takes compressed answers", () => {
	let broker: ServiceBroker;
	let neighbours: Neighbours;
	let base: string;

	beforeAll(async () => {
		({ broker, neighbours, base } = await startGateway({ CORS_ORIGINS: "https://shop.example" }));
	});
	afterAll(() => broker.stop());
	beforeEach(() => {
		neighbours.answer = () => LONG;
	});

	const ask = (path: string, headers: Record<string, string>, method = "GET") =>
		new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; bytes: Buffer }>((resolve, reject) => {
			get(base + path, { method, headers, agent: false }, (response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
				response.on("end", () =>
					resolve({ status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(chunks) }),
				);
			}).on("error", reject);
		});
	const gzip = { "Accept-Encoding": "gzip" };

	it.each([["gzip"], ["GZIP"], ["deflate, gzip;q=0.5, br"], ["*"], ["br;q=1.0, *;q=0.1"], ["identity, gzip ; q=1"]])(
		"gets a long one as gzip: %s",
		async (accepted) => {
			const { status, headers, bytes } = await ask("/products", { "Accept-Encoding": accepted });
			expect(status).toBe(200);
			expect(headers).toMatchObject({ "content-encoding": "gzip", "content-length": String(bytes.length) });
			expect(headers["content-type"]).toMatch(/^application\/json/);
			expect(JSON.parse(gunzipSync(bytes).toString())).toEqual(LONG);
			expect(bytes.length).toBeLessThan(JSON.stringify(LONG).length / 5);
		},
	);

	it.each([[""], ["identity"], ["br, deflate"], ["gzip;q=0"], ["*, gzip;q=0"], ["gzipped"], ["gzip;q=x"]])(
		"gets it as it is where it does not take gzip: %j",
		async (accepted) => {
			const { headers, bytes } = await ask("/products", { "Accept-Encoding": accepted });
			expect([headers["content-encoding"], JSON.parse(bytes.toString())]).toEqual([undefined, LONG]);
		},
	);

	it("is named in Vary, beside the origin, so that caches keep both forms", async () => {
		for (const method of ["GET", "HEAD"]) {
			const { headers } = await ask("/products", method === "GET" ? gzip : {}, method);
			expect(headers.vary).toBe("Accept-Encoding, Origin");
		}
	});

	it("is told that nothing has changed, whichever form it has", async () => {
		const plain = (await ask("/products", {})).headers.etag as string;
		const zipped = (await ask("/products", gzip)).headers.etag as string;
		expect([plain, zipped]).toEqual([expect.stringMatching(/^W\//), plain]);
		const again = await ask("/products", { ...gzip, "If-None-Match": zipped });
		expect([again.status, again.bytes.length, again.headers["content-encoding"]]).toEqual([304, 0, undefined]);
		expect(again.headers.vary).toContain("Accept-Encoding");
	});

	it("gets the description of all URLs compressed", async () => {
		expect((await ask("/openapi.json", gzip)).headers["content-encoding"]).toBe("gzip");
	});

	it("gets a short one, and a problem, as they are", async () => {
		neighbours.answer = () => order;
		expect((await ask("/orders/o1", gzip)).headers["content-encoding"]).toBeUndefined();
		expect((await ask("/nothing", gzip)).headers["content-encoding"]).toBeUndefined();
	});

	it("gets all of many at once, though only a few are compressed at a time", async () => {
		const answers = await Promise.all(Array.from({ length: 50 }, () => ask("/products", gzip)));
		const texts = answers.map(({ headers, bytes }) =>
			(headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString(),
		);
		expect(new Set(texts)).toEqual(new Set([JSON.stringify(LONG)]));
	});

	it("gets a live stream as it is, event by event", async () => {
		neighbours.feed = () => ({ events: [{ id: "7", type: "order.placed", order: LONG }], last: "7" });
		const stream = await EventReader.open(`${base}/mypages/alice/events`, "6", gzip);
		await eventually(() => stream.text.includes("event: order.placed\n"));
		expect(stream.response.headers["content-encoding"]).toBeUndefined();
		stream.close();
	});
});

describe("an answer with a strong tag", () => {
	it("is sent as it is, as the tag names its bytes", async () => {
		const server = new GatewayServer((_request, response) => {
			response.setHeader("ETag", '"7"').end(JSON.stringify(LONG));
		});
		await server.listen(0, "127.0.0.1");
		const { headers } = await fetch(`http://127.0.0.1:${server.address()!.port}`, { headers: { Connection: "close" } });
		await server.drain();
		expect([headers.get("content-encoding"), headers.get("etag")]).toEqual([null, '"7"']);
	});
});
