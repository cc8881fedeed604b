import { ageOf, msSince } from "../../web/console/rules/ages";
import { nextLookMs } from "../../web/console/rules/polling";
import { changesOf } from "../../web/console/rules/products";
import { perMinute } from "../../web/console/rules/rates";
import { routeOf, urlOf } from "../../web/console/rules/route";
import { timelineOf } from "../../web/console/rules/story";
import { troublesOf } from "../../web/console/rules/troubles";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const report = {
	startedAt: at(0),
	pid: 1,
	node: "v24.0.0",
	rssBytes: 1,
	heapUsedBytes: 1,
	readiness: { ready: true, checks: [{ name: "events", ok: true }] },
	loopDelay: { meanMs: 1, p99Ms: 2, maxMs: 3 },
	network: "connected",
	events: true,
	lagMs: 0,
	data: [{ service: "order", waiting: 0, aggregates: 0 }],
	bulkheads: [{ action: "payment.charge", running: 0, waiting: 0, concurrency: 10, queue: 100 }],
	breakers: [{ action: "payment.charge", nodeId: "p1", state: "closed", calls: 1, failures: 0 }],
};
const sales = {
	ordered: 0,
	paid: 0,
	declined: 0,
	unknown: 0,
	cancelled: 0,
	refunded: 0,
	requests: 0,
	busy: 0,
	refused: 0,
	failed: 0,
};
const none = { count: 0, isMore: false, oldest: [] };
const audit = { id: "a1", status: "done", startedAt: at(0), by: "loopback", nodeId: "n1", looks: 1, differences: 0 };
const well = {
	at: at(100),
	answeredBy: "n1",
	missing: [],
	lastMinute: sales,
	money: { unknown: none, refunds: none, audit },
	subscribers: [{ service: "cart", waiting: 0, dead: 0 }],
	processes: [{ nodeId: "n1", status: "here", hostname: "h", version: "1", services: ["order"], report }],
};
const waiting = (second: number) => ({
	count: 1,
	isMore: false,
	oldest: [{ paymentId: "p", orderId: "o1", amount: { amount: 1, currency: "KRW" }, since: at(second), tries: 1 }],
});
const troubles = (change: object) =>
	troublesOf({ ...well, ...change } as never).map(({ what, weight }) => `${weight} ${what}`);
const inReport = (change: object) => ({
	processes: [{ ...well.processes[0], report: { ...report, ...change } }],
});

describe("what an operator is told first", () => {
	it("is nothing where all is well", () => {
		expect(troubles({})).toEqual([]);
	});

	it.each<[string, object]>([
		["bad missing", { missing: ["cart"] }],
		["bad silent", { processes: [{ ...well.processes[0], status: "silent", report: undefined }] }],
		["bad network", inReport({ network: "away" })],
		["bad notReady", inReport({ readiness: { ready: false, checks: [{ name: "stores", ok: false }] } })],
		["bad store", inReport({ data: [{ service: "order", waiting: 0, aggregates: 0, isAway: true }] })],
		["warn outbox", inReport({ data: [{ service: "order", waiting: 0, aggregates: 0, unsentSince: at(80) }] })],
		["bad outbox", inReport({ data: [{ service: "order", waiting: 0, aggregates: 0, unsentSince: at(0) }] })],
		["bad breakerOpen", inReport({ breakers: [{ ...report.breakers[0], state: "open" }] })],
		["warn breakerHalfOpen", inReport({ breakers: [{ ...report.breakers[0], state: "half open" }] })],
		["warn bulkhead", inReport({ bulkheads: [{ ...report.bulkheads[0], running: 5, waiting: 60 }] })],
		["bad bulkhead", inReport({ bulkheads: [{ ...report.bulkheads[0], running: 10, waiting: 100 }] })],
		["bad moneyUnknown", { money: { ...well.money, unknown: null } }],
		["warn unknown", { money: { ...well.money, unknown: waiting(60) } }],
		["bad audit", { money: { ...well.money, audit: { ...audit, differences: 2 } } }],
		["warn auditFailed", { money: { ...well.money, audit: { ...audit, status: "interrupted" } } }],
		["bad dead", { subscribers: [{ service: "cart", waiting: 0, dead: 1 }] }],
		["bad bus", { subscribers: null }],
		["bad failed", { lastMinute: { ...sales, failed: 1 } }],
		["warn busy", { lastMinute: { ...sales, busy: 1 } }],
		["warn loop", inReport({ loopDelay: { meanMs: 1, p99Ms: 300, maxMs: 400 } })],
	])("is %s", (expected, change) => {
		expect(troubles(change)).toEqual([expected]);
	});

	it("is what hits customers and money before what may become so", () => {
		const many = {
			lastMinute: { ...sales, busy: 3 },
			missing: ["cart"],
			subscribers: [{ service: "cart", waiting: 0, dead: 1 }],
		};
		expect(troubles(many)).toEqual(["bad missing", "bad dead", "warn busy"]);
	});

	it("is one sentence about a process that several others cannot call", () => {
		const processes = ["n1", "n2"].map((nodeId) => ({
			...well.processes[0],
			nodeId,
			report: { ...report, breakers: [{ ...report.breakers[0], state: "open" }] },
		}));
		expect(troubles({ processes })).toEqual(["bad breakerOpen"]);
	});

	it("leads to the order whose payment has waited the longest", () => {
		const [first] = troublesOf({ ...well, money: { ...well.money, unknown: waiting(0) } } as never);
		expect(first).toMatchObject({ what: "unknown", href: "/operator/orders/o1", ms: 100_000 });
	});
});

describe("the chart of sales", () => {
	it("has the sum of the minute before each slot's end, without the slot that is not over", () => {
		const slots = Array.from({ length: 9 }, (_, slot) => ({ at: at(slot * 10), paid: slot }));
		const { times, series } = perMinute(slots, 10_000, ["paid"]);
		expect(series.paid).toEqual([0 + 1 + 2 + 3 + 4 + 5, 1 + 2 + 3 + 4 + 5 + 6, 2 + 3 + 4 + 5 + 6 + 7]);
		expect(times.map((second) => second % 60)).toEqual([0, 10, 20]);
	});

	it("is empty before the shop was counted for a minute", () => {
		expect(perMinute([{ at: at(0), paid: 1 }], 10_000, ["paid"]).times).toEqual([]);
	});
});

describe("the timeline of an order", () => {
	it("is in the order of time, and of causes where the time is the same", () => {
		const story = {
			commands: [{ at: at(1), requestId: "r", command: "pay", events: [] }],
			events: [{ at: at(1) }, { at: at(0) }],
			ledger: [{ at: at(1) }],
			messages: [{ createdAt: at(1) }],
			deadLetters: [{ at: at(2) }],
		};
		expect(timelineOf(story as never).map(({ kind }) => kind)).toEqual([
			"event",
			"command",
			"ledger",
			"event",
			"message",
			"deadLetter",
		]);
	});

	it("has a payment's command before what the processor did on it, though its first event is later", () => {
		const story = {
			commands: [
				{ at: at(3), requestId: "r1", command: "pay", events: ["payment/p1/1"] },
				{ at: at(5), requestId: "r2", command: "pay", events: ["payment/p2/1"] },
			],
			events: [
				{ at: at(3), id: "payment/p1/1", subject: "p1" },
				{ at: at(5), id: "payment/p2/1", subject: "p2" },
			],
			ledger: [
				{ at: at(2), paymentId: "p1" },
				{ at: at(4), paymentId: "p2" },
			],
			messages: [],
			deadLetters: [],
		};
		const kinds = ["command", "ledger", "event"];
		expect(timelineOf(story as never).map(({ kind }) => kind)).toEqual([...kinds, ...kinds]);
	});
});

describe("the console's places", () => {
	it.each([
		urlOf.look(),
		urlOf.orders("alice"),
		urlOf.order("o 1/2"),
		urlOf.deadLetters(),
		urlOf.deadLetter("cart", "order/o1/1"),
		urlOf.audits(),
		urlOf.audit("a1"),
		urlOf.faults(),
		urlOf.products(),
		urlOf.processes(),
		urlOf.trail(),
	])("%s is found again after a reload", (url) => {
		const { pathname, search } = new URL(url, "http://shop");
		expect(routeOf(pathname, search).at).not.toBe("nowhere");
	});

	it("keep ids as they are", () => {
		expect(routeOf("/operator/orders/o%201%2F2")).toEqual({ at: "order", id: "o 1/2" });
		expect(routeOf("/operator/dead-letter", "?service=cart&eventId=order%2Fo1%2F1")).toMatchObject({
			eventId: "order/o1/1",
		});
		expect(routeOf("/operator/%E0%A4%A")).toEqual({ at: "nowhere" });
		expect(routeOf("/operator/orders/a/b").at).toBe("nowhere");
	});
});

describe("looking again", () => {
	it("becomes rarer while the shop does not answer, up to 15 s", () => {
		expect([0, 1, 2, 3, 9].map((failures) => nextLookMs(2_000, failures))).toEqual([
			2_000, 4_000, 8_000, 15_000, 15_000,
		]);
	});

	it("shows ages in the unit that is read at a glance", () => {
		expect([5_000, 119_000, 120_000, 7_200_000, 200_000_000].map(ageOf)).toEqual([
			{ count: 5, unit: "second" },
			{ count: 119, unit: "second" },
			{ count: 2, unit: "minute" },
			{ count: 2, unit: "hour" },
			{ count: 2, unit: "day" },
		]);
		expect(msSince(at(5), at(3))).toBe(0);
	});
});

describe("a form that changes a product", () => {
	const price = { amount: 18_000, currency: "KRW" };
	const tea = { name: "Green tea", price, stock: 10, description: "First flush.\r\nFrom Boseong." };
	const shown = { name: "Green tea", price, stock: 10, description: "First flush.\nFrom Boseong.", imageUrl: "" };

	it("sends what the operator has changed, and nothing else", () => {
		expect(changesOf(tea, { ...shown, price: { ...price } })).toEqual({});
		expect(changesOf(tea, { ...shown, stock: 12 })).toEqual({ stock: 12 });
		expect(changesOf(tea, { ...shown, price: { ...price, amount: 1 } })).toEqual({ price: { ...price, amount: 1 } });
		expect(changesOf(tea, { ...shown, name: "Tea", stock: undefined })).toEqual({ name: "Tea" });
	});

	it("removes a text that the operator has emptied", () => {
		expect(changesOf(tea, { ...shown, description: "" })).toEqual({ description: null });
		expect(changesOf({ ...tea, imageUrl: "/pictures/a.svg" }, shown)).toEqual({ imageUrl: null });
	});
});
