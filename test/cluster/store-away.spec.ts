import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { StartError } from "../../shared/domain/start-error";
import type { MongoAdapter } from "../../shared/store/mongo/mongo-adapter";
import { Link } from "../support/events/link";
import { freePort } from "../support/cluster/processes";
import { describeWith, startMongod, type TestServer } from "../support/cluster/servers";
import { Certificates } from "../support/store/certificates";
import { openThings as open, recordingLogger, type Thing, THINGS, UNAVAILABLE } from "../support/store/things";
import { eventually } from "../support/world";

/** An operation without a server fails within this time: its own deadline, and some time for a busy machine. */
const OUTAGE_MS = 3_500;

async function failsInTime(work: Promise<unknown>): Promise<void> {
	const since = performance.now();
	await expect(work).rejects.toEqual(UNAVAILABLE);
	expect(performance.now() - since).toBeLessThan(OUTAGE_MS);
}

describe("a store whose MongoDB does not run", () => {
	it("waits until it is disconnected, and logs that in one line without the password", async () => {
		const { logger, lines } = recordingLogger();
		const port = await freePort();
		const uri = `mongodb://user:s3cr3t@127.0.0.1:${port}/shop`;
		const stores = [open(uri, THINGS, logger), open(uri, THINGS, logger)];
		const connecting = stores.map((store) => store.connect());
		await eventually(() => lines.length > 0);
		const stopped = connecting.map((connected) => failsInTime(connected));
		await Promise.all(stores.map((store) => store.disconnect()));
		await Promise.all(stopped);
		expect(lines).toEqual([expect.stringMatching(new RegExp(`^MongoDB at 127.0.0.1:${port}/shop is not there yet`))]);
	});
});

describe("a store whose MongoDB URI names a missing certificate file", () => {
	it("refuses to start, and does not wait", async () => {
		const store = open("mongodb://127.0.0.1:1/shop?tls=true&tlsCAFile=/nowhere.pem");
		await expect(store.connect()).rejects.toThrow(StartError);
	});
});

describe("a store whose MongoDB has a certificate that is not trusted", () => {
	const certificates = new Certificates();
	afterAll(() => certificates.remove());

	it.each<[string, string, [number, number], boolean, RegExp]>([
		["nobody known has signed it", "127.0.0.1", [2020, 2049], false, /self-signed/],
		["it is for another host", "mongo.example", [2020, 2049], true, /does not match certificate's altnames/],
		["it is out of date", "127.0.0.1", [2020, 2021], true, /has expired/],
	])("refuses to start in one line, and does not wait: %s", async (_name, host, [from, until], isKnown, reason) => {
		const certificate = certificates.make(host, from, until);
		const server = createTlsServer(certificate, () => undefined).on("tlsClientError", () => undefined);
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		const known = isKnown ? `&tlsCAFile=${encodeURIComponent(certificate.file)}` : "";
		const store = open(`mongodb://user:s3cr3t@127.0.0.1:${port}/shop?tls=true${known}`);
		const refused = await store.connect().catch((error: Error) => error);
		expect(refused).toBeInstanceOf(StartError);
		const { message } = refused as Error;
		expect(message).toMatch(
			new RegExp(`^MongoDB at 127\\.0\\.0\\.1:${port}/shop has a certificate that is not trusted: `),
		);
		expect(message).toMatch(reason);
		expect(message).not.toMatch(/s3cr3t|\n/);
		await new Promise((resolve) => server.close(resolve));
	});
});

describeWith(["ownMongod"], "a store whose MongoDB goes away", () => {
	let server: TestServer;
	let store: MongoAdapter;
	beforeEach(async () => {
		server = await startMongod();
		store = open(server.url);
		await store.connect();
	}, 30_000);
	afterEach(async () => {
		await store.disconnect();
		await server.stop();
	}, 30_000);
	const things = () => store.collection<Thing>("things");
	const insert = (_id: string) => things().save({ _id, size: 1 }, undefined);
	const worksAgain = (withinMs: number) => eventually(() => store.isAvailable(), withinMs);

	it("in the middle of writes keeps all that it acknowledged, and is available within 2 s of MongoDB's return", async () => {
		const acknowledged: string[] = [];
		let refused = 0;
		let writing = true;
		const writers = Array.from({ length: 20 }, async (_, writer) => {
			for (let number = 0; writing; number++) {
				const id = `${writer}-${number}`;
				const since = performance.now();
				try {
					if (await insert(id)) acknowledged.push(id);
				} catch (error) {
					expect(error).toEqual(UNAVAILABLE);
					refused++;
				}
				expect(performance.now() - since).toBeLessThan(OUTAGE_MS);
			}
		});
		await eventually(() => acknowledged.length > 300, 20_000);
		await server.kill();
		expect(await store.isAvailable()).toBe(false);
		await failsInTime(insert("meanwhile"));
		await failsInTime(things().load("0-0"));
		await failsInTime(things().query("size", { limit: 1 }));
		await server.start();
		await worksAgain(2_000);
		const before = acknowledged.length;
		await eventually(() => acknowledged.length > before + 100, 10_000);
		writing = false;
		await Promise.all(writers);
		expect(refused).toBeGreaterThan(0);
		const kept = new Set<string>();
		for await (const { _id } of things().all()) kept.add(_id);
		expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
	}, 60_000);

	it("keeps no operation waiting for longer than its deadline when MongoDB freezes", async () => {
		await insert("a");
		server.process.kill("SIGSTOP");
		try {
			// The signal takes a moment to freeze MongoDB.
			await eventually(async () => !(await store.isAvailable()));
			const since = performance.now();
			expect(await store.isAvailable()).toBe(false);
			expect(performance.now() - since).toBeLessThan(1_500);
			// More operations than the pool has connections.
			await Promise.all(Array.from({ length: 100 }, (_, number) => failsInTime(insert(`b${number}`))));
			await failsInTime(things().load("a"));
		} finally {
			server.process.kill("SIGCONT");
		}
		await worksAgain(2_000);
		expect(await things().load("a")).toMatchObject({ size: 1 });
	}, 60_000);

	it("connects within 2 s when MongoDB starts later than the shop", async () => {
		await store.disconnect();
		await server.kill();
		const { logger, lines } = recordingLogger();
		store = open(server.url, THINGS, logger);
		const connecting = store.connect();
		await eventually(() => lines.length > 0);
		await server.start();
		const since = performance.now();
		await connecting;
		expect(performance.now() - since).toBeLessThan(2_000);
		expect(await insert("a")).toBeDefined();
	}, 60_000);

	it("reports an outage, and no defect, when connections are reset in the middle of a write", async () => {
		const link = await Link.to(server.port);
		const other = open(`mongodb://127.0.0.1:${link.port}/funshop`);
		await other.connect();
		const failures: unknown[] = [];
		const use = (id: string) => {
			const asked = other.collection<Thing>("things");
			const works = [asked.load(id), asked.query("size", { limit: 1 }), asked.save({ _id: id, size: 1 }, undefined)];
			return works.map((work) => work.catch((error: unknown) => void failures.push(error)));
		};
		try {
			for (let round = 0; round < 20; round++) {
				await eventually(() => other.isAvailable());
				await Promise.all(Array.from({ length: 5 }, (_, number) => use(`${round}-${number}`)).flat());
				link.reset();
				// The driver has noticed more or fewer of the resets by then, differently in each round.
				for (let turn = 0; turn < round % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
				await Promise.all(use(`${round}`));
			}
		} finally {
			await other.disconnect();
			await link.close();
		}
		expect(failures.length).toBeGreaterThan(0);
		expect(failures).toEqual(failures.map(() => UNAVAILABLE));
	}, 60_000);

	it("shares one client with the other stores of its process, which the last store closes", async () => {
		const link = await Link.to(server.port);
		const stores = Array.from({ length: 7 }, () => open(`mongodb://127.0.0.1:${link.port}/funshop`));
		const use = (one: MongoAdapter) => one.collection<Thing>("things").load("a");
		await stores[0]!.connect();
		await use(stores[0]!);
		const ofOne = link.connections;
		for (const other of stores.slice(1)) {
			await other.connect();
			await use(other);
		}
		expect(link.connections).toBe(ofOne);
		for (const other of stores.slice(1)) await other.disconnect();
		await use(stores[0]!);
		await stores[0]!.disconnect();
		await eventually(() => link.connections === 0);
		await link.close();
	}, 30_000);
});
