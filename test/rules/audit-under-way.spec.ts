import type { AuditSnapshot } from "../../operator/audit/difference";
import { findDifferences } from "../../operator/audit/rules";
import { findUnderWay } from "../../operator/audit/under-way";
import { byId, eventOf, everyKind, without } from "../support/shop/every-kind";

describe("the audit of a shop with work under way", () => {
	const ALL = ["product", "payment", "order", "cart", "customer", "notification"];
	/** What is under way, and what is wrong, while these services do not run. */
	const judged = (snapshot: AuditSnapshot, away: string[]) => {
		const differences = findDifferences(snapshot);
		const running = new Set(ALL.filter((name) => !away.includes(name)));
		const underWay = findUnderWay(snapshot, differences, running);
		const named = (some: typeof differences) => some.map(({ invariant, subject }) => `${invariant} ${subject}`);
		return {
			underWay: named(underWay),
			wrong: named(differences.filter((difference) => !underWay.includes(difference))),
		};
	};
	const handledBy = (snapshot: AuditSnapshot, consumer: string, unhandled: number) => {
		const newest = snapshot.events.length;
		snapshot.consumers = [{ consumer, newest, position: newest - unhandled, retries: [], isRunning: false }];
	};
	/** A shop whose last event is that `last` was placed, and whose cart has not handled it. */
	const withLateCart = () => {
		const shop = everyKind();
		shop.place("last", { tea: 1 });
		const snapshot = shop.handleAll();
		const placed = eventOf(snapshot, "order/last/1");
		without(snapshot.cartEntries, ({ _id }) => _id === "last");
		without(snapshot.events, (event) => event === placed);
		snapshot.events.push(placed);
		handledBy(snapshot, "cart", 1);
		return snapshot;
	};

	it("finds an entry under way whose event a stopped service has not handled, and none where it runs", () => {
		const late = ["I5 cart entry last", "I7 service cart"];
		expect(judged(withLateCart(), ["cart"])).toEqual({ underWay: late, wrong: [] });
		expect(judged(withLateCart(), ["customer"])).toEqual({ underWay: [], wrong: late });
	});

	it("finds what is wrong with other documents, also of the same service, while work is under way", () => {
		const snapshot = withLateCart();
		Object.assign(byId(snapshot.cartEntries, "waiting"), { customerId: "mallory" });
		Object.assign(byId(snapshot.pageOrders, "last"), { customerId: "mallory" });
		expect(judged(snapshot, ALL)).toEqual({
			underWay: ["I5 cart entry last", "I7 service cart"],
			wrong: ["I5 cart entry waiting", "I5 my page's order last"],
		});
	});

	it("takes a refund that a stopped payment was not told of for under way, also while order runs", () => {
		const shop = everyKind();
		const snapshot = shop.handleAll();
		const refunding = byId(snapshot.attempts, "p-refunding") as { refundWanted?: boolean };
		delete refunding.refundWanted;
		const cancelled = snapshot.events.find(
			(event) => event.type === "order.cancelled" && event.subject === "refunding",
		)!;
		without(snapshot.events, (event) => event === cancelled);
		snapshot.events.push(cancelled);
		handledBy(snapshot, "payment", 1);
		expect(judged(snapshot, ["payment"])).toEqual({
			underWay: ["I1 order refunding", "I7 service payment"],
			wrong: [],
		});
		handledBy(snapshot, "payment", 0);
		expect(judged(snapshot, ["payment"])).toEqual({ underWay: [], wrong: ["I1 order refunding"] });
	});

	it("takes goods of a cancelled order for under way while a stopped order has not published that", () => {
		const shop = everyKind();
		shop.place("kept", { tea: 2 });
		const { customerId, items, total } = shop.order("kept");
		shop.publish("kept", "order.cancelled", { orderId: "kept", customerId, items, total, cancelledBy: "customer" });
		const cancellation = { by: "customer", refund: "none", at: 0 };
		Object.assign(shop.order("kept"), { status: "cancelled", cancellation });
		const { snapshot } = shop;
		const unsent = snapshot.events.pop()!;
		shop.handleAll();
		Object.assign(shop.order("kept"), { outbox: [unsent] });
		handledBy(snapshot, "product", 0);
		expect(judged(snapshot, ["order"])).toEqual({ underWay: ["I3 order kept", "I7 order kept"], wrong: [] });
	});

	it("takes goods that an order counts on, and that are held, for under way while a stopped product has not decided on the order", () => {
		const shop = everyKind();
		shop.place("last", { tea: 1 });
		const snapshot = shop.handleAll();
		without(snapshot.reservations, ({ _id }) => _id === "last");
		byId(snapshot.products, "tea").open.last = { type: "held", quantity: 1 };
		const placed = eventOf(snapshot, "order/last/1");
		without(snapshot.events, (event) => event === placed);
		snapshot.events.push(placed);
		handledBy(snapshot, "product", 1);
		expect(judged(snapshot, ["product"])).toEqual({ underWay: ["I3 order last", "I7 service product"], wrong: [] });
		handledBy(snapshot, "product", 0);
		expect(judged(snapshot, ["product"])).toEqual({ underWay: [], wrong: ["I3 order last"] });
	});

	it("excuses any document while events of dead letters wait to be handled again, as they are not in the log", () => {
		const snapshot = withLateCart();
		snapshot.consumers[0] = { ...snapshot.consumers[0]!, position: snapshot.events.length - 1, isReplaying: true };
		snapshot.events.unshift(snapshot.events.pop()!);
		expect(judged(snapshot, ["cart"]).wrong).toEqual([]);
	});
});
