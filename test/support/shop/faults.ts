import type { AuditSnapshot } from "../../../operator/audit/difference";
import { byId, entryOf, eventOf, without } from "./every-kind";

type Fault = [what: string, breaks: (snapshot: AuditSnapshot) => void, differences: string[]];

/** Faults of a shop with an order of each kind, and the differences that the audit finds of each. */
export const FAULTS: Fault[] = [
	// I1
	[
		"a paid order without a capture",
		(b) => without(b.journal, (e) => e === entryOf(b, "p-paid", "captured")),
		["I1 order paid", "I1 payment p-paid"],
	],
	[
		"a paid order that was refunded",
		(b) => b.journal.push({ ...entryOf(b, "p-paid", "captured"), type: "refunded" }),
		["I1 order paid", "I1 payment p-paid"],
	],
	[
		"a refund that never reached the processor",
		(b) => without(b.journal, (e) => e === entryOf(b, "p-refunded", "refunded")),
		["I1 order refunded", "I1 payment p-refunded"],
	],
	[
		"a second refund",
		(b) => b.journal.push(entryOf(b, "p-refunded", "refunded")),
		["I1 order refunded", "I1 payment p-refunded"],
	],
	[
		"a capture that payment does not know",
		(b) => b.journal.push({ ...entryOf(b, "p-paid", "captured"), paymentId: "stray", orderId: "waiting" }),
		["I1 order waiting", "I1 payment stray"],
	],
	[
		"a capture of another amount",
		(b) => {
			entryOf(b, "p-paid", "captured").amount = { amount: 1, currency: "KRW" };
		},
		["I1 order paid", "I1 payment p-paid"],
	],
	[
		"S23 an order that adds up two currencies",
		(b) => {
			byId(b.orders, "waiting").items[0]!.unitPrice = { amount: 1, currency: "USD" };
		},
		["I1 order waiting"],
	],
	[
		"S23 an order that is paid in another currency than the shop's, in all its places",
		(b) => {
			const usd = { ...byId(b.orders, "paid").total, currency: "USD" };
			byId(b.orders, "paid").total = usd;
			byId(b.attempts, "p-paid").amount = usd;
			entryOf(b, "p-paid", "captured").amount = usd;
		},
		["I1 order paid", "I1 payment p-paid", "I1 payment p-paid in the processor's journal"],
	],
	[
		"S23 a product in another currency than the shop's",
		(b) => {
			const bowl = byId(b.products, "bowl");
			bowl.price = { amount: 1, currency: "USD" };
			bowl.createdAt++;
		},
		["I1 product bowl"],
	],
	[
		"a declined card that was charged",
		(b) => {
			entryOf(b, "p-declined", "declined").type = "captured";
		},
		["I1 order declined", "I1 payment p-declined"],
	],
	[
		"a payment of unknown outcome that no process will settle",
		(b) => {
			delete byId(b.attempts, "p-unclear").dueAt;
		},
		["I1 payment p-unclear"],
	],
	[
		"a refund that no process will make",
		(b) => {
			delete byId(b.attempts, "p-refunding").refundAt;
		},
		["I1 payment p-refunding"],
	],
	[
		"a paying order that no process will settle",
		(b) => {
			const order = byId(b.orders, "unclear");
			if (order.status === "paying") delete order.attempt.published;
		},
		["I1 order unclear"],
	],
	[
		"an order that waits for a payment that is decided",
		(b) => {
			Object.assign(byId(b.attempts, "p-unclear"), { status: "approved", dueAt: undefined });
		},
		["I1 order unclear", "I6 payment p-unclear"],
	],
	[
		"an order that waits for a payment that is not stored",
		(b) => {
			b.attempts.splice(b.attempts.indexOf(byId(b.attempts, "p-unclear")), 1);
		},
		["I1 order unclear", "I1 payment p-unclear", "I5 payment p-unclear"],
	],
	[
		"an order that waits for a refund that payment does not know of",
		(b) => {
			delete byId(b.attempts, "p-refunding").refundWanted;
		},
		["I1 order refunding"],
	],
	[
		"a cancellation without the refund that is due",
		(b) => {
			const order = byId(b.orders, "refunding");
			if (order.status === "cancelled") order.cancellation.refund = "none";
		},
		["I1 order refunding"],
	],
	[
		"a cancellation that is marked as refunded before the refund",
		(b) => {
			const order = byId(b.orders, "refunding");
			if (order.status === "cancelled") order.cancellation.refund = "refunded";
		},
		["I1 order refunding"],
	],
	// I3
	[
		"more stock than the events add up to",
		(b) => {
			byId(b.products, "tea").available++;
		},
		["I3 product tea"],
	],
	[
		"a negative stock",
		(b) => {
			byId(b.products, "tea").available = -1;
		},
		["I3 product tea", "I3 product tea"],
	],
	["a lost reservation", (b) => without(b.reservations, ({ _id }) => _id === "waiting"), ["I3 order waiting"]],
	[
		"a rejected reservation of an order that goes on",
		(b) => {
			byId(b.reservations, "paid").status = "rejected";
		},
		["I3 order paid"],
	],
	[
		"an order whose goods are reserved in part",
		(b) => {
			byId(b.orders, "paid").items.find(({ productId }) => productId === "tea")!.quantity++;
		},
		["I3 order paid"],
	],
	[
		"goods of an order that was not placed",
		(b) => b.reservations.push({ _id: "ghost", rev: 1, status: "reserved", items: [] }),
		["I3 order ghost"],
	],
	// I5
	["a lost event", (b) => without(b.events, ({ id }) => id === "cart/paid/1"), ["I5 cart paid"]],
	["an event that is in the log twice", (b) => b.events.push(eventOf(b, "cart/paid/1")), ["I5 cart paid"]],
	[
		"an event of a change that was not saved",
		(b) => b.events.push({ ...eventOf(b, "cart/paid/1"), id: "cart/paid/2", sequence: 2 }),
		["I5 cart paid"],
	],
	[
		"an event under another event's id",
		(b) => {
			eventOf(b, "cart/paid/1").id = "cart/paid/9";
		},
		["I5 event cart/paid/9", "I5 cart paid"],
	],
	[
		"an event that does not match its schema",
		(b) => {
			eventOf(b, "cart/paid/1").data = {};
		},
		["I5 event cart/paid/1", "I5 cart paid"],
	],
	[
		"an event of a subject that is not stored",
		(b) => b.events.push({ ...eventOf(b, "cart/paid/1"), id: "cart/ghost/1", subject: "ghost" }),
		["I5 cart ghost"],
	],
	[
		"a cart that still holds a paid order",
		(b) => {
			Object.assign(byId(b.cartEntries, "paid"), { status: "waiting", cartOf: "alice" });
		},
		["I5 cart entry paid"],
	],
	[
		"an order that is not on my page",
		(b) => without(b.pageOrders, ({ _id }) => _id === "paid"),
		["I5 my page's order paid"],
	],
	[
		"an order on my page without one of its events",
		(b) => {
			byId(b.pageOrders, "paid").events.pop();
		},
		["I5 my page's order paid"],
	],
	[
		"an outdated stock on my page",
		(b) => {
			byId(b.pageProducts, "tea").stock = { sequence: 1, available: 100 };
		},
		["I5 my page's product tea"],
	],
	[
		"an outdated price in the order service's copy of products",
		(b) => {
			byId(b.knownProducts, "tea").described!.price.amount = 1;
		},
		["I5 order's knowledge of product tea"],
	],
	[
		"an order on my page without any event",
		(b) => b.pageOrders.push({ _id: "ghost", rev: 1, version: 0, events: [] }),
		["I5 my page's order ghost"],
	],
	// I6
	[
		"an order whose status follows from no event",
		(b) => {
			Object.assign(byId(b.orders, "paid"), { status: "paying", dueAt: b.now });
		},
		["I6 order paid"],
	],
	[
		"a payment whose status follows from no event",
		(b) => {
			Object.assign(byId(b.attempts, "p-declined"), { status: "voided" });
		},
		["I6 payment p-declined"],
	],
	// I7
	[
		"an order that should have expired",
		(b) => {
			Object.assign(byId(b.orders, "waiting"), { dueAt: b.now - 60_000 });
		},
		["I7 order waiting"],
	],
	[
		"a message that should have been sent",
		(b) => {
			b.messages[0]!.dueAt = b.now - 60_000;
		},
		[expect.stringMatching(/^I7 notification msg_/)],
	],
	[
		"a service that no longer handles events",
		(b) => {
			b.consumers[0]!.position--;
		},
		["I7 service cart"],
	],
	[
		"an event that a service cannot handle",
		(b) => {
			b.consumers[0]!.retries.push({ eventId: "order/paid/1", tries: 3, attempts: 1, reason: "no" });
		},
		["I7 service cart"],
	],
	[
		"a dead letter",
		(b) => b.deadLetters.push({ consumer: "cart", event: b.events[0]!, tries: 12, reason: "no", at: "" }),
		["I7 service cart"],
	],
];
