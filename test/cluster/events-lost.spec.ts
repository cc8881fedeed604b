import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "moleculer";
import { accepts } from "../../shared/process/ports";
import type { CloudEvent } from "../../shared/events/event";
import type { JetStreamEventBus } from "../../shared/events/jetstream/jetstream-bus";
import { isIdle, numbered, numbersOf } from "../support/events/bus-contract";
import { aBus, asOperator, insist, openBus } from "../support/events/jetstream";
import { ended, freePort } from "../support/cluster/processes";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { eventually } from "../support/world";

const fromTo = (first: number, last: number) =>
	Array.from({ length: last - first + 1 }, (_, index) => numbered(first + index));

describeWith(["nats"], "events while NATS is away, or after it has lost some of them", () => {
	let nats: TestServer;
	let namespace: string;
	let stream: string;
	let bus: JetStreamEventBus;
	const handled: number[] = [];
	const subscribe = () => bus.subscribe("cart", ["order.placed"], async ({ sequence }) => void handled.push(sequence));
	const allHandled = (last: number, withinMs = 10_000) =>
		eventually(() => fromTo(1, last).every(({ sequence }) => handled.includes(sequence)), withinMs);
	const history = async () => {
		const published: CloudEvent[] = [];
		for await (const event of bus.history(["order.placed"])) published.push(event);
		return numbersOf(published);
	};
	/** Repeats a request for up to 10 s, until NATS answers it after a restart. */
	const answered = <Answer>(ask: () => Promise<Answer>) => eventually(() => ask().catch(() => undefined), 10_000);

	beforeEach(async () => {
		nats = await startNats();
		namespace = randomUUID();
		stream = `FUNSHOP-${namespace}`;
		bus = await openBus(nats.url, namespace);
		handled.length = 0;
	});
	afterEach(async () => {
		await bus.close();
		await nats.stop();
	});

	it("are all handled although NATS is killed and restarted while they are published", async () => {
		subscribe();
		let published = 0;
		let isOver = false;
		const publishing = (async () => {
			while (!isOver) await insist(bus, fromTo(published + 1, (published += 20)));
		})();
		for (let kills = 0; kills < 3; kills++) {
			const before = published;
			await eventually(() => published > before + 500, 15_000);
			await nats.kill();
			await nats.start();
		}
		isOver = true;
		await publishing;
		await allHandled(published);
		await eventually(() => isIdle(bus), 10_000);
		expect(await bus.deadLetters.list()).toEqual([]);
		expect(new Set(await history())).toEqual(new Set(fromTo(1, published).map(({ sequence }) => sequence)));
	}, 60_000);

	it("are refused at once while NATS is away, and delivered as soon as it is back", async () => {
		subscribe();
		let returns = 0;
		bus.onReturn(() => returns++);
		await bus.publish(fromTo(1, 10));
		await allHandled(10);
		await nats.kill();
		await eventually(() => !bus.connected, 1_000);
		const before = Date.now();
		for (let times = 0; times < 100; times++) await expect(bus.publish(fromTo(11, 12))).rejects.toThrow("is away");
		await expect(bus.backlog()).rejects.toThrow("is away");
		await expect(bus.deadLetters.replay("cart", "any")).rejects.toThrow("is away");
		await expect(history()).rejects.toThrow("is away");
		expect(Date.now() - before).toBeLessThan(500);
		await sleep(1_000);
		expect(returns).toBe(0);
		await nats.start();
		await eventually(() => bus.connected, 2_000);
		expect(returns).toBe(1);
		expect((await bus.publish(fromTo(9, 12))).added).toBe(2);
		await allHandled(12, 2_000);
	}, 30_000);

	it("are refused within 3 s while NATS does not answer, and stored once after that", async () => {
		await bus.publish(fromTo(1, 5));
		nats.process.kill("SIGSTOP");
		let tookMs = 0;
		// NATS may answer once more before the signal freezes it.
		const refusal = await eventually(() => {
			const since = Date.now();
			const refused = (error: Error) => ((tookMs = Date.now() - since), error.message);
			return bus.publish(fromTo(6, 10)).then(() => false, refused);
		});
		expect(refusal).toContain("did not take all of 5");
		expect(tookMs).toBeLessThan(3_000);
		nats.process.kill("SIGCONT");
		await insist(bus, fromTo(1, 10));
		expect(await history()).toEqual(fromTo(1, 10).map(({ sequence }) => sequence));
	});

	// A crash of the machine or an older volume loses the last events, and perhaps the positions of consumers too.
	it.each([
		["and the positions of its consumers", "."],
		["but not the positions of its consumers", `jetstream/$G/streams/$STREAM/msgs`],
	])(
		"are all handled once they are published again, where the stream has lost its last events %s",
		async (_, lost) => {
			subscribe();
			await bus.publish(fromTo(1, 100));
			await allHandled(100);
			await eventually(() => isIdle(bus));
			await nats.kill();
			const copy = mkdtempSync(join(tmpdir(), "funshop-copy-"));
			cpSync(nats.dataDir, copy, { recursive: true });
			await nats.start();
			await eventually(() => bus.connected);
			let busy = true;
			const elsewhere = bus.subscribe("mail", ["order.placed"], async ({ sequence }) => {
				if (busy && sequence > 90) throw new Error("not now");
			});
			await insist(bus, fromTo(101, 200));
			await allHandled(200);
			// Now mail has acknowledged some events, and others wait for a retry.
			await eventually(async () => (await answered(() => bus.backlog())).every(({ waiting }) => waiting < 111));
			await nats.kill();
			busy = false;
			const path = lost.replace("$STREAM", stream);
			rmSync(join(nats.dataDir, path), { recursive: true });
			cpSync(join(copy, path), join(nats.dataDir, path), { recursive: true });
			rmSync(copy, { recursive: true });
			handled.length = 0;
			await nats.start();
			await eventually(() => bus.connected);
			expect((await answered(history)).at(-1)).toBe(100);
			await insist(bus, fromTo(151, 200));
			expect((await bus.publish(fromTo(101, 200))).added).toBe(50);
			await insist(bus, fromTo(201, 220));
			await eventually(() => fromTo(101, 220).every(({ sequence }) => handled.includes(sequence)), 10_000);
			await answered(() => isIdle(bus));
			await elsewhere.stop();
			expect(await answered(history)).toEqual(fromTo(1, 220).map(({ sequence }) => sequence));
		},
		40_000,
	);

	it("are delivered again from the start when an operator removes a consumer or the stream", async () => {
		subscribe();
		await bus.publish(fromTo(1, 10));
		await allHandled(10);
		handled.length = 0;
		await asOperator(nats.url, (jsm) => jsm.consumers.delete(stream, "cart"));
		await allHandled(10);
		let returns = 0;
		bus.onReturn(() => returns++);
		await asOperator(nats.url, (jsm) => jsm.streams.delete(stream));
		handled.length = 0;
		await insist(bus, fromTo(1, 20));
		await allHandled(20);
		await eventually(() => returns > 0);
		expect(await history()).toEqual(fromTo(1, 20).map(({ sequence }) => sequence));
	}, 30_000);

	it("of a type that was added later are delivered again too when an operator removes a consumer or the stream", async () => {
		const both = ["order.placed", "order.cancelled"];
		const events = [...fromTo(1, 5), numbered(6, "order.cancelled")];
		const consumers = () =>
			asOperator(nats.url, async (jsm) => (await jsm.consumers.list(stream).next()).map(({ name }) => name).sort());
		await bus.publish(events);
		const before = subscribe();
		await allHandled(5);
		await before.stop();
		bus.subscribe("cart", both, async ({ sequence }) => void handled.push(sequence));
		await allHandled(6);
		for (const durable of ["cart--order-cancelled", "cart"]) {
			handled.length = 0;
			await asOperator(nats.url, (jsm) => jsm.consumers.delete(stream, durable));
			await eventually(() => handled.includes(durable === "cart" ? 1 : 6), 10_000);
			expect(handled.includes(6)).toBe(durable !== "cart");
		}
		expect(await consumers()).toEqual(["cart", "cart--order-cancelled"]);
		await asOperator(nats.url, (jsm) => jsm.streams.delete(stream));
		handled.length = 0;
		await insist(bus, events);
		await allHandled(6);
		await eventually(() => isIdle(bus));
		await eventually(async () => (await consumers()).join() === "cart", 10_000);
	}, 40_000);

	it("are known to be lost once the stream is recreated while the connection stays, also where others took their places", async () => {
		const { marks } = await bus.publish(fromTo(1, 12));
		expect(await bus.holds(marks)).toBe(true);
		expect((await bus.publish(fromTo(1, 12))).marks).toEqual(marks);
		await asOperator(nats.url, async (jsm) => {
			const { config } = await jsm.streams.info(stream);
			await jsm.streams.delete(stream);
			await jsm.streams.add(config);
		});
		expect(await bus.holds(marks)).toBe(false);
		await bus.publish(fromTo(21, 40));
		expect(await bus.holds(marks)).toBe(false);
		const again = await bus.publish(fromTo(1, 12));
		expect(again.added).toBe(12);
		expect(await bus.holds(again.marks)).toBe(true);
	}, 20_000);

	it("S23: tell their shop whether its stream is still the same one, also after a restart of NATS", async () => {
		const told: Array<[id: string, isBack: boolean]> = [];
		const other = await openBus(nats.url, namespace, { onStream: (...stream) => void told.push(stream) });
		const [[id]] = told as [[string, boolean]];
		await nats.kill();
		await nats.start();
		await eventually(() => told.length > 1, 10_000);
		await asOperator(nats.url, (jsm) => jsm.streams.delete(stream));
		await insist(other, fromTo(1, 1));
		await eventually(() => told.length > 2, 10_000);
		await other.close();
		expect(told).toEqual([
			[id, false],
			[id, true],
			[expect.not.stringMatching(id), true],
		]);
	}, 30_000);

	it("flow again after an operator removed the stream: a publisher, a subscriber and a reader create it again", async () => {
		await asOperator(nats.url, (jsm) => jsm.streams.delete(stream));
		await insist(bus, fromTo(1, 5));
		subscribe();
		await allHandled(5);
		await asOperator(nats.url, (jsm) => jsm.streams.delete(stream));
		await eventually(async () => (await history().catch(() => undefined))?.length === 0, 10_000);
	}, 20_000);

	describe("on a bus that opens", () => {
		const logged: string[] = [];
		const log = (...parts: unknown[]) => logged.push(parts.join(" "));
		const logger = { fatal: log, error: log, warn: log, info: log, debug: log, trace: log } as unknown as Logger;
		let server: ChildProcess | undefined;
		let dataDir: string;
		const serve = (port: number, ...more: string[]) =>
			(server = spawn(
				process.env.NATS_SERVER ?? "nats-server",
				["-a", "127.0.0.1", "-p", String(port), "-sd", dataDir, ...more],
				{ stdio: "ignore" },
			));
		beforeEach(() => {
			logged.length = 0;
			dataDir = mkdtempSync(join(tmpdir(), "funshop-nats-"));
		});
		afterEach(async () => {
			server?.kill("SIGKILL");
			if (server) await ended(server);
			server = undefined;
			rmSync(dataDir, { recursive: true });
		});

		it("wait until NATS accepts the connection, which is logged without the password", async () => {
			const port = await freePort();
			const early = aBus(`nats://shop:s3cr%3At@127.0.0.1:${port}`, namespace, { logger });
			early.subscribe("cart", ["order.placed"], async ({ sequence }) => void handled.push(sequence));
			const opening = early.open();
			await eventually(() => logged.length > 0);
			expect(early.connected).toBe(false);
			await expect(early.publish(fromTo(1, 1))).rejects.toThrow("is away");
			serve(port, "-js", "--user", "shop", "--pass", "wrong");
			await eventually(() => accepts(port, "127.0.0.1"));
			await eventually(() => logged.some((line) => /authorization/i.test(line)));
			expect(early.connected).toBe(false);
			server!.kill("SIGKILL");
			await ended(server!);
			serve(port, "-js", "--user", "shop", "--pass", "s3cr:t");
			await opening;
			await early.publish(fromTo(1, 3));
			await allHandled(3);
			await early.close();
			expect(logged[0]).toBe(`Waiting for NATS at 127.0.0.1:${port}: CONNECTION_REFUSED`);
			expect(logged.length).toBeLessThan(4);
			expect(logged.join()).not.toMatch(/s3cr|shop:/);
		});

		it("are not delivered where the bus is closed before NATS starts; it may be closed twice", async () => {
			const early = aBus(`nats://127.0.0.1:${await freePort()}`, namespace, { logger });
			early.subscribe("cart", ["order.placed"], async () => undefined);
			const opening = early.open();
			opening.catch(() => undefined);
			await early.close();
			await early.close();
			await expect(opening).rejects.toThrow("closed");
			await expect(early.open()).rejects.toThrow("closed");
		});

		it("are refused by a NATS without JetStream, with an error of one line", async () => {
			const port = await freePort();
			serve(port);
			const lame = aBus(`nats://127.0.0.1:${port}`, namespace, { logger });
			await expect(lame.open()).rejects.toThrow(`NATS at 127.0.0.1:${port} runs without JetStream; start it with -js`);
			await lame.close();
		});
	});
});
