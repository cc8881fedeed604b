import type { EventBus } from "../../../shared/events/event-bus";
import type { Clock } from "../../../shared/domain/clock";
import type { CloudEvent } from "../../../shared/events/event";
import type { RetryPolicy } from "../../../shared/events/retry-policy";
import { busy } from "../../../shared/domain/refusals";
import { anEvent } from "./builders";
import { eventually, TestClock } from "../world";

export interface OpenedBus {
	bus: EventBus;
	/** Closes the bus and opens it again on the same data. */
	reopen(): Promise<EventBus>;
	close(): Promise<void>;
}

/** A retry policy with delays of milliseconds, so that tests need not wait. */
export const QUICK_RETRIES: RetryPolicy = { maxTries: 3, firstDelayMs: 20 };
const { maxTries: MAX_TRIES, firstDelayMs: FIRST_DELAY_MS } = QUICK_RETRIES;

export const numbered = (number: number, type = "order.placed", subject = `o${number}`) =>
	anEvent(type, subject, number, { orderId: subject });
export const numbersOf = (events: readonly CloudEvent[]) =>
	events.map(({ sequence }) => sequence).sort((a, b) => a - b);

export async function isIdle(bus: EventBus): Promise<boolean> {
	const backlog = await bus.backlog();
	return backlog.length > 0 && backlog.every(({ waiting }) => waiting === 0);
}

/**
 * The contract of every event bus. `open` resolves with an empty bus with {@link QUICK_RETRIES}.
 */
export function describeBus(name: string, open: (clock: Clock) => Promise<OpenedBus>): void {
	describe(`events on ${name}`, () => {
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

		it("tell how long the oldest has waited where more wait than may be handled at once", async () => {
			let [begun, release] = [0, () => {}];
			const gate = new Promise<void>((resolve) => (release = resolve));
			bus.subscribe("slow", ["order.placed"], () => {
				begun++;
				return gate;
			});
			try {
				await bus.publish(Array.from({ length: 60 }, (_, number) => numbered(number + 1)));
				await eventually(() => begun === 60);
				clock.advance(5_000);
				expect(bus.lagMs).toBe(0);
				await bus.publish(Array.from({ length: 60 }, (_, number) => numbered(number + 61)));
				await eventually(() => begun === 64);
				clock.advance(5_000);
				await eventually(() => bus.lagMs >= 5_000);
			} finally {
				release();
			}
			await eventually(() => isIdle(bus));
			await eventually(() => bus.lagMs === 0);
		});

		it("are delivered to each consumer of their type, also those that were published before it subscribed", async () => {
			await bus.publish([numbered(1), numbered(2, "order.cancelled")]);
			const cart: CloudEvent[] = [];
			const mail: CloudEvent[] = [];
			bus.subscribe("cart", ["order.placed", "order.cancelled"], async (event) => void cart.push(event));
			bus.subscribe("mail", ["order.cancelled"], async (event) => void mail.push(event));
			await bus.publish([numbered(3)]);
			await eventually(() => cart.length === 3);
			await eventually(() => isIdle(bus));
			expect([numbersOf(cart), numbersOf(mail)]).toEqual([[1, 2, 3], [2]]);
			expect(cart.find(({ sequence }) => sequence === 2)).toEqual(numbered(2, "order.cancelled"));
		});

		it("are stored once, however often they are published, and the bus returns how many are new", async () => {
			const events = [numbered(1), numbered(2), numbered(3)] as const;
			expect((await bus.publish([events[0]])).added).toBe(1);
			expect((await bus.publish([])).added).toBe(0);
			const counts = await Promise.all([
				bus.publish([events[0], events[1], events[1]]),
				bus.publish([events[1], events[2]]),
				bus.publish(events),
			]);
			expect(counts.reduce((sum, { added }) => sum + added, 0)).toBe(2);
			expect((await bus.publish(events)).added).toBe(0);
			expect(numbersOf(await historyOf("order.placed"))).toEqual([1, 2, 3]);
		});

		it("S22: are refused and counted where the bus has another event under their id, and hold up no others", async () => {
			await bus.publish([numbered(1)]);
			const other = { ...numbered(1), type: "order.cancelled" };
			const changed = { ...numbered(1), data: { orderId: "o1", reason: "another" } };
			const published = await bus.publish([other, numbered(2), changed]);
			expect(published).toMatchObject({ taken: [other, changed], added: 1 });
			expect(bus.idConflicts).toBe(2);
			expect(await bus.publish([{ ...numbered(1), time: "2027-01-01T00:00:00.000Z" }])).toMatchObject({
				added: 0,
				taken: [],
			});
			expect(await historyOf("order.placed", "order.cancelled")).toEqual([numbered(1), numbered(2)]);
		});

		it("can be read again in order, filtered by type", async () => {
			expect(await historyOf("order.placed")).toEqual([]);
			await bus.publish([numbered(1)]);
			await bus.publish([numbered(2, "order.cancelled")]);
			for (let number = 3; number <= 700; number++) await bus.publish([numbered(number)]);
			const placed = (await historyOf("order.placed")).map(({ sequence }) => sequence);
			expect(placed).toEqual([1, ...Array.from({ length: 698 }, (_, index) => index + 3)]);
			expect(await historyOf("order.cancelled")).toEqual([numbered(2, "order.cancelled")]);
			expect(await historyOf("order.completed")).toEqual([]);
		});

		it("can be asked for the newest of some types", async () => {
			expect(await bus.newest(["order.placed"])).toBeUndefined();
			await bus.publish([numbered(1)]);
			await bus.publish([numbered(2, "order.cancelled")]);
			await bus.publish([numbered(3, "order.completed")]);
			expect((await bus.newest(["order.placed", "order.cancelled"]))?.sequence).toBe(2);
			expect(await bus.newest(["order.paying"])).toBeUndefined();
		});

		it("are delivered after a restart from the position of the consumer", async () => {
			const first: CloudEvent[] = [];
			const subscription = bus.subscribe("cart", ["order.placed"], async (event) => void first.push(event));
			await bus.publish([numbered(1), numbered(2)]);
			await eventually(() => first.length === 2);
			await subscription.stop();
			await bus.publish([numbered(3)]);
			bus = await opened.reopen();
			const second: CloudEvent[] = [];
			bus.subscribe("cart", ["order.placed"], async (event) => void second.push(event));
			await bus.publish([numbered(4)]);
			await eventually(() => second.length === 2);
			expect(numbersOf(second)).toEqual([3, 4]);
		});

		it("are delivered from the first one on where a consumer handles their type only after a restart, and each once", async () => {
			const both = ["order.placed", "order.cancelled"];
			const runs: CloudEvent[][] = [[], [], []];
			const subscribe = (run: number, types: readonly string[]) =>
				bus.subscribe("cart", types, async (event) => void runs[run]!.push(event));
			const first = subscribe(0, ["order.placed"]);
			await bus.publish([numbered(1), numbered(2, "order.cancelled"), numbered(3)]);
			await eventually(() => runs[0]!.length === 2);
			await eventually(() => isIdle(bus));
			await first.stop();
			bus = await opened.reopen();
			const second = subscribe(1, both);
			await bus.publish([numbered(4, "order.cancelled"), numbered(5)]);
			await eventually(() => runs[1]!.length === 3);
			await eventually(() => isIdle(bus));
			await second.stop();
			bus = await opened.reopen();
			subscribe(2, both);
			await bus.publish([numbered(6, "order.cancelled"), numbered(7)]);
			await eventually(() => runs[2]!.length === 2);
			await eventually(() => isIdle(bus));
			expect(runs.map(numbersOf)).toEqual([
				[1, 3],
				[2, 4, 5],
				[6, 7],
			]);
		});

		it("are retried until the consumer succeeds, while other events are delivered", async () => {
			const handled: number[] = [];
			let failures = 2;
			bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
				handled.push(sequence);
				if (sequence === 1 && failures-- > 0) throw new Error("not yet");
			});
			await bus.publish([numbered(1), numbered(2), numbered(3)]);
			await eventually(() => handled.filter((sequence) => sequence === 1).length === 3);
			expect(handled.indexOf(3)).toBeLessThan(handled.lastIndexOf(1));
			expect(await bus.deadLetters.list()).toEqual([]);
			await eventually(() => isIdle(bus));
		});

		it("become dead letters when they fail every time; these can be listed, found, replayed and dropped", async () => {
			let cured = false;
			let letGo!: () => void;
			const gate = new Promise<void>((resolve) => (letGo = resolve));
			const handled: number[] = [];
			bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
				if (!cured) throw new Error("poison");
				await gate;
				handled.push(sequence);
			});
			const mail: number[] = [];
			bus.subscribe("mail", ["order.placed"], async ({ sequence }) => void mail.push(sequence));
			await bus.publish([numbered(1), numbered(2)]);
			await eventually(async () => (await bus.deadLetters.list("cart")).length === 2);
			const letters = await bus.deadLetters.list();
			expect(numbersOf(letters.map(({ event }) => event))).toEqual([1, 2]);
			expect(letters[0]).toEqual({
				consumer: "cart",
				tries: MAX_TRIES,
				reason: "poison",
				event: letters[0]!.event,
				at: expect.stringMatching(/^\d{4}-/),
			});
			expect(await bus.deadLetters.list("mail")).toEqual([]);
			expect(await bus.deadLetters.find("cart", letters[0]!.event.id)).toEqual(letters[0]);
			expect(await bus.deadLetters.find("mail", letters[0]!.event.id)).toBeUndefined();
			await eventually(() => isIdle(bus));
			expect((await bus.backlog()).map(({ consumer, dead }) => [consumer, dead]).sort()).toEqual([
				["cart", 2],
				["mail", 0],
			]);

			cured = true;
			expect(await bus.deadLetters.replay("cart", "order/o1/1")).toBe(true);
			expect(numbersOf((await bus.deadLetters.list()).map(({ event }) => event))).toEqual([2]);
			letGo();
			await eventually(() => handled.length === 1);
			await eventually(() => isIdle(bus));
			expect(await bus.deadLetters.drop("cart", "order/o2/2")).toBe(true);
			expect(await bus.deadLetters.list()).toEqual([]);
			expect(await bus.deadLetters.find("cart", "order/o2/2")).toBeUndefined();
			expect(await bus.deadLetters.replay("cart", "order/o2/2")).toBe(false);
			expect(await bus.deadLetters.drop("cart", "order/o2/2")).toBe(false);
			expect((await bus.backlog()).map(({ dead }) => dead)).toEqual([0, 0]);
			expect([handled, mail.sort()]).toEqual([[1], [1, 2]]);
		});

		it("get all their tries again when they are replayed, and can become dead letters again", async () => {
			let tries = 0;
			bus.subscribe("cart", ["order.placed"], async () => {
				tries++;
				throw new Error("poison");
			});
			await bus.publish([numbered(1)]);
			for (let round = 1; round <= 3; round++) {
				await eventually(async () => (await bus.deadLetters.list()).length === 1 && tries === round * MAX_TRIES);
				await eventually(() => isIdle(bus));
				if (round < 3) expect(await bus.deadLetters.replay("cart", "order/o1/1")).toBe(true);
			}
			expect((await bus.deadLetters.list())[0]!.tries).toBe(MAX_TRIES);
		});

		it("do not become dead letters while a consumer is busy", async () => {
			let tries = 0;
			bus.subscribe("cart", ["order.placed"], async () => {
				if (++tries < 2 * MAX_TRIES) throw busy("STORE_UNAVAILABLE", "later");
			});
			await bus.publish([numbered(1)]);
			await eventually(() => tries === 2 * MAX_TRIES);
			await eventually(() => isIdle(bus));
			expect(await bus.deadLetters.list()).toEqual([]);
		});

		it("are delivered less and less often to a consumer that stays busy", async () => {
			const at: number[] = [];
			bus.subscribe("cart", ["order.placed"], async () => {
				at.push(clock.now());
				throw busy("STORE_UNAVAILABLE", "later");
			});
			await bus.publish([numbered(1)]);
			for (let tries = 1; tries <= 6; tries++) await eventually(() => at.length >= tries);
			// At least 20, 40, 80, 160 and 320 ms.
			const pauses = at.slice(1, 6).map((time, index) => time - at[index]!);
			pauses.forEach((pause, index) => expect(pause).toBeGreaterThanOrEqual(FIRST_DELAY_MS * 2 ** index - 5));
		});

		it("keep their retries and dead letters over a restart", async () => {
			const subscription = bus.subscribe("cart", ["order.placed"], async ({ sequence }) => {
				throw sequence === 1 ? new Error("poison") : busy("STORE_UNAVAILABLE", "later");
			});
			await bus.publish([numbered(1), numbered(2)]);
			await eventually(async () => (await bus.deadLetters.list()).length === 1);
			await subscription.stop();
			bus = await opened.reopen();
			const handled: number[] = [];
			bus.subscribe("cart", ["order.placed"], async ({ sequence }) => void handled.push(sequence));
			await eventually(() => handled.length === 1);
			expect(handled).toEqual([2]);
			expect(await bus.deadLetters.list()).toHaveLength(1);
		});

		it("are handled one after the other where they have the same subject", async () => {
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

		it("S26: of one product are handled at the same time where they are about different orders", async () => {
			let begun = 0;
			let release = () => {};
			const gate = new Promise<void>((resolve) => (release = resolve));
			bus.subscribe("order", ["stock.reserved"], async () => {
				begun++;
				await gate;
			});
			const reserved = (number: number) => anEvent("stock.reserved", "tea", number, { orderId: `o${number}` });
			await bus.publish([reserved(1), reserved(2)]);
			try {
				await eventually(() => begun === 2);
			} finally {
				release();
			}
		});

		it("S25: of one customer do not hold up those of another, however many they are", async () => {
			const of = (customerId: string, number: number) =>
				anEvent("order.placed", `${customerId}${number}`, 1, { orderId: `${customerId}${number}`, customerId });
			let release = () => {};
			const gate = new Promise<void>((resolve) => (release = resolve));
			const handled: string[] = [];
			bus.subscribe("cart", ["order.placed"], async ({ data }) => {
				const { customerId } = data as { customerId: string };
				if (customerId === "greedy") await gate;
				handled.push(customerId);
			});
			await bus.publish(Array.from({ length: 200 }, (_, number) => of("greedy", number)));
			await bus.publish([of("bob", 1), of("bob", 2)]);
			try {
				await eventually(() => handled.length === 2);
				expect(handled).toEqual(["bob", "bob"]);
			} finally {
				release();
			}
			await eventually(() => isIdle(bus));
			expect(handled).toHaveLength(202);
		});

		it("are handled at most 64 at the same time", async () => {
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

		it("are handled to the end before a subscription has stopped, once their handling has begun", async () => {
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
