import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedEventBus } from "../../shared/events/embedded/embedded-bus";
import { describeBus, QUICK_RETRIES } from "../support/events/bus-contract";
import { silentLogger, TestClock } from "../support/world";

describeBus("the embedded bus", async (clock) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-bus-"));
	const logger = silentLogger;
	const open = async () => {
		const opened = new EmbeddedEventBus({ path, durable: false, retryPolicy: QUICK_RETRIES, clock, logger });
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
		const bus = new EmbeddedEventBus({ path, durable: false, retryPolicy: QUICK_RETRIES, clock, logger: silentLogger });
		expect([bus.connected, bus.mayLoseForMs]).toEqual([true, 0]);
		await bus.open();
		await bus.close();
		rmSync(path, { recursive: true });
	});
});
