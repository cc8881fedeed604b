import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toRfc3339 } from "../../shared/domain/clock";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import type { EmbeddedDatabases } from "../../shared/events/embedded/embedded-databases";
import type { CloudEvent } from "../../shared/events/event";
import { isIdle, numbered, numbersOf } from "../support/events/bus-contract";
import { temporaryEnvironment } from "../support/store/environment";
import { eventually, silentLogger, TestClock } from "../support/world";

const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
const PLACED = ["order.placed"];

describe("old events of the embedded bus", () => {
	let path: string;
	let clock: TestClock;
	let bus: EmbeddedEventBus;

	const open = async () => {
		bus = new EmbeddedEventBus({
			environment: temporaryEnvironment(path),
			retryPolicy: { maxTries: 2, firstDelayMs: 1 },
			clock,
			logger: silentLogger,
			eventsKeptMs: KEPT_MS,
		});
		await bus.open();
	};
	const reopen = async () => {
		await bus.close();
		await open();
	};
	beforeEach(async () => {
		path = mkdtempSync(join(tmpdir(), "funshop-retention-"));
		clock = new TestClock();
		await open();
	});
	afterEach(async () => {
		await bus.close();
		rmSync(path, { recursive: true });
	});

	const databases = () => (bus as unknown as { databases: EmbeddedDatabases }).databases;
	const now = (number: number, type?: string) => ({ ...numbered(number, type), time: toRfc3339(clock.now()) });
	/** Publishes events of this moment, with these numbers. */
	const publish = (first: number, last = first) =>
		bus.publish(Array.from({ length: last - first + 1 }, (_, index) => now(first + index)));
	const logged = async () => {
		const events: CloudEvent[] = [];
		for await (const event of bus.history(PLACED)) events.push(event);
		return numbersOf(events);
	};
	const subscribe = (handle: (event: CloudEvent) => Promise<void> = async () => undefined, name = "cart") =>
		bus.subscribe(name, PLACED, handle);
	/** A consumer handles all events, and its position is saved. */
	const handleAll = async (name = "cart") => {
		const subscription = subscribe(undefined, name);
		await eventually(() => isIdle(bus));
		await subscription.stop();
	};
	const fail = () => Promise.reject(new Error("broken"));

	it("are removed with their entries by id once they are handled, and younger ones stay", async () => {
		await publish(1, 3);
		clock.advance(2 * DAY_MS);
		await publish(4, 5);
		await handleAll();
		clock.advance(KEPT_MS - DAY_MS);
		expect(await bus.trim()).toBe(3);
		expect(await logged()).toEqual([4, 5]);
		expect([...databases().positions.getRange({})].map(({ value }) => value)).toEqual([4, 5]);
		expect((await bus.newest(PLACED))?.sequence).toBe(5);
		expect(await bus.newest(["order.cancelled"])).toBeUndefined();
		await reopen();
		expect(await logged()).toEqual([4, 5]);
		expect(await bus.trim()).toBe(0);
	});

	it("are removed soon after the start by itself", async () => {
		await publish(1, 3);
		await handleAll();
		clock.advance(KEPT_MS + DAY_MS);
		await reopen();
		await eventually(async () => (await logged()).length === 1);
		expect(await logged()).toEqual([3]);
	});

	it("are removed in writes of a few hundred events", async () => {
		await publish(1, 1_000);
		await handleAll();
		clock.advance(KEPT_MS + DAY_MS);
		const transaction = jest.spyOn(databases(), "transaction");
		expect(await bus.trim()).toBe(999);
		expect(transaction).toHaveBeenCalledTimes(4);
	});

	it("stay while a consumer has not handled them, also one that no longer runs or has just begun", async () => {
		await publish(1, 2);
		await handleAll("cart");
		await handleAll("mail");
		await publish(3, 4);
		await handleAll("cart");
		await publish(5);
		await handleAll("cart");
		clock.advance(KEPT_MS + DAY_MS);
		// As a version that saved positions only has left it.
		await databases().types.remove("mail");
		expect(await bus.trim()).toBe(2);
		expect(await logged()).toEqual([3, 4, 5]);

		await handleAll("mail");
		// A consumer that was killed before it saved its first position.
		await databases().types.put("gone", PLACED);
		expect(await bus.trim()).toBe(0);
		await databases().types.remove("gone");
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		// Nothing of it is saved yet, as on a full disk.
		jest.spyOn(databases(), "batch").mockRejectedValueOnce(new Error("full"));
		const slow = subscribe(() => gate, "new");
		expect(await bus.trim()).toBe(0);
		const stopped = slow.stop();
		release();
		await stopped;
		expect(await bus.trim()).toBe(2);
	});

	it("are not looked at where a consumer that is behind keeps them", async () => {
		await publish(1, 1_000);
		await handleAll();
		await databases().progress.put("gone", 10);
		clock.advance(KEPT_MS + DAY_MS);
		const transaction = jest.spyOn(databases(), "transaction");
		expect(await bus.trim()).toBe(10);
		expect(transaction).toHaveBeenCalledTimes(1);
	});

	it("stay where nobody has read the log yet", async () => {
		await publish(1, 3);
		clock.advance(KEPT_MS + DAY_MS);
		expect(await bus.trim()).toBe(0);
		await handleAll();
		expect(await bus.trim()).toBe(2);
	});

	it("stay while they wait for a retry, which then succeeds", async () => {
		let isBroken = true;
		const handled: number[] = [];
		await publish(1, 3);
		const subscription = subscribe(async ({ sequence }) => {
			if (sequence === 2 && isBroken) throw Object.assign(new Error("later"), { code: 503, retryable: true });
			handled.push(sequence);
		});
		await eventually(async () => handled.length === 2 && databases().retries.getKeysCount() === 1);
		await eventually(() => databases().progress.get("cart") === 3);
		clock.advance(KEPT_MS + DAY_MS);
		await publish(4);
		await eventually(() => handled.includes(4));
		await bus.trim();
		expect(await logged()).toEqual([2, 4]);
		isBroken = false;
		await eventually(() => handled.includes(2));
		await subscription.stop();
		expect(await bus.trim()).toBe(1);
		expect(await logged()).toEqual([4]);
	});

	it("stay while they are dead letters, which can be replayed after a restart", async () => {
		await publish(1, 3);
		let subscription = subscribe(({ sequence }) => (sequence === 2 ? fail() : Promise.resolve()));
		const id = numbered(2).id;
		await eventually(() => bus.deadLetters.find("cart", id));
		await subscription.stop();
		clock.advance(KEPT_MS + DAY_MS);
		expect(await bus.trim()).toBe(1);
		await reopen();
		expect(await logged()).toEqual([2, 3]);
		const handled: number[] = [];
		subscription = subscribe(async ({ sequence }) => void handled.push(sequence));
		expect(await bus.deadLetters.replay("cart", id)).toBe(true);
		await eventually(() => handled.length === 1);
		expect(handled).toEqual([2]);
		await eventually(() => isIdle(bus));
		expect(await bus.trim()).toBe(1);
		expect(await logged()).toEqual([3]);
	});

	it("never give their position to another event, also where all of them are old and the bus is opened again", async () => {
		await publish(1, 300);
		await handleAll();
		clock.advance(KEPT_MS + DAY_MS);
		expect(await bus.trim()).toBe(299);
		await reopen();
		expect(await bus.trim()).toBe(0);
		const handled: number[] = [];
		subscribe(async ({ sequence }) => void handled.push(sequence));
		await publish(301, 302);
		await eventually(() => isIdle(bus));
		expect(handled).toEqual([301, 302]);
		expect([...databases().events.getKeys()]).toEqual([300, 301, 302]);
		const later: number[] = [];
		bus.subscribe("new", PLACED, async ({ sequence }) => void later.push(sequence));
		await eventually(() => later.length === 3);
		expect(later).toEqual([300, 301, 302]);
		await eventually(() => isIdle(bus));
	});

	it("are all there or removed with their entries, whenever the process is killed", async () => {
		await publish(1, 1_000);
		await handleAll();
		clock.advance(KEPT_MS + DAY_MS);
		await publish(1_001);
		await handleAll();
		const { transaction } = databases();
		let chunks = 0;
		jest.spyOn(databases(), "transaction").mockImplementation((act) => {
			if (chunks++ === 2) return Promise.reject(new Error("killed"));
			return transaction(act);
		});
		await expect(bus.trim()).rejects.toThrow("killed");
		await reopen();
		const { events, positions } = databases();
		const kept = [...events.getRange({})];
		expect(kept).toHaveLength(1_001 - 512);
		expect(kept.map(({ key, value }) => positions.get(value.id) === key)).not.toContain(false);
		expect(positions.getKeysCount()).toBe(kept.length);
		await bus.trim();
		expect(await logged()).toEqual([1_001]);
	});

	it("do not come back as retries of a type that a consumer begins to handle, and those that are there do", async () => {
		await bus.publish([now(1, "order.cancelled"), now(2)]);
		clock.advance(KEPT_MS);
		await bus.publish([now(3, "order.cancelled"), now(4)]);
		await handleAll();
		clock.advance(DAY_MS);
		expect(await bus.trim()).toBe(2);
		const handled: number[] = [];
		const both = [...PLACED, "order.cancelled"];
		bus.subscribe("cart", both, async ({ sequence }) => void handled.push(sequence));
		await eventually(() => handled.length === 1);
		await eventually(() => isIdle(bus));
		expect(handled).toEqual([3]);
	});

	it("get no retry where they are removed just then", async () => {
		await bus.publish([now(1, "order.cancelled"), now(2)]);
		await handleAll();
		const { events, transaction } = databases();
		jest.spyOn(databases(), "transaction").mockImplementationOnce(async (act) => {
			await events.remove(1);
			return transaction(act);
		});
		const subscription = bus.subscribe("cart", [...PLACED, "order.cancelled"], async () => undefined);
		await eventually(() => databases().types.get("cart")?.length === 2);
		await subscription.stop();
		expect(databases().retries.getKeysCount()).toBe(0);
	});

	it("leave gaps that a new consumer passes at once, however large they are, also while an earlier event is handled", async () => {
		await publish(1);
		await reopen();
		const [first, second] = [2 ** 40, 2 ** 41];
		await databases().events.put(first, now(2));
		await databases().events.put(second, now(3));
		await reopen();
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		const handled: number[] = [];
		subscribe(async ({ sequence }) => {
			if (sequence === 1) await gate;
			handled.push(sequence);
		});
		await eventually(() => handled.length === 2);
		await publish(4);
		await eventually(() => handled.length === 3);
		expect((await bus.backlog())[0]!.waiting).toBe(second + 1);
		release();
		await eventually(() => isIdle(bus));
		expect(handled).toEqual([2, 3, 4, 1]);
		expect([...databases().events.getKeys()].at(-1)).toBe(second + 1);
	});
});
