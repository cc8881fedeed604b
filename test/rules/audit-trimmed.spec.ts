import fc from "fast-check";
import type { AuditSnapshot } from "../../operator/audit/difference";
import { findDifferences } from "../../operator/audit/rules";
import { byId, eventOf, everyKind, stocked, without } from "../support/shop/every-kind";
import { FAULTS } from "../support/shop/faults";

const DAY_MS = 86_400_000;
const timeOf = ({ time }: { time: string }) => Date.parse(time);

/** Removes the events up to a time, as the bus does; but not those of these ids, which may be dead letters. */
function trim(snapshot: AuditSnapshot, until: number, kept: readonly string[] = []): AuditSnapshot {
	const gone = snapshot.events.filter((event) => timeOf(event) <= until && !kept.includes(event.id));
	snapshot.events = snapshot.events.filter((event) => !gone.includes(event));
	if (gone.length > 0) snapshot.trimmedUntil = Math.max(...gone.map(timeOf));
	return snapshot;
}

/** A shop with old orders of each kind, whose events are removed, and young ones of each kind. */
function oldAndYoung(kept?: readonly string[]): AuditSnapshot {
	const shop = stocked();
	shop.now += 1_000;
	everyKind(shop, "old-").handleAll();
	const until = shop.now;
	shop.now += DAY_MS;
	return trim(everyKind(shop).handleAll(), until, kept);
}

const found = (snapshot: AuditSnapshot) =>
	findDifferences(snapshot).map(({ invariant, subject }) => `${invariant} ${subject}`);
const broken = (breaks: (snapshot: AuditSnapshot) => void, kept?: readonly string[]) => {
	const snapshot = oldAndYoung(kept);
	breaks(snapshot);
	return found(snapshot);
};

describe("the audit of a shop whose log has removed old events", () => {
	it("finds no difference, also where all events are removed, or some old ones are kept", () => {
		expect(findDifferences(oldAndYoung())).toEqual([]);
		expect(findDifferences(oldAndYoung(["order/old-paid/1", "product/tea/2", "payment/p-old-refunded/1"]))).toEqual([]);
		const shop = everyKind();
		expect(findDifferences(trim(shop.handleAll(), shop.now))).toEqual([]);
	});

	it("finds no difference, whatever was ordered, paid and cancelled before and after that", () => {
		const command = fc.record({
			does: fc.constantFrom("place", "captured", "declined", "voided", "unknown", "cancel", "refund later", "wait"),
			order: fc.integer({ min: 0, max: 4 }),
			quantities: fc.record({ bowl: fc.integer({ min: 1, max: 4 }), tea: fc.integer({ min: 1, max: 9 }) }),
		});
		fc.assert(
			fc.property(fc.array(command, { maxLength: 40 }), fc.nat(10), (commands, days) => {
				const shop = stocked();
				const startedAt = shop.now;
				commands.forEach(({ does, order, quantities }, index) => {
					const id = `o${order}`;
					const status = shop.order(id)?.status;
					shop.handleAll();
					if (does === "wait") return void (shop.now += DAY_MS);
					if (does === "place") return status ? undefined : shop.place(id, quantities);
					if (!status || status === "cancelled") return undefined;
					if (does === "cancel") return shop.cancel(id);
					if (does === "refund later") return shop.cancel(id, "later");
					return status === "placed" ? shop.pay(id, `p${index}`, does as "captured") : undefined;
				});
				expect(findDifferences(trim(shop.handleAll(), startedAt + days * DAY_MS))).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});

	/** The event that this copy was made from is removed, so nothing contradicts it. */
	const UNKNOWN = "an outdated price in the order service's copy of products";

	it.each(FAULTS.filter(([name]) => name !== UNKNOWN))("finds %s", (_, breaks, differences) => {
		expect(broken(breaks)).toEqual(differences);
	});

	it("finds an event that is missing in the middle, also of an old product, but not the first ones of it", () => {
		expect(broken((b) => without(b.events, ({ id }) => id === "order/refunded/2"))).toContain("I5 order refunded");
		const snapshot = oldAndYoung();
		const ofTea = snapshot.events.filter(({ id }) => id.startsWith("product/tea/"));
		expect(ofTea[0]!.sequence).toBeGreaterThan(1);
		without(snapshot.events, (event) => event === ofTea[2]);
		expect(found(snapshot)).toContain("I5 product tea");
	});

	it("finds the first event missing of an order that is younger than the removed events", () => {
		expect(broken((b) => without(b.events, ({ id }) => id === "order/waiting/1"))).toContain("I5 order waiting");
	});

	it("finds an old order whose last event is young, and is missing", () => {
		const shop = everyKind(stocked(), "old-");
		shop.handleAll();
		const until = shop.now;
		shop.now += DAY_MS;
		shop.cancel("old-waiting");
		const snapshot = trim(shop.handleAll(), until);
		expect(found(snapshot)).toEqual([]);
		without(snapshot.events, ({ id }) => id === "order/old-waiting/2");
		expect(found(snapshot)).toContain("I5 order old-waiting");
	});

	it("finds an old order that changed after its last event, as far as the log has one", () => {
		const changed = (b: AuditSnapshot) => void Object.assign(byId(b.orders, "old-given-up"), { status: "placed" });
		expect(broken(changed, ["order/old-given-up/2"])).toContain("I6 order old-given-up");
	});

	it("finds old money, views and goods that differ from what is left", () => {
		const [paid] = oldAndYoung().journal;
		expect(paid!.orderId).toMatch("old-");
		expect(broken((b) => without(b.journal, (e) => e.paymentId === "old-p-paid"))).toContain("I1 order old-paid");
		expect(broken((b) => byId(b.pageOrders, "old-paid").events.pop(), ["order/old-paid/2"])).toEqual([
			"I5 my page's order old-paid",
		]);
		expect(broken((b) => Object.assign(byId(b.pageOrders, "old-paid"), { cartOf: "alice" }))).toEqual([
			"I5 my page's order old-paid",
		]);
		expect(
			broken((b) => Object.assign(byId(b.cartEntries, "old-paid"), { status: "waiting" }), ["order/old-paid/2"]),
		).toEqual(["I5 cart entry old-paid"]);
		expect(
			broken((b) => Object.assign(byId(b.knownProducts, "tea"), { stock: { sequence: 1, available: 1 } })),
		).toEqual(["I5 order's knowledge of product tea"]);
	});

	it("finds young goods of an old order that it should not hold", () => {
		const shop = everyKind(stocked(), "old-");
		shop.handleAll();
		const until = shop.now;
		shop.now += DAY_MS;
		shop.place("young", { tea: 2 });
		const snapshot = trim(shop.handleAll(), until);
		const reserved = snapshot.events.find(({ type }) => type === "stock.reserved")!;
		Object.assign(reserved.data as object, { orderId: "old-given-up" });
		expect(found(snapshot)).toEqual(expect.arrayContaining(["I3 order old-given-up", "I3 order young"]));
		expect(eventOf(snapshot, reserved.id)).toBe(reserved);
	});
});
