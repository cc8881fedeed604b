import {
	claim,
	messageId,
	type MessageState,
	type Notable,
	note,
	notTaken,
	sent,
	toNotification,
} from "../../services/notification/notification.rules";

const now = Date.parse("2026-01-02T00:00:00Z");
const data = { orderId: "o1", customerId: "alice" };
const event = (type: Notable["type"], more: object) =>
	({
		id: "order/o1/1",
		type,
		time: "2026-01-01T00:00:00.000Z",
		requestid: "r1",
		data: { ...data, ...more },
	}) as Notable;
const total = { amount: 12_300, currency: "KRW" };
const messageAbout = (type: Notable["type"], more: object) => note(undefined, event(type, more), now, "due")!.state;
const pending = { _id: "m1", ...messageAbout("order.placed", { total }) };

/** The delays until each next try of a message that no channel takes; at most 100. */
function delaysOf(message: MessageState): number[] {
	const delays: number[] = [];
	for (let state = claim(message, now); delays.length < 100;) {
		const next = notTaken(state, now)!.state;
		if (next.dueAt === undefined) break;
		delays.push(next.dueAt - now);
		state = claim(next, now);
	}
	return delays;
}

describe("a message to a customer", () => {
	it("has an id that follows from its event's id, and that fits into URLs and signed content", () => {
		expect(messageId("order/o1/1")).toBe(messageId("order/o1/1"));
		expect(messageId("order/o1/1")).not.toBe(messageId("order/o1/2"));
		expect(messageId("order/o1/1")).toMatch(/^msg_[A-Za-z0-9_-]{22}$/);
	});

	it("is made once for each event", () => {
		expect(note(pending, event("order.placed", { total }), now, "claimed")).toBeUndefined();
	});

	it("is saved together with the claim of its first try where that begins at once", () => {
		const claimed = note(undefined, event("order.placed", { total }), now, "claimed")!.state;
		expect({ _id: "m1", ...claimed }).toEqual(claim(pending, now));
	});

	it("names the order and its total", () => {
		const texts = [
			messageAbout("order.placed", { total }),
			messageAbout("order.completed", { total }),
			messageAbout("order.cancelled", { total, cancelledBy: "out_of_stock" }),
			messageAbout("payment.refunded", { amount: total }),
		].map(({ text }) => text);
		for (const text of texts) expect(text).toMatch(/o1.*₩12,300|₩12,300.*o1/);
		expect(new Set(texts).size).toBe(4);
		expect(messageAbout("order.placed", { total: { amount: 12_305, currency: "USD" } }).text).toContain("$123.05");
	});

	it("says why an order was cancelled, unless the customer cancelled it", () => {
		const why = (cancelledBy: string) => messageAbout("order.cancelled", { total, cancelledBy }).text;
		expect(why("expired")).toContain("because it was not paid in time");
		expect(why("customer")).not.toContain("because");
	});

	it("has the time of its event, and is due at once", () => {
		expect(toNotification(pending)).toMatchObject({
			id: "m1",
			status: "pending",
			createdAt: "2026-01-01T00:00:00.000Z",
		});
		expect(pending.dueAt).toBe(now);
	});

	it("publishes notification.sent once", () => {
		const change = sent(pending)!;
		expect(change.events).toEqual([
			{ type: "notification.sent", data: { notificationId: "m1", ...data, about: "order.placed" } },
		]);
		expect(change.state).toMatchObject({ status: "sent", dueAt: undefined });
		expect(sent({ ...pending, ...change.state })).toBeUndefined();
	});

	it("is tried 20 times with growing delays of at most five minutes, and then given up", () => {
		const delays = delaysOf(pending);
		expect(delays).toHaveLength(19);
		expect(delays.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
		expect(delays.at(-1)).toBe(300_000);
		expect(delays).toEqual([...delays].sort((a, b) => a - b));
		expect(notTaken({ ...pending, tries: 20 }, now)!.state).toMatchObject({ status: "failed", dueAt: undefined });
	});

	it("is left alone by other processes until a try has surely ended", () => {
		expect(claim(pending, now)).toMatchObject({ tries: 1, dueAt: expect.any(Number) });
		expect(claim(pending, now).dueAt! - now).toBeGreaterThan(5_000);
	});

	it("stays sent when a try that was taken for dead fails", () => {
		expect(notTaken({ ...pending, status: "sent" }, now)).toBeUndefined();
	});
});
