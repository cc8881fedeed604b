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

/** One order of each kind. */
export function everyKind(): LittleShop {
	const shop = new LittleShop();
	shop.add("tea", 100);
	shop.add("bowl", 10);
	shop.place("waiting", { bowl: 1, tea: 2 });
	shop.place("declined", { tea: 1 });
	shop.pay("declined", "p-declined", "declined");
	shop.place("paid", { bowl: 1, tea: 3 });
	shop.pay("paid", "p-paid", "captured");
	shop.place("unclear", { tea: 1 });
	shop.pay("unclear", "p-unclear", "unknown");
	shop.place("refunded", { bowl: 2, tea: 5 });
	shop.pay("refunded", "p-refunded", "captured");
	shop.cancel("refunded");
	shop.place("refunding", { tea: 1 });
	shop.pay("refunding", "p-refunding", "captured");
	shop.cancel("refunding", "later");
	shop.place("given-up", { tea: 1 });
	shop.cancel("given-up");
	shop.place("too-many", { bowl: 1, tea: 1_000 });
	return shop;
}
