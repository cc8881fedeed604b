import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmbeddedDatabases } from "../../shared/events/embedded/embedded-databases";
import { temporaryEnvironment } from "../support/store/environment";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import { anEvent } from "../support/events/builders";
import { describeBus, QUICK_RETRIES } from "../support/events/bus-contract";
import { eventually, silentLogger, TestClock } from "../support/world";

describeBus("the embedded bus", async (clock) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-bus-"));
	const logger = silentLogger;
	const open = async () => {
		const opened = new EmbeddedEventBus({
			environment: temporaryEnvironment(path),
			retryPolicy: QUICK_RETRIES,
			clock,
			logger,
		});
		await opened.open();
		return opened;
	};
	let bus = await open();
	return {
		bus,
		async reopen() {
			await bus.close();
			return (bus = await open());
		},
		async close() {
			await bus.close();
			rmSync(path, { recursive: true });
		},
	};
});

describe("the embedded bus", () => {
	it("is connected before it opens, and never loses an acknowledged event", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-bus-"));
		const clock = new TestClock();
		const bus = new EmbeddedEventBus({
			environment: temporaryEnvironment(path),
			retryPolicy: QUICK_RETRIES,
			clock,
			logger: silentLogger,
		});
		expect([bus.connected, bus.mayLoseForMs]).toEqual([true, 0]);
		await bus.open();
		await bus.close();
		rmSync(path, { recursive: true });
	});

	const cleanUps: Array<() => Promise<void>> = [];
	afterEach(async () => {
		for (const cleanUp of cleanUps.splice(0)) await cleanUp();
	});

	/** A bus with a subscriber, whose next write is made by `write`. */
	async function withNextWrite(write: (real: () => Promise<boolean>) => Promise<boolean>) {
		const path = mkdtempSync(join(tmpdir(), "funshop-bus-"));
		const clock = new TestClock();
		const bus = new EmbeddedEventBus({
			environment: temporaryEnvironment(path),
			retryPolicy: QUICK_RETRIES,
			clock,
			logger: silentLogger,
		});
		await bus.open();
		const handled: string[] = [];
		bus.subscribe("consumer", ["order.placed"], async ({ subject }) => void handled.push(subject));
		const { databases } = bus as unknown as { databases: EmbeddedDatabases };
		const { batch } = databases;
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));
		jest.spyOn(databases, "batch").mockImplementationOnce((queue) => write(() => batch(queue)));
		const publish = (subject: string) => bus.publish([anEvent("order.placed", subject, 1, {})]);
		cleanUps.push(async () => {
			await bus.close();
			rmSync(path, { recursive: true });
		});
		return { bus, clock, handled, publish };
	}

	it("delivers an event although the write of an earlier one fails after it is written", async () => {
		let fail!: () => void;
		const { bus, handled, publish } = await withNextWrite(async (real) => {
			await real();
			return new Promise((_, reject) => (fail = reject));
		});
		// So the event is not on disk.
		const { events } = (bus as unknown as { databases: EmbeddedDatabases }).databases;
		jest.spyOn(events, "put").mockImplementationOnce(async () => true);
		const failed = publish("first");
		await publish("second");
		expect(handled).toEqual([]);
		fail();
		await expect(failed).rejects.toBeUndefined();
		await eventually(() => handled.length === 1);
		expect(handled).toEqual(["second"]);
	});

	it("delivers an event that is on the disk although its write was said to have failed", async () => {
		const { handled, publish } = await withNextWrite(async (real) => {
			await real();
			throw new Error("the answer was lost");
		});
		await expect(publish("first")).rejects.toThrow("lost");
		await publish("first");
		await eventually(() => handled.length === 1);
		expect(handled).toEqual(["first"]);
	});

	it("delivers to a subscriber that is far behind what is no longer kept in memory, in order", async () => {
		const { bus, publish } = await withNextWrite((real) => real());
		const subjects = Array.from({ length: 2_500 }, (_, index) => `s${index}`);
		await Promise.all(subjects.map(publish));
		const handled: string[] = [];
		bus.subscribe("late", ["order.placed"], async ({ subject }) => void handled.push(subject));
		await eventually(() => handled.length === subjects.length, 10_000);
		expect(handled).toEqual(subjects);
	});

	it("says how long events wait where many do, but not for one that hangs, nor for those of earlier runs", async () => {
		const { bus, publish, clock } = await withNextWrite((real) => real());
		const publishMany = (name: string) => Promise.all(Array.from({ length: 100 }, (_, index) => publish(name + index)));
		await publishMany("earlier");
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		cleanUps.unshift(async () => release());
		let begun = 0;
		bus.subscribe("slow", ["order.placed"], async ({ subject }) => {
			begun++;
			if (!subject.startsWith("earlier") || begun <= 64) await gate;
		});
		await eventually(() => begun === 64);
		clock.advance(5_000);
		expect(bus.lagMs).toBe(0);
		release();
		await eventually(async () => (await bus.backlog()).every(({ waiting }) => waiting === 0));

		let second = () => {};
		const hung = new Promise<void>((resolve) => (second = resolve));
		cleanUps.unshift(async () => second());
		bus.subscribe("hanging", ["order.placed"], async ({ subject }) =>
			subject.startsWith("earlier") ? undefined : hung,
		);
		await publish("one");
		clock.advance(5_000);
		expect(bus.lagMs).toBe(0);
		await publishMany("more");
		clock.advance(5_000);
		await eventually(() => bus.lagMs >= 10_000);
	});
});
