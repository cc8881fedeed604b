import type { AuditSnapshot } from "../../../operator/audit/difference";
import { LittleShop } from "./little-shop";

export const byId = <Document extends { _id: string }>(documents: Document[], id: string) =>
	documents.find(({ _id }) => _id === id)!;
/** Takes the one item that `leaves` names out of `items`; the test fails if that is not exactly one. */
export const without = <Item>(items: Item[], leaves: (item: Item) => boolean) => {
	const kept = items.filter((item) => !leaves(item));
	expect(kept).toHaveLength(items.length - 1);
	items.splice(0, items.length, ...kept);
};
export const entryOf = (snapshot: AuditSnapshot, paymentId: string, type: string) =>
	snapshot.journal.find((entry) => entry.paymentId === paymentId && entry.type === type)!;
export const eventOf = (snapshot: AuditSnapshot, id: string) => snapshot.events.find((event) => event.id === id)!;

/** A shop with two products, tea and bowl. */
export function stocked(): LittleShop {
	const shop = new LittleShop();
	shop.add("tea", 100);
	shop.add("bowl", 10);
	return shop;
}

/** One order of each kind, in a new shop or in this one; `prefix` is before the ids of its orders. */
export function everyKind(shop = stocked(), prefix = ""): LittleShop {
	const id = (name: string) => `${prefix}${name}`;
	shop.place(id("waiting"), { bowl: 1, tea: 2 });
	shop.place(id("declined"), { tea: 1 });
	shop.pay(id("declined"), id("p-declined"), "declined");
	shop.place(id("paid"), { bowl: 1, tea: 3 });
	shop.pay(id("paid"), id("p-paid"), "captured");
	shop.place(id("unclear"), { tea: 1 });
	shop.pay(id("unclear"), id("p-unclear"), "unknown");
	shop.place(id("refunded"), { bowl: 2, tea: 5 });
	shop.pay(id("refunded"), id("p-refunded"), "captured");
	shop.cancel(id("refunded"));
	shop.place(id("refunding"), { tea: 1 });
	shop.pay(id("refunding"), id("p-refunding"), "captured");
	shop.cancel(id("refunding"), "later");
	shop.place(id("given-up"), { tea: 1 });
	shop.cancel(id("given-up"));
	shop.place(id("too-many"), { bowl: 1, tea: 1_000 });
	return shop;
}
