import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedCarrier } from "../../shared/embedded-carrier";
import type { Fact } from "../../shared/facts";
import { busy } from "../../shared/refusals";
import { aFact } from "../support/builders";
import { eventually, silentLogger, TestClock } from "../support/world";

const fact = (number: number, type = "order.placed", subject = `o${number}`) =>
	aFact(type, subject, number, { orderId: subject });

describe("the embedded carrier", () => {
	let path: string;
	let clock: TestClock;
	let carrier: EmbeddedCarrier;
	const open = () =>
		new EmbeddedCarrier({ path, durable: false, clock, logger: silentLogger, maxTries: 3, firstDelayMs: 20 });
	const numbers = (facts: readonly Fact[]) => facts.map(({ sequence }) => sequence).sort((a, b) => a - b);

	beforeEach(() => {
		path = mkdtempSync(join(tmpdir(), "funshop-carrier-"));
		clock = new TestClock();
		carrier = open();
	});
	afterEach(async () => {
		await carrier.close();
		rmSync(path, { recursive: true });
	});

	it("brings each consumer every fact of its types once, those of before it came too", async () => {
		await carrier.publish([fact(1), fact(2, "order.cancelled")]);
		const cart: Fact[] = [];
		const mail: Fact[] = [];
		carrier.consume("cart", ["order.placed", "order.cancelled"], async (heard) => void cart.push(heard));
		carrier.consume("mail", ["order.cancelled"], async (heard) => void mail.push(heard));
		await carrier.publish([fact(3)]);
		await eventually(() => cart.length === 3);
		expect([numbers(cart), numbers(mail)]).toEqual([[1, 2, 3], [2]]);
	});

	it("keeps a fact once, however often it is published", async () => {
		await Promise.all([carrier.publish([fact(1)]), carrier.publish([fact(1), fact(2)]), carrier.publish([fact(2)])]);
		await carrier.publish([fact(1)]);
		const kept: Fact[] = [];
		for await (const told of carrier.history(["order.placed"])) kept.push(told);
		expect(numbers(kept)).toEqual([1, 2]);
	});

	it("goes on where a consumer was after a restart", async () => {
		const first: Fact[] = [];
		const consumption = carrier.consume("cart", ["order.placed"], async (heard) => void first.push(heard));
		await carrier.publish([fact(1), fact(2)]);
		await eventually(() => first.length === 2);
		await consumption.stop();
		await carrier.publish([fact(3)]);
		await carrier.close();
		carrier = open();
		const second: Fact[] = [];
		carrier.consume("cart", ["order.placed"], async (heard) => void second.push(heard));
		await carrier.publish([fact(4)]);
		await eventually(() => second.length === 2);
		expect(numbers(second)).toEqual([3, 4]);
	});

	it("tries a fact again until the consumer succeeds, and does not let the others wait for it", async () => {
		const heard: number[] = [];
		let failures = 2;
		carrier.consume("cart", ["order.placed"], async ({ sequence }) => {
			heard.push(sequence);
			if (sequence === 1 && failures-- > 0) throw new Error("not yet");
		});
		await carrier.publish([fact(1), fact(2), fact(3)]);
		await eventually(() => heard.filter((sequence) => sequence === 1).length === 3);
		expect(heard.indexOf(3)).toBeLessThan(heard.lastIndexOf(1));
		expect(await carrier.deadLetters()).toEqual([]);
		await eventually(async () => (await carrier.backlog())[0]?.waiting === 0);
	});

	it("makes a dead letter of what fails every time, which can be read, replayed and dropped", async () => {
		let cured = false;
		const acted: number[] = [];
		carrier.consume("cart", ["order.placed"], async ({ sequence }) => {
			if (!cured) throw new Error("poison");
			acted.push(sequence);
		});
		await carrier.publish([fact(1), fact(2)]);
		const letters = await eventually(
			async () => (await carrier.deadLetters("cart")).length === 2 && carrier.deadLetters("cart"),
		);
		expect(letters[0]).toMatchObject({ consumer: "cart", tries: 3, reason: "poison", fact: { sequence: 1 } });
		cured = true;
		expect(await carrier.replay("cart", letters[0]!.fact.id)).toBe(true);
		await eventually(() => acted.length === 1);
		expect(await carrier.drop("cart", letters[1]!.fact.id)).toBe(true);
		expect(await carrier.deadLetters()).toEqual([]);
		expect(await carrier.replay("cart", letters[1]!.fact.id)).toBe(false);
		expect(acted).toEqual([1]);
	});

	it("does not count tries against a consumer that is merely busy", async () => {
		let tries = 0;
		carrier.consume("cart", ["order.placed"], async () => {
			if (++tries < 6) throw busy("STORE_UNAVAILABLE", "later");
		});
		await carrier.publish([fact(1)]);
		await eventually(() => tries === 6);
		await eventually(async () => (await carrier.backlog())[0]?.waiting === 0);
		expect(await carrier.deadLetters()).toEqual([]);
	});

	it("leaves ever more time to a consumer that stays busy", async () => {
		const at: number[] = [];
		carrier.consume("cart", ["order.placed"], async () => {
			at.push(clock.now());
			throw busy("STORE_UNAVAILABLE", "later");
		});
		await carrier.publish([fact(1)]);
		for (let tries = 1; tries <= 6; tries++) await eventually(() => at.length >= tries);
		// 20, 40, 80, 160, 320 ms and up to a look each: never less.
		const pauses = at.slice(1, 6).map((time, index) => time - at[index]!);
		pauses.forEach((pause, index) => expect(pause).toBeGreaterThanOrEqual(20 * 2 ** index - 5));
	});

	it("remembers what has to be tried again, and dead letters, over a restart", async () => {
		const consumption = carrier.consume("cart", ["order.placed"], async ({ sequence }) => {
			throw sequence === 1 ? new Error("poison") : busy("STORE_UNAVAILABLE", "later");
		});
		await carrier.publish([fact(1), fact(2)]);
		await eventually(async () => (await carrier.deadLetters()).length === 1);
		await consumption.stop();
		await carrier.close();
		carrier = open();
		const heard: number[] = [];
		carrier.consume("cart", ["order.placed"], async ({ sequence }) => void heard.push(sequence));
		await eventually(() => heard.length === 1);
		expect(heard).toEqual([2]);
		expect(await carrier.deadLetters()).toHaveLength(1);
	});

	it("hands over facts of one subject one after the other", async () => {
		let atOnce = 0;
		let most = 0;
		carrier.consume("cart", ["order.placed"], async () => {
			most = Math.max(most, ++atOnce);
			await new Promise(setImmediate);
			atOnce--;
		});
		await carrier.publish(Array.from({ length: 20 }, (_, index) => fact(index + 1, "order.placed", "same")));
		await eventually(async () => (await carrier.backlog())[0]?.waiting === 0);
		expect(most).toBe(1);
	});

	it("handles a bounded number at a time", async () => {
		let atOnce = 0;
		let most = 0;
		carrier.consume("cart", ["order.placed"], async () => {
			most = Math.max(most, ++atOnce);
			await new Promise(setImmediate);
			atOnce--;
		});
		await carrier.publish(Array.from({ length: 500 }, (_, index) => fact(index + 1)));
		await eventually(async () => (await carrier.backlog())[0]?.waiting === 0);
		expect(most).toBeLessThanOrEqual(64);
		expect(most).toBeGreaterThan(1);
	});

	it("waits for what is being handled when a consumer stops", async () => {
		let finish!: () => void;
		let done = false;
		const consumption = carrier.consume("cart", ["order.placed"], async () => {
			await new Promise<void>((resolve) => (finish = resolve));
			done = true;
		});
		await carrier.publish([fact(1)]);
		await eventually(() => finish !== undefined);
		const stopped = consumption.stop();
		finish();
		await stopped;
		expect(done).toBe(true);
	});
});
