import type { IncomingMessage } from "node:http";
import { Admission, type Kind, kindOf } from "../../services/api/http/admission";

const LATE_MS = 100;
const IN_TIME_MS = 5;

/** Takes as many requests of a kind as there is room for, 5,000 at most. */
function fill(admission: Admission, kind: Kind): number {
	let taken = 0;
	while (taken < 5_000 && admission.take(kind)) taken++;
	return taken;
}
function empty(admission: Admission, kind: Kind, count: number): void {
	for (let left = count; left > 0; left--) admission.leave(kind);
}
/** One second of looks. */
function lookOn(admission: Admission, loopDelayMs: number, eventLagMs = 0, act: () => void = () => undefined): void {
	for (let look = 0; look < 10; look++) {
		act();
		admission.adjust(loopDelayMs, eventLagMs);
	}
}

describe("the admission of requests", () => {
	it("takes a burst as a whole", () => {
		expect(fill(new Admission(() => 0), "order")).toBe(1_000);
	});

	it("takes fewer, second by second, while the event loop is late, but always some", () => {
		const admission = new Admission(() => 0);
		const limits = [1, 2, 3, 4].map(() => {
			lookOn(admission, LATE_MS);
			return admission.limit;
		});
		expect(limits).toEqual([...limits].sort((a, b) => b - a));
		expect(limits[0]).toBeLessThan(400);
		expect(limits.at(-1)).toBe(20);
	});

	it("takes more again as soon as the event loop is in time, and only as far as that is used", () => {
		const admission = new Admission(() => 0);
		for (let second = 0; second < 4; second++) lookOn(admission, LATE_MS);
		lookOn(admission, IN_TIME_MS);
		expect(admission.limit).toBe(20);
		const use = () => empty(admission, "read", fill(admission, "read"));
		lookOn(admission, IN_TIME_MS, 0, use);
		expect(admission.limit).toBeGreaterThan(28);
	});

	it("refuses orders first, then other commands, then reads", () => {
		const admission = new Admission(() => 0);
		for (let second = 0; second < 4; second++) lookOn(admission, LATE_MS);
		const taken = {
			order: fill(admission, "order"),
			command: fill(admission, "command"),
			read: fill(admission, "read"),
		};
		expect(taken).toEqual({ order: 12, command: 6, read: 2 });
		expect([admission.take("stream"), admission.take("probe")]).toEqual([true, true]);
	});

	it("refuses orders alone while events wait for long, and takes them again when they do not", () => {
		const admission = new Admission(() => 0);
		admission.adjust(IN_TIME_MS, 1_001);
		expect([admission.take("order"), admission.take("command"), admission.take("read")]).toEqual([false, true, true]);
		admission.adjust(IN_TIME_MS, 0);
		expect(admission.take("order")).toBe(true);
	});

	it("takes fewer orders at a time while events wait for a moment", () => {
		const admission = new Admission(() => 0);
		for (let second = 0; second < 4; second++) lookOn(admission, IN_TIME_MS, 500);
		expect(fill(admission, "order")).toBe(1);
		expect(fill(admission, "command")).toBeGreaterThan(1_000);
	});

	it("asks clients to come back later the more are refused, and at most after ten seconds", () => {
		let random = 0.99;
		const admission = new Admission(() => random);
		expect(admission.retryAfterS).toBe(1);
		for (let second = 0; second < 10; second++) lookOn(admission, LATE_MS, 2_000, () => admission.take("order"));
		const waits = [0, 0.5, 0.99].map((next) => {
			random = next;
			return admission.retryAfterS;
		});
		for (const seconds of waits) {
			expect(seconds).toBeGreaterThan(1);
			expect(seconds).toBeLessThanOrEqual(10);
		}
		expect(new Set(waits).size).toBeGreaterThan(1);
	});

	it.each([
		["GET", "/livez", "probe"],
		["GET", "/readyz?x=1", "probe"],
		["GET", "/mypages/alice/events", "stream"],
		["GET", "/mypages/alice/events?after=7", "stream"],
		["POST", "/orders/x/events", "command"],
		["GET", "/mypages/alice", "read"],
		["HEAD", "/products", "read"],
		["POST", "/orders", "order"],
		["OPTIONS", "/orders", "read"],
		["POST", "/orders?x=1", "order"],
		["POST", "/orders/o1/payment", "command"],
		["PATCH", "/products/p1", "command"],
	])("counts %s %s as %s", (method, url, kind) => {
		expect(kindOf({ method, url } as IncomingMessage)).toBe(kind);
	});
});
