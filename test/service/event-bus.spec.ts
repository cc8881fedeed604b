import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import { describeBus, FIRST_DELAY_MS, MAX_TRIES } from "../support/bus-contract";
import { silentLogger, TestClock } from "../support/world";

describeBus("a log in this process", async (clock) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-bus-"));
	const logger = silentLogger;
	const open = () =>
		new EmbeddedEventBus({ path, durable: false, clock, logger, maxTries: MAX_TRIES, firstDelayMs: FIRST_DELAY_MS });
	let bus = open();
	return {
		bus,
		async reopen() {
			await bus.close();
			return (bus = open());
		},
		async close() {
			await bus.close();
			rmSync(path, { recursive: true });
		},
	};
});

describe("the log in this process", () => {
	it("is there at once, is never away, and loses nothing", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-bus-"));
		const bus = new EmbeddedEventBus({ path, durable: false, clock: new TestClock(), logger: silentLogger });
		expect([bus.connected, bus.mayLoseForMs]).toEqual([true, 0]);
		await bus.open();
		await bus.close();
		rmSync(path, { recursive: true });
	});
});
