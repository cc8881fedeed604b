import { randomUUID } from "node:crypto";
import type { ChildProcess } from "node:child_process";
import { connect, headers } from "nats";
import type { Carrier } from "../../shared/events/event-bus";
import type { Fact } from "../../shared/events/event";
import { readJetStream } from "../../shared/events/jetstream/jetstream-snapshot";
import { JetStreamLetters } from "../../shared/events/jetstream/jetstream-letters";
import { JetStreamLink } from "../../shared/events/jetstream/jetstream-connection";
import { describeCarrier, isIdle, numbered, numbersOf } from "../support/bus-contract";
import { asOperator, openCarrier } from "../support/jetstream";
import { message, output, run } from "../support/processes";
import { describeWith, startNats, type TestServer } from "../support/servers";
import { eventually, silentLogger, TestClock } from "../support/world";

const fromTo = (first: number, last: number) =>
	Array.from({ length: last - first + 1 }, (_, index) => numbered(first + index));

describeWith(["nats"], "NATS JetStream", () => {
	let nats: TestServer;
	let namespace: string;
	const opened: Carrier[] = [];
	const children: ChildProcess[] = [];
	const open = async (...more: [Partial<Parameters<typeof openCarrier>[2]>?]) => {
		const carrier = await openCarrier(nats.url, namespace, ...more);
		opened.push(carrier);
		return carrier;
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
		await Promise.all(opened.splice(0).map((carrier) => carrier.close()));
	});

	describeCarrier("JetStream", async (clock) => {
		const open = () => openCarrier(nats.url, namespace, { clock });
		let carrier = await open();
		return {
			carrier,
			async reopen() {
				await carrier.close();
				return (carrier = await open());
			},
			close: () => carrier.close(),
		};
	});

	describe("shared by the processes of a service", () => {
		it("is made once by many that start at the same time, and left as an operator has set it", async () => {
			const carriers = await Promise.all(Array.from({ length: 14 }, () => open()));
			expect(await carriers[0]!.publish(fromTo(1, 3))).toBe(3);
			await asOperator(nats.url, (jsm) => jsm.streams.update(`FUNSHOP-${namespace}`, { max_msgs: 4 }));
			const late = await open();
			expect(await late.publish([numbered(4)])).toBe(1);
			await expect(late.publish([numbered(5)])).rejects.toThrow("maximum messages exceeded");
			const kept: Fact[] = [];
			for await (const fact of late.history(["order.placed"])) kept.push(fact);
			expect(numbersOf(kept)).toEqual([1, 2, 3, 4]);
		});

		it("hands each fact to one of them", async () => {
			const heard: number[][] = [[], [], []];
			const carriers = await Promise.all(heard.map(() => open()));
			carriers.forEach((carrier, index) =>
				carrier.consume("cart", ["order.placed"], async ({ sequence }) => {
					heard[index]!.push(sequence);
					await new Promise((resolve) => setTimeout(resolve, 1));
				}),
			);
			for (let first = 1; first < 1_000; first += 100) await carriers[0]!.publish(fromTo(first, first + 99));
			await eventually(() => heard.flat().length >= 1_000);
			expect(heard.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
			for (const share of heard) expect(share.length).toBeGreaterThan(0);
		});

		it("gives what was fetched and is not begun to the others at once when one stops", async () => {
			const [leaving, staying] = [await open(), await open()];
			let finish!: () => void;
			const consumption = leaving.consume("cart", ["order.placed"], () => new Promise((resolve) => (finish = resolve)));
			await leaving.publish(Array.from({ length: 10 }, (_, index) => numbered(index + 1, "order.placed", "same")));
			await eventually(() => finish !== undefined);
			const heard: number[] = [];
			staying.consume("cart", ["order.placed"], async ({ sequence }) => void heard.push(sequence));
			const stopped = consumption.stop();
			finish();
			await stopped;
			await eventually(() => heard.length === 9, 2_000);
			expect(heard.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
		});

		it.each(["SIGKILL", "SIGSTOP"] as const)(
			"gives the share of one that gets a %s to the others",
			async (signal) => {
				const carrier = await open();
				const child = run("test/support/listener.ts", [], { URL: nats.url, NAMESPACE: namespace, HOLD: "1" });
				children.push(child);
				const held: string[] = [];
				child.on("message", (id: string) => held.push(id));
				await message(child, "ready");
				await carrier.publish(fromTo(1, 20));
				await eventually(() => held.length === 21);
				child.kill(signal);
				const heard: number[] = [];
				carrier.consume("cart", ["order.placed"], async ({ sequence }) => void heard.push(sequence));
				await carrier.publish(fromTo(21, 30));
				await eventually(() => new Set(heard).size === 30, 15_000);
				await eventually(() => isIdle(carrier));
				child.kill("SIGCONT");
				await carrier.publish(fromTo(31, 31));
				await eventually(() => heard.includes(31) || held.includes("order/o31/31"));
				expect(await carrier.deadLetters()).toEqual([]);
			},
			30_000,
		);

		it("does not give a fact to others while one works on it for long", async () => {
			const [slow, idle] = [await open(), await open()];
			let heard = 0;
			const act = async () => {
				heard++;
				await new Promise((resolve) => setTimeout(resolve, 8_000));
			};
			for (const carrier of [slow, idle]) carrier.consume("cart", ["order.placed"], act);
			await slow.publish([numbered(1)]);
			await eventually(() => isIdle(slow), 12_000);
			expect(heard).toBe(1);
		}, 20_000);

		it("brings types that a newer process hears, and keeps those that an older one hears", async () => {
			const [older, newer] = [await open(), await open()];
			const heard: string[] = [];
			const act = async ({ type }: Fact) => void heard.push(type);
			const before = older.consume("cart", ["order.placed", "order.paying"], act);
			await older.publish([numbered(1)]);
			await eventually(() => heard.length === 1);
			newer.consume("cart", ["order.placed", "order.cancelled"], act);
			await eventually(async () => {
				const { config } = await asOperator(nats.url, (jsm) => jsm.consumers.info(`FUNSHOP-${namespace}`, "cart"));
				return config.filter_subjects!.includes(`${namespace}.order.cancelled`);
			});
			await before.stop();
			older.consume("cart", ["order.placed", "order.paying"], act);
			await newer.publish([numbered(2, "order.cancelled"), numbered(3, "order.paying")]);
			await eventually(() => heard.includes("order.paying"));
			await eventually(() => heard.includes("order.cancelled"));
		});
	});

	it("S12: makes dead letters of messages that are no facts, and only what is poisoned waits", async () => {
		const carrier = await open();
		const heard: number[] = [];
		carrier.consume("cart", ["order.placed"], async ({ subject, sequence }) => {
			if (subject === "poisoned") throw new Error("always");
			heard.push(sequence);
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
		await carrier.publish([numbered(3, "order.placed", "poisoned"), ...fromTo(4, 50)]);
		await eventually(() => heard.length === 47, 2_000);
		const letters = await eventually(async () => {
			const all = await carrier.deadLetters();
			return all.length === 6 && all;
		});
		const reasons = Object.fromEntries(letters.map(({ fact, reason }) => [fact.id, reason]));
		expect(reasons).toEqual({
			broken: "is not JSON",
			[`FUNSHOP-${namespace}/2`]: "is not JSON",
			newer: "is not a fact of this shop in CloudEvents 1.0",
			exploded: "says that it is a order.exploded",
			null: "is not a fact of this shop in CloudEvents 1.0",
			"order/poisoned/3": "always",
		});
		for (const { fact } of letters) expect(JSON.stringify(fact).length).toBeLessThan(3_000);
		await eventually(() => isIdle(carrier));

		const told: Fact[] = [];
		for await (const fact of carrier.history(["order.placed"])) told.push(fact);
		expect(numbersOf(told)).toEqual(Array.from({ length: 48 }, (_, index) => index + 3));
		// What it was tried with is kept, so it can be looked at and tried again, in vain.
		expect(await carrier.replay("cart", "broken")).toBe(true);
		await eventually(() => isIdle(carrier));
		expect(await carrier.drop("cart", "null")).toBe(true);
		await connection.close();
	});

	it("shows the audit what is kept, how far each consumer is, and what was given up", async () => {
		const options = { urls: [nats.url], namespace, clock: new TestClock(), logger: silentLogger };
		await expect(readJetStream(options, [])).rejects.toThrow(`There is no stream FUNSHOP-${namespace} on NATS at 127`);
		const [carrier, eager] = [await open({ firstDelayMs: 60_000 }), await open()];
		carrier.consume("cart", ["order.placed"], async ({ sequence }) => {
			if (sequence === 2) throw new Error("not yet");
		});
		let failures = 1;
		eager.consume("mail", ["order.placed"], async ({ sequence }) => {
			if (sequence === 3 && failures-- > 0) throw new Error("once");
		});
		await carrier.publish(fromTo(1, 3));
		await carrier.publish([numbered(4, "order.cancelled")]);
		const books = await eventually(async () => {
			const read = await readJetStream(options, ["cart", "mail", "none"]);
			return read.progress[1]!.position === 4 && read.progress[0]!.retries.length === 1 && read;
		});
		expect(numbersOf(books.facts)).toEqual([1, 2, 3, 4]);
		const retries = [{ factId: "order/o2/2", tries: 1, attempts: 1, reason: "not yet" }];
		expect(books.progress).toEqual([
			{ consumer: "cart", newest: 4, position: 1, retries },
			{ consumer: "mail", newest: 4, position: 4, retries: [] },
			{ consumer: "none", newest: 4, position: 0, retries: [] },
		]);
	});

	it("does not show the audit as failed what another process has done before the failure was noted", async () => {
		const options = { urls: [nats.url], namespace, clock: new TestClock(), logger: silentLogger };
		const carrier = await open();
		carrier.consume("cart", ["order.placed"], async () => undefined);
		await carrier.publish(fromTo(1, 2));
		await eventually(() => isIdle(carrier));
		const link = new JetStreamLink(options);
		await link.open();
		const tries = { tries: 0, attempts: 1, reason: "the store was away" };
		const from = { stream: `FUNSHOP-${namespace}`, seq: 1 };
		await new JetStreamLetters(link).keepTries("cart", "order/o1/1", tries, from);
		await link.close();
		const { progress } = await readJetStream(options, ["cart"]);
		expect(progress).toEqual([{ consumer: "cart", newest: 2, position: 2, retries: [] }]);
	});

	it("lets an operator list, show, replay and drop dead letters", async () => {
		const command = async (...words: string[]) =>
			output(run("operator/dead-letters.ts", words, { TRANSPORTER: nats.url, NAMESPACE: namespace }));
		const carrier = await open();
		let cured = false;
		const acted: number[] = [];
		carrier.consume("cart", ["order.placed"], async ({ sequence }) => {
			if (!cured) throw new Error("poison");
			acted.push(sequence);
		});
		await carrier.publish(fromTo(1, 2));
		await eventually(async () => (await carrier.deadLetters()).length === 2);
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
		for (const words of [[], ["burn"], ["show", "cart"], ["list", "cart"], ["drop", "cart", "a", "b"]])
			expect((await command(...words)).code).toBe(2);
		expect((await output(run("operator/dead-letters.ts", ["list"], {}))).code).toBe(2);
		expect(acted).toEqual([1]);
	}, 60_000);
});
