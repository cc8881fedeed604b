import fc from "fast-check";
import type { AuditSnapshot } from "../../operator/audit/difference";
import { findDifferences } from "../../operator/audit/rules";
import { byId, entryOf, eventOf, everyKind, without } from "../support/shop/every-kind";
import { FAULTS } from "../support/shop/faults";
import { LittleShop } from "../support/shop/little-shop";

const found = (snapshot: AuditSnapshot) =>
	findDifferences(snapshot).map(({ invariant, subject }) => `${invariant} ${subject}`);

describe("the audit of a correct shop", () => {
	it("finds no difference, with an order of each kind", () => {
		expect(findDifferences(everyKind().handleAll())).toEqual([]);
	});

	it("finds no difference, whatever was ordered, paid and cancelled", () => {
		const command = fc.record({
			does: fc.constantFrom("place", "captured", "declined", "voided", "unknown", "cancel", "refund later"),
			order: fc.integer({ min: 0, max: 4 }),
			quantities: fc.record({ bowl: fc.integer({ min: 1, max: 4 }), tea: fc.integer({ min: 1, max: 9 }) }),
		});
		fc.assert(
			fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
				const shop = new LittleShop();
				shop.add("tea", 12);
				shop.add("bowl", 5);
				commands.forEach(({ does, order, quantities }, index) => {
					const id = `o${order}`;
					const status = shop.order(id)?.status;
					if (does === "place") return status ? undefined : shop.place(id, quantities);
					if (!status || status === "cancelled") return undefined;
					if (does === "cancel") return shop.cancel(id);
					if (does === "refund later") return shop.cancel(id, "later");
					return status === "placed" ? shop.pay(id, `p${index}`, does as "captured") : undefined;
				});
				expect(findDifferences(shop.handleAll())).toEqual([]);
			}),
			{ numRuns: 200 },
		);
	});
});

describe("the audit of a shop with one fault", () => {
	it.each(FAULTS)("finds %s", (_, breaks, differences) => {
		const snapshot = everyKind().handleAll();
		breaks(snapshot);
		expect(found(snapshot)).toEqual(differences);
	});

	it("finds an order that was captured twice, even where one capture was refunded", () => {
		const shop = everyKind();
		const { customerId, total: amount } = shop.order("paid");
		shop.charge(
			{ paymentId: "again", orderId: "paid", customerId, amount, card: { brand: "visa", last4: "4242" } },
			"captured",
		);
		shop.wantRefund("again");
		shop.refund("paid", "again");
		expect(found(shop.handleAll())).toEqual(["I2 order paid"]);
	});

	it("finds an event that is saved and not published, and nothing else", () => {
		const shop = everyKind();
		const snapshot = shop.handleAll();
		const unsent = eventOf(snapshot, "cart/paid/1");
		without(snapshot.events, (event) => event === unsent);
		snapshot.consumers = [];
		byId(snapshot.cartEntries, "paid").outbox = [unsent];
		expect(found(snapshot)).toEqual(["I7 cart paid"]);
	});

	it("finds a cancelled order that was completed", () => {
		const shop = everyKind();
		const { customerId, total } = shop.order("given-up");
		shop.publish("given-up", "order.completed", { orderId: "given-up", customerId, paymentId: "p", total });
		expect(found(shop.handleAll())).toEqual(["I6 order given-up"]);
	});

	it("finds a cancelled order that keeps its goods", () => {
		const shop = everyKind();
		shop.place("kept", { tea: 2 });
		const order = shop.order("kept");
		const { customerId, items, total } = order;
		const data = { orderId: "kept", customerId, items, total, cancelledBy: "customer" };
		shop.publish("kept", "order.cancelled", data);
		Object.assign(shop.order("kept"), { status: "cancelled", cancellation: { by: "customer", refund: "none", at: 0 } });
		expect(found(shop.handleAll())).toEqual(["I3 order kept"]);
	});

	it("finds a customer who got no message", () => {
		const snapshot = everyKind().handleAll();
		without(snapshot.messages, ({ orderId, type }) => orderId === "paid" && type === "order.completed");
		expect(found(snapshot)).toEqual([
			expect.stringMatching(/^I5 notification msg_/),
			expect.stringMatching(/^I5 message msg_/),
		]);
	});

	it("describes each difference in a sentence", () => {
		const snapshot = everyKind().handleAll();
		without(snapshot.journal, (entry) => entry === entryOf(snapshot, "p-paid", "captured"));
		expect(findDifferences(snapshot)).toEqual([
			{
				invariant: "I1",
				subject: "order paid",
				says: "is completed (total 400 KRW), but the payment processor captured 0 and refunded 0 KRW",
			},
			{
				invariant: "I1",
				subject: "payment p-paid",
				says: "is approved, but the payment processor captured 0 and refunded 0 KRW",
			},
		]);
	});
});
