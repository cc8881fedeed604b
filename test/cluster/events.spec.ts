import { randomUUID } from "node:crypto";
import type { ChildProcess } from "node:child_process";
import { connect, headers, type JetStreamManager } from "nats";
import type { EventBus } from "../../shared/events/event-bus";
import type { CloudEvent } from "../../shared/events/event";
import { jetStreamSnapshot } from "../../shared/events/jetstream/jetstream-snapshot";
import { JetStreamConnection } from "../../shared/events/jetstream/jetstream-connection";
import { JetStreamRetries } from "../../shared/events/jetstream/jetstream-retries";
import { describeBus, isIdle, numbered, numbersOf } from "../support/events/bus-contract";
import { asOperator, openBus } from "../support/events/jetstream";
import { message, output, run } from "../support/cluster/processes";
import { describeWith, startNats, type TestServer } from "../support/cluster/servers";
import { eventually, silentLogger, TestClock } from "../support/world";

const fromTo = (first: number, last: number) =>
	Array.from({ length: last - first + 1 }, (_, index) => numbered(first + index));

describeWith(["nats"], "NATS JetStream", () => {
	let nats: TestServer;
	let namespace: string;
	const opened: EventBus[] = [];
	const children: ChildProcess[] = [];
	const open = async (...more: [Partial<Parameters<typeof openBus>[2]>?]) => {
		const bus = await openBus(nats.url, namespace, ...more);
		opened.push(bus);
		return bus;
	};
	beforeAll(async () => {
		nats = await startNats();
	});
	afterAll(() => nats.stop());
	beforeEach(() => {
		namespace = randomUUID();
	});
	afterEach(async () => {
		for (const child of children.splice(0)) child.kill("SIGKILL");
		await Promise.all(opened.splice(0).map((bus) => bus.close()));
	});

	describeBus("JetStream", async (clock) => {
		const open = () => openBus(nats.url, namespace, { clock });
		let bus = await open();
		return {
			bus,
			async reopen() {
				await bus.close();
				return (bus = await open());
			},
			close: () => bus.close(),
		};
	});

	describe("used by several processes of a service", () => {
		it("has one stream although 14 processes start at the same time, and keeps the limits that an operator sets", async () => {
			const buses = await Promise.all(Array.from({ length: 14 }, () => open()));
			expect((await buses[0]!.publish(fromTo(1, 3))).added).toBe(3);
			await asOperator(nats.url, (jsm) => jsm.streams.update(`FUNSHOP-${namespace}`, { max_msgs: 4 }));
			const late = await open();
			expect((await late.publish([numbered(4)])).added).toBe(1);
			await expect(late.publish([numbered(5)])).rejects.toThrow("maximum messages exceeded");
			const kept: CloudEvent[] = [];
			for await (const event of late.history(["order.placed"])) kept.push(event);
			expect(numbersOf(kept)).toEqual([1, 2, 3, 4]);
		});

		it("has a stream that keeps events for the time that is set, unless an operator has set another one", async () => {
			const maxAge = () =>
				asOperator(nats.url, async (jsm) => (await jsm.streams.info(`FUNSHOP-${namespace}`)).config.max_age);
			await open({ eventsKeptMs: 86_400_000 });
			expect(await maxAge()).toBe(86_400_000 * 1_000_000);
			await asOperator(nats.url, (jsm) => jsm.streams.update(`FUNSHOP-${namespace}`, { max_age: 3_600e9 }));
			await open({ eventsKeptMs: 2 * 86_400_000 });
			expect(await maxAge()).toBe(3_600e9);
		});

		it("has a snapshot that says until when events may have been removed, also before they were moved there", async () => {
			const bus = await open();
			const snapshot = () => jetStreamSnapshot({ urls: [nats.url], namespace, logger: silentLogger }, []);
			await bus.publish(fromTo(1, 3));
			expect((await snapshot()).trimmedUntil).toBeUndefined();
			await bus.noteTrimmed(5_000);
			expect((await snapshot()).trimmedUntil).toBe(5_000);
			const before = Date.now();
			await asOperator(nats.url, (jsm) => jsm.streams.purge(`FUNSHOP-${namespace}`, { keep: 1 }));
			const { events, trimmedUntil } = await snapshot();
			expect(numbersOf(events)).toEqual([3]);
			expect(Math.abs(trimmedUntil! - before)).toBeLessThan(60_000);
			await asOperator(nats.url, (jsm) => jsm.streams.purge(`FUNSHOP-${namespace}`));
			expect(Math.abs((await snapshot()).trimmedUntil! - before)).toBeLessThan(60_000);
		});

		it("delivers each event to one of them", async () => {
			const handled: number[][] = [[], [], []];
			const buses = await Promise.all(handled.map(() => open()));
			buses.forEach((bus, index) =>
				bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
					handled[index]!.push(sequence);
					await new Promise((resolve) => setTimeout(resolve, 1));
				}),
			);
			// Two of them may hold 1,000 events before the third one has begun.
			const isShared = () => handled.every((share) => share.length > 0);
			let last = 0;
			for (; last < 1_000 || (last < 20_000 && !isShared()); last += 100)
				await buses[0]!.publish(fromTo(last + 1, last + 100));
			await eventually(() => handled.flat().length >= last, 20_000);
			expect(handled.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
			for (const share of handled) expect(share.length).toBeGreaterThan(0);
		});

		it("gives the events that a stopping process has not begun to the others at once", async () => {
			const [leaving, staying] = [await open(), await open()];
			let finish!: () => void;
			const subscription = leaving.subscribe(
				"cart",
				["order.placed"],
				() => new Promise((resolve) => (finish = resolve)),
			);
			await leaving.publish(Array.from({ length: 10 }, (_, index) => numbered(index + 1, "order.placed", "same")));
			await eventually(() => finish !== undefined);
			const handled: number[] = [];
			staying.subscribe("cart", ["order.placed"], async ({ sequence }) => void handled.push(sequence));
			const stopped = subscription.stop();
			finish();
			await stopped;
			await eventually(() => handled.length === 9, 2_000);
			expect(handled.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
		});

		it("gives them also while those that it has begun take long", async () => {
			const [leaving, staying] = [await open(), await open()];
			const begun: Array<() => void> = [];
			const subscription = leaving.subscribe(
				"cart",
				["order.placed"],
				() => new Promise<void>((resolve) => begun.push(resolve)),
			);
			await leaving.publish(fromTo(1, 200));
			await eventually(() => begun.length === 64);
			const handled: number[] = [];
			staying.subscribe("cart", ["order.placed"], async ({ sequence }) => void handled.push(sequence));
			const stopped = subscription.stop();
			await eventually(() => handled.length === 200 - 64, 2_000);
			begun.forEach((finish) => finish());
			await stopped;
			expect(new Set(handled).size).toBe(200 - 64);
		});

		it.each(["SIGKILL", "SIGSTOP"] as const)(
			"delivers the events of a process that gets %s to the others",
			async (signal) => {
				const bus = await open();
				const child = run("test/support/events/subscriber-process.ts", [], {
					URL: nats.url,
					NAMESPACE: namespace,
					HOLD: "1",
				});
				children.push(child);
				const held: string[] = [];
				child.on("message", (id: string) => held.push(id));
				await message(child, "ready");
				await bus.publish(fromTo(1, 20));
				await eventually(() => held.length === 21);
				child.kill(signal);
				const handled: number[] = [];
				bus.subscribe("cart", ["order.placed"], async ({ sequence }) => void handled.push(sequence));
				await bus.publish(fromTo(21, 30));
				await eventually(() => new Set(handled).size === 30, 15_000);
				await eventually(() => isIdle(bus));
				child.kill("SIGCONT");
				await bus.publish(fromTo(31, 31));
				await eventually(() => handled.includes(31) || held.includes("order/o31/31"));
				expect(await bus.deadLetters.list()).toEqual([]);
			},
			30_000,
		);

		it("does not deliver an event to others while one handles it for long", async () => {
			const [slow, idle] = [await open(), await open()];
			let handled = 0;
			const act = async () => {
				handled++;
				await new Promise((resolve) => setTimeout(resolve, 8_000));
			};
			for (const bus of [slow, idle]) bus.subscribe("cart", ["order.placed"], act);
			await slow.publish([numbered(1)]);
			await eventually(() => isIdle(slow), 12_000);
			expect(handled).toBe(1);
		}, 20_000);

		it("delivers the event types that only a newer process handles, and those that only an older one handles", async () => {
			const [older, newer] = [await open(), await open()];
			const handled: string[] = [];
			const act = async ({ type }: CloudEvent) => void handled.push(type);
			const before = older.subscribe("cart", ["order.placed", "order.paying"], act);
			await older.publish([numbered(1)]);
			await eventually(() => handled.length === 1);
			newer.subscribe("cart", ["order.placed", "order.cancelled"], act);
			const added = (jsm: JetStreamManager) => jsm.consumers.info(`FUNSHOP-${namespace}`, "cart--order-cancelled");
			await eventually(() => asOperator(nats.url, added).catch(() => undefined));
			await before.stop();
			older.subscribe("cart", ["order.placed", "order.paying"], act);
			await newer.publish([numbered(2, "order.cancelled"), numbered(3, "order.paying")]);
			await eventually(() => handled.includes("order.paying"));
			await eventually(() => handled.includes("order.cancelled"));
		});
	});

	it("S12: turns messages that are not events into dead letters, and delivers the others without delay", async () => {
		const bus = await open();
		const handled: number[] = [];
		bus.subscribe("cart", ["order.placed"], async ({ subject, sequence }) => {
			if (subject === "poisoned") throw new Error("always");
			handled.push(sequence);
		});
		const connection = await connect({ servers: `127.0.0.1:${nats.port}` });
		const publish = async (payload: unknown, msgID?: string) => {
			const text = typeof payload === "string" ? payload : JSON.stringify(payload);
			await connection.jetstream().publish(`${namespace}.order.placed`, text, { msgID, headers: headers() });
		};
		await publish('{"half": ', "broken");
		await publish("x".repeat(100_000));
		await publish({ ...numbered(1), specversion: "2.0" }, "newer");
		await publish({ ...numbered(2), type: "order.exploded" }, "exploded");
		await publish(null, "null");
		await bus.publish([numbered(3, "order.placed", "poisoned"), ...fromTo(4, 50)]);
		await eventually(() => handled.length === 47, 2_000);
		const letters = await eventually(async () => {
			const all = await bus.deadLetters.list();
			return all.length === 6 && all;
		});
		const reasons = Object.fromEntries(letters.map(({ event, reason }) => [event.id, reason]));
		expect(reasons).toEqual({
			broken: "is not JSON",
			[`FUNSHOP-${namespace}/2`]: "is not JSON",
			newer: "is not an event of this shop in CloudEvents 1.0",
			exploded: "says that it is a order.exploded",
			null: "is not an event of this shop in CloudEvents 1.0",
			"order/poisoned/3": "always",
		});
		for (const { event } of letters) expect(JSON.stringify(event).length).toBeLessThan(3_000);
		await eventually(() => isIdle(bus));

		const published: CloudEvent[] = [];
		for await (const event of bus.history(["order.placed"])) published.push(event);
		expect(numbersOf(published)).toEqual(Array.from({ length: 48 }, (_, index) => index + 3));
		// A dead letter of a message that is not an event can be replayed too, and becomes a dead letter again.
		expect(await bus.deadLetters.replay("cart", "broken")).toBe(true);
		await eventually(() => isIdle(bus));
		expect(await bus.deadLetters.drop("cart", "null")).toBe(true);
		await connection.close();
	});

	it("gives the audit a snapshot of events, of the progress of each consumer, and of its retries", async () => {
		const options = { urls: [nats.url], namespace, clock: new TestClock(), logger: silentLogger };
		await expect(jetStreamSnapshot(options, [])).rejects.toThrow(
			`There is no stream FUNSHOP-${namespace} on NATS at 127`,
		);
		const [bus, eager] = [await open({ retryPolicy: { maxTries: 3, firstDelayMs: 60_000 } }), await open()];
		bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
			if (sequence === 2) throw new Error("not yet");
		});
		let failures = 1;
		eager.subscribe("mail", ["order.placed"], async ({ sequence }) => {
			if (sequence === 3 && failures-- > 0) throw new Error("once");
		});
		await bus.publish(fromTo(1, 3));
		await bus.publish([numbered(4, "order.cancelled")]);
		const snapshot = await eventually(async () => {
			const read = await jetStreamSnapshot(options, ["cart", "mail", "none"]);
			return read.progress[1]!.position === 4 && read.progress[0]!.retries.length === 1 && read;
		});
		expect(numbersOf(snapshot.events)).toEqual([1, 2, 3, 4]);
		const retries = [{ eventId: "order/o2/2", tries: 1, attempts: 1, reason: "not yet" }];
		expect(snapshot.progress).toEqual([
			{ consumer: "cart", newest: 4, position: 1, retries, isReplaying: false, isRunning: true },
			{ consumer: "mail", newest: 4, position: 4, retries: [], isReplaying: false, isRunning: true },
			{ consumer: "none", newest: 4, position: 0, retries: [], isReplaying: false, isRunning: false },
		]);
	});

	it("leaves out of its snapshot a retry of an event that another process handled before the failure was saved", async () => {
		const options = { urls: [nats.url], namespace, clock: new TestClock(), logger: silentLogger };
		const bus = await open();
		bus.subscribe("cart", ["order.placed"], async () => undefined);
		await bus.publish(fromTo(1, 2));
		await eventually(() => isIdle(bus));
		const connection = new JetStreamConnection(options);
		await connection.open();
		const state = { tries: 0, attempts: 1, reason: "the store was away" };
		const deliveredBy = { stream: `FUNSHOP-${namespace}`, seq: 1 };
		await new JetStreamRetries(connection).save("cart", { eventId: "order/o1/1", ...state, ...deliveredBy });
		await connection.close();
		const { progress } = await jetStreamSnapshot(options, ["cart"]);
		expect(progress).toEqual([
			{ consumer: "cart", newest: 2, position: 2, retries: [], isReplaying: false, isRunning: true },
		]);
	});

	it("lets an operator list, show, replay and drop dead letters", async () => {
		const command = async (...words: string[]) =>
			output(run("operator/dead-letters.ts", words, { TRANSPORTER: nats.url, NAMESPACE: namespace }));
		const bus = await open();
		let cured = false;
		const acted: number[] = [];
		bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
			if (!cured) throw new Error("poison");
			acted.push(sequence);
		});
		await bus.publish(fromTo(1, 2));
		await eventually(async () => (await bus.deadLetters.list()).length === 2);
		expect(await command("list")).toEqual({
			code: 0,
			text: expect.stringMatching(/cart +order\/o1\/1 +order.placed +3/),
		});
		const shown = await command("show", "cart", "order/o1/1");
		expect(shown).toEqual({ code: 0, text: expect.stringContaining('"orderId": "o1"') });
		cured = true;
		expect(await command("replay", "cart", "order/o1/1")).toEqual({ code: 0, text: "cart tries order/o1/1 again.\n" });
		await eventually(() => acted.length === 1);
		expect((await command("drop", "cart", "order/o2/2")).code).toBe(0);
		for (const what of ["show", "replay", "drop"])
			expect(await command(what, "cart", "order/o2/2")).toEqual({
				code: 1,
				text: expect.stringContaining("no dead letter"),
			});
		expect((await command("list")).text).toBe("  There are no dead letters.\n");
		for (const words of [[], ["burn"], ["show", "cart"], ["list", "cart", "a"], ["drop", "cart", "a", "b"]])
			expect((await command(...words)).code).toBe(2);
		expect((await output(run("operator/dead-letters.ts", ["list"], { DATA_DIR: "/nowhere" }))).code).toBe(2);
		expect(acted).toEqual([1]);
	}, 60_000);
});
