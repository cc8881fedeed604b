import type { EventBus } from "../../shared/events/event-bus";
import type { Clock } from "../../shared/domain/clock";
import type { CloudEvent } from "../../shared/events/event";
import { busy } from "../../shared/domain/refusals";
import { aEvent } from "./events/builders";
import { eventually, TestClock } from "./world";

export interface OpenedBus {
	bus: EventBus;
	/** Closes it and opens it again on what it has kept. */
	reopen(): Promise<EventBus>;
	close(): Promise<void>;
}

export const MAX_TRIES = 3;
export const FIRST_DELAY_MS = 20;

export const numbered = (number: number, type = "order.placed", subject = `o${number}`) =>
	aEvent(type, subject, number, { orderId: subject });
export const numbersOf = (events: readonly CloudEvent[]) =>
	events.map(({ sequence }) => sequence).sort((a, b) => a - b);

export async function isIdle(bus: EventBus): Promise<boolean> {
	const backlog = await bus.backlog();
	return backlog.length > 0 && backlog.every(({ waiting }) => waiting === 0);
}

/**
 * What every bus of events promises; run for each of them. `open` gives an empty one that gives up after {@link MAX_TRIES} tries, the
 * first of them {@link FIRST_DELAY_MS} apart.
 */
export function describeBus(name: string, open: (clock: Clock) => Promise<OpenedBus>): void {
	describe(`events carried by ${name}`, () => {
		let clock: TestClock;
		let opened: OpenedBus;
		let bus: EventBus;

		const historyOf = async (...types: string[]) => {
			const published: CloudEvent[] = [];
			for await (const event of bus.history(types)) published.push(event);
			return published;
		};

		beforeEach(async () => {
			clock = new TestClock();
			opened = await open(clock);
			({ bus } = opened);
		});
		afterEach(() => opened.close());

		it("reach each consumer that lists their type, those of before it came too", async () => {
			await bus.publish([numbered(1), numbered(2, "order.cancelled")]);
			const cart: CloudEvent[] = [];
			const mail: CloudEvent[] = [];
			bus.subscribe("cart", ["order.placed", "order.cancelled"], async (heard) => void cart.push(heard));
			bus.subscribe("mail", ["order.cancelled"], async (heard) => void mail.push(heard));
			await bus.publish([numbered(3)]);
			await eventually(() => cart.length === 3);
			await eventually(() => isIdle(bus));
			expect([numbersOf(cart), numbersOf(mail)]).toEqual([[1, 2, 3], [2]]);
			expect(cart.find(({ sequence }) => sequence === 2)).toEqual(numbered(2, "order.cancelled"));
		});

		it("are kept once, however often they are published, and those that are new are counted", async () => {
			const events = [numbered(1), numbered(2), numbered(3)] as const;
			expect(await bus.publish([events[0]])).toBe(1);
			expect(await bus.publish([])).toBe(0);
			const counts = await Promise.all([
				bus.publish([events[0], events[1], events[1]]),
				bus.publish([events[1], events[2]]),
				bus.publish(events),
			]);
			expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
			expect(await bus.publish(events)).toBe(0);
			expect(numbersOf(await historyOf("order.placed"))).toEqual([1, 2, 3]);
		});

		it("can be read from the first to the last, of the types that are asked for", async () => {
			expect(await historyOf("order.placed")).toEqual([]);
			await bus.publish([numbered(1)]);
			await bus.publish([numbered(2, "order.cancelled")]);
			for (let number = 3; number <= 700; number++) await bus.publish([numbered(number)]);
			const placed = (await historyOf("order.placed")).map(({ sequence }) => sequence);
			expect(placed).toEqual([1, ...Array.from({ length: 698 }, (_, index) => index + 3)]);
			expect(await historyOf("order.cancelled")).toEqual([numbered(2, "order.cancelled")]);
			expect(await historyOf("order.completed")).toEqual([]);
		});

		it("go on after a restart where a consumer was", async () => {
			const first: CloudEvent[] = [];
			const subscription = bus.subscribe("cart", ["order.placed"], async (heard) => void first.push(heard));
			await bus.publish([numbered(1), numbered(2)]);
			await eventually(() => first.length === 2);
			await subscription.stop();
			await bus.publish([numbered(3)]);
			bus = await opened.reopen();
			const second: CloudEvent[] = [];
			bus.subscribe("cart", ["order.placed"], async (heard) => void second.push(heard));
			await bus.publish([numbered(4)]);
			await eventually(() => second.length === 2);
			expect(numbersOf(second)).toEqual([3, 4]);
		});

		it("are tried again until the consumer succeeds, and the others do not wait for that", async () => {
			const heard: number[] = [];
			let failures = 2;
			bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
				heard.push(sequence);
				if (sequence === 1 && failures-- > 0) throw new Error("not yet");
			});
			await bus.publish([numbered(1), numbered(2), numbered(3)]);
			await eventually(() => heard.filter((sequence) => sequence === 1).length === 3);
			expect(heard.indexOf(3)).toBeLessThan(heard.lastIndexOf(1));
			expect(await bus.deadLetters()).toEqual([]);
			await eventually(() => isIdle(bus));
		});

		it("become dead letters when they fail every time, which can be read, replayed and dropped", async () => {
			let cured = false;
			let letGo!: () => void;
			const gate = new Promise<void>((resolve) => (letGo = resolve));
			const acted: number[] = [];
			bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
				if (!cured) throw new Error("poison");
				await gate;
				acted.push(sequence);
			});
			const mail: number[] = [];
			bus.subscribe("mail", ["order.placed"], async ({ sequence }) => void mail.push(sequence));
			await bus.publish([numbered(1), numbered(2)]);
			await eventually(async () => (await bus.deadLetters("cart")).length === 2);
			const letters = await bus.deadLetters();
			expect(numbersOf(letters.map(({ event }) => event))).toEqual([1, 2]);
			expect(letters[0]).toEqual({
				consumer: "cart",
				tries: MAX_TRIES,
				reason: "poison",
				event: letters[0]!.event,
				at: expect.stringMatching(/^\d{4}-/),
			});
			expect(await bus.deadLetters("mail")).toEqual([]);
			await eventually(() => isIdle(bus));
			expect((await bus.backlog()).map(({ consumer, dead }) => [consumer, dead]).sort()).toEqual([
				["cart", 2],
				["mail", 0],
			]);

			cured = true;
			expect(await bus.replay("cart", "order/o1/1")).toBe(true);
			expect(numbersOf((await bus.deadLetters()).map(({ event }) => event))).toEqual([2]);
			letGo();
			await eventually(() => acted.length === 1);
			await eventually(() => isIdle(bus));
			expect(await bus.drop("cart", "order/o2/2")).toBe(true);
			expect(await bus.deadLetters()).toEqual([]);
			expect(await bus.replay("cart", "order/o2/2")).toBe(false);
			expect(await bus.drop("cart", "order/o2/2")).toBe(false);
			expect([acted, mail.sort()]).toEqual([[1], [1, 2]]);
		});

		it("have all their tries again when they are replayed, and may be given up again", async () => {
			let tries = 0;
			bus.subscribe("cart", ["order.placed"], async () => {
				tries++;
				throw new Error("poison");
			});
			await bus.publish([numbered(1)]);
			for (let round = 1; round <= 3; round++) {
				await eventually(async () => (await bus.deadLetters()).length === 1 && tries === round * MAX_TRIES);
				await eventually(() => isIdle(bus));
				if (round < 3) expect(await bus.replay("cart", "order/o1/1")).toBe(true);
			}
			expect((await bus.deadLetters())[0]!.tries).toBe(MAX_TRIES);
		});

		it("use no tries up while a consumer is merely busy", async () => {
			let tries = 0;
			bus.subscribe("cart", ["order.placed"], async () => {
				if (++tries < 2 * MAX_TRIES) throw busy("STORE_UNAVAILABLE", "later");
			});
			await bus.publish([numbered(1)]);
			await eventually(() => tries === 2 * MAX_TRIES);
			await eventually(() => isIdle(bus));
			expect(await bus.deadLetters()).toEqual([]);
		});

		it("leave ever more time to a consumer that stays busy", async () => {
			const at: number[] = [];
			bus.subscribe("cart", ["order.placed"], async () => {
				at.push(clock.now());
				throw busy("STORE_UNAVAILABLE", "later");
			});
			await bus.publish([numbered(1)]);
			for (let tries = 1; tries <= 6; tries++) await eventually(() => at.length >= tries);
			// 20, 40, 80, 160, 320 ms and up to a look each: never less.
			const pauses = at.slice(1, 6).map((time, index) => time - at[index]!);
			pauses.forEach((pause, index) => expect(pause).toBeGreaterThanOrEqual(FIRST_DELAY_MS * 2 ** index - 5));
		});

		it("are not forgotten over a restart where they have to be tried again, or are dead letters", async () => {
			const subscription = bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
				throw sequence === 1 ? new Error("poison") : busy("STORE_UNAVAILABLE", "later");
			});
			await bus.publish([numbered(1), numbered(2)]);
			await eventually(async () => (await bus.deadLetters()).length === 1);
			await subscription.stop();
			bus = await opened.reopen();
			const heard: number[] = [];
			bus.subscribe("cart", ["order.placed"], async ({ sequence }) => void heard.push(sequence));
			await eventually(() => heard.length === 1);
			expect(heard).toEqual([2]);
			expect(await bus.deadLetters()).toHaveLength(1);
		});

		it("are handed over one after the other where they are of one subject", async () => {
			let atOnce = 0;
			let most = 0;
			bus.subscribe("cart", ["order.placed"], async () => {
				most = Math.max(most, ++atOnce);
				await new Promise(setImmediate);
				atOnce--;
			});
			await bus.publish(Array.from({ length: 20 }, (_, index) => numbered(index + 1, "order.placed", "same")));
			await eventually(() => isIdle(bus));
			expect(most).toBe(1);
		});

		it("are handed over a bounded number at a time", async () => {
			let atOnce = 0;
			let most = 0;
			bus.subscribe("cart", ["order.placed"], async () => {
				most = Math.max(most, ++atOnce);
				await new Promise(setImmediate);
				atOnce--;
			});
			await bus.publish(Array.from({ length: 500 }, (_, index) => numbered(index + 1)));
			await eventually(() => isIdle(bus));
			expect(most).toBeLessThanOrEqual(64);
			expect(most).toBeGreaterThan(1);
		});

		it("are waited for while they are handled, when a consumer stops", async () => {
			let finish!: () => void;
			let done = false;
			const subscription = bus.subscribe("cart", ["order.placed"], async () => {
				await new Promise<void>((resolve) => (finish = resolve));
				done = true;
			});
			await bus.publish([numbered(1)]);
			await eventually(() => finish !== undefined);
			const stopped = subscription.stop();
			finish();
			await stopped;
			expect(done).toBe(true);
		});
	});
}
