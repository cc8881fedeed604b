import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedCarrier } from "../../shared/events/embedded/embedded-bus";
import { describeCarrier, FIRST_DELAY_MS, MAX_TRIES } from "../support/bus-contract";
import { silentLogger, TestClock } from "../support/world";

describeCarrier("a log in this process", async (clock) => {
	const path = mkdtempSync(join(tmpdir(), "funshop-carrier-"));
	const logger = silentLogger;
	const open = () =>
		new EmbeddedCarrier({ path, durable: false, clock, logger, maxTries: MAX_TRIES, firstDelayMs: FIRST_DELAY_MS });
	let carrier = open();
	return {
		carrier,
		async reopen() {
			await carrier.close();
			return (carrier = open());
		},
		async close() {
			await carrier.close();
			rmSync(path, { recursive: true });
		},
	};
});

describe("the log in this process", () => {
	it("is there at once, is never away, and loses nothing", async () => {
		const path = mkdtempSync(join(tmpdir(), "funshop-carrier-"));
		const carrier = new EmbeddedCarrier({ path, durable: false, clock: new TestClock(), logger: silentLogger });
		expect([carrier.connected, carrier.mayLoseForMs]).toEqual([true, 0]);
		await carrier.open();
		await carrier.close();
		rmSync(path, { recursive: true });
	});
});
