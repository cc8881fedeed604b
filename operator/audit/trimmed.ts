import { fold, mend, isOrderEvent, type OrderView, type ProductView } from "../../services/customer/customer.rules";
import type { CartEntry } from "../../services/cart/cart.rules";
import type { ProductCopy } from "../../services/order/order.product-copy";
import type { CloudEvent } from "../../shared/events/event";
import type { AuditSnapshot } from "./difference";

/** Whether the log may have removed an event of this time (milliseconds since 1970), or a later one. */
export function mayBeTrimmed(at: number, { trimmedUntil }: Pick<AuditSnapshot, "trimmedUntil">): boolean {
	return trimmedUntil !== undefined && at <= trimmedUntil;
}

/**
 * By kind, whether the document of an id began so early that the log may have removed some of its events; never where it is not stored.
 */
export function beganEarlier(snapshot: AuditSnapshot) {
	const bornAt = (documents: ReadonlyArray<{ _id: string; createdAt: number }>) => {
		const times = new Map(documents.map(({ _id, createdAt }) => [_id, createdAt]));
		return (id: string) => mayBeTrimmed(times.get(id) ?? Infinity, snapshot);
	};
	return { order: bornAt(snapshot.orders), product: bornAt(snapshot.products), message: bornAt(snapshot.messages) };
}

/** My page's order with the events that the log still has: the same where it has them already. */
export function foldOrderAgain(stored: OrderView, events: readonly CloudEvent[]): OrderView {
	let view = stored;
	for (const event of events) if (isOrderEvent(event)) view = fold(view, event)?.state ?? view;
	return mend(view)?.state ?? view;
}

/** The cart entry with the events that the log still has. `foldCart` folds one of them. */
export function foldCartAgain(
	stored: CartEntry,
	events: readonly CloudEvent[],
	foldCart: (entry: CartEntry, event: CloudEvent) => { state: CartEntry } | undefined,
): CartEntry {
	return events.reduce((entry, event) => foldCart(entry, event)?.state ?? entry, stored);
}

/** The product with each part from the log, where that is not older than the stored one. */
export function foldProductAgain<State extends ProductView | ProductCopy>(
	stored: State,
	fresh: State | undefined,
): State {
	const isNewer = (part: "described" | "stock") => (fresh?.[part]?.sequence ?? -1) >= (stored[part]?.sequence ?? 0);
	return {
		...stored,
		...(isNewer("described") && { ...fresh, stock: stored.stock }),
		...(isNewer("stock") && { stock: fresh!.stock }),
	};
}
