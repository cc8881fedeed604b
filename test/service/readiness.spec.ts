import type { ServiceBroker } from "moleculer";
import { addReadinessCheck, readinessOf } from "../../shared/health/readiness";
import { eventually } from "../support/world";

describe("a process of which a check fails", () => {
	const broker = { started: true } as ServiceBroker;
	let isThere = false;
	addReadinessCheck(broker, { name: "stores", ok: () => isThere });

	it("says which one, and since when, also when it is asked again", async () => {
		const before = new Date().toISOString();
		const { ready, checks } = await readinessOf(broker);
		expect(ready).toBe(false);
		expect(checks.slice(0, 2)).toEqual([
			{ name: "started", ok: true },
			{ name: "staying", ok: true },
		]);
		const { since } = checks[2]!;
		expect(since! >= before).toBe(true);
		await eventually(() => new Date().toISOString() > since!);
		expect((await readinessOf(broker)).checks[2]).toEqual({ name: "stores", ok: false, since });
	});

	it("is ready for whoever leaves this check out, and is told of it", async () => {
		const { ready, checks } = await readinessOf(broker, ["stores"]);
		expect([ready, checks[2]!.ok]).toEqual([true, false]);
		expect((await readinessOf(broker, ["started"])).ready).toBe(false);
	});

	it("is ready once it passes, and forgets the time", async () => {
		isThere = true;
		expect((await readinessOf(broker)).checks[2]).toEqual({ name: "stores", ok: true });
	});
});
