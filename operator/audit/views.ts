import { isDeepStrictEqual } from "node:util";
import { accept, type CartEntry, leave } from "../../services/cart/cart.rules";
import {
	fold,
	foldProduct,
	isOrderEvent,
	isProductEvent,
	type OrderEvent,
	type OrderView,
	type ProductEvent,
	type ProductView,
} from "../../services/customer/customer.rules";
import { messageId } from "../../services/notification/notification.rules";
import * as catalogue from "../../services/order/order.product-copy";
import type { ProductCopy } from "../../services/order/order.product-copy";
import type { AggregateDocument } from "../../shared/aggregates/aggregate";
import type { CloudEvent } from "../../shared/events/event";
import { type AuditSnapshot, type Difference, groupBy } from "./difference";
import { beganEarlier, foldCartAgain, foldOrderAgain, foldProductAgain } from "./trimmed";

/** The events about which a customer gets a message. */
const NOTABLE = new Set(["order.placed", "order.completed", "order.cancelled", "payment.refunded"]);
const SHOWN_LENGTH = 200;

/**
 * I5: every document that is folded from events equals a fresh fold of the event log. A document that began before the log's oldest events equals itself with the
 * events of the log folded in once more.
 */
export function compareViews(snapshot: AuditSnapshot, log: readonly CloudEvent[]): Difference[] {
	const fresh = foldAll(log);
	const messages = log.filter(({ type }) => NOTABLE.has(type)).map(({ id }) => [messageId(id), { about: id }] as const);
	const isOld = beganEarlier(snapshot);
	const ofOrder = groupBy(log.filter(isOrderEvent), ({ data }) => data.orderId);
	const eventsOf = (id: string) => ofOrder.get(id) ?? [];
	return [
		...compare("cart", "cart entry", snapshot.cartEntries, fresh.cart, {
			isOld: isOld.order,
			again: (entry, id) =>
				foldCartAgain(entry, eventsOf(id), (before, event) => foldCart(before, event as OrderEvent)),
		}),
		...compare("customer", "my page's order", snapshot.pageOrders, fresh.pageOrders, {
			isOld: isOld.order,
			again: (view, id) => foldOrderAgain(view, eventsOf(id)),
		}),
		...compare("customer", "my page's product", snapshot.pageProducts, fresh.pageProducts, {
			isOld: isOld.product,
			again: (view, id) => foldProductAgain(view, fresh.pageProducts.get(id)),
		}),
		...compare("order", "order's knowledge of product", snapshot.knownProducts, fresh.knownProducts, {
			isOld: isOld.product,
			again: (copy, id) => foldProductAgain(copy, fresh.knownProducts.get(id)),
		}),
		...compare(
			"notification",
			"message",
			snapshot.messages,
			new Map(messages),
			{ isOld: isOld.message, again: (message) => message },
			() => undefined,
		),
	];
}

function foldAll(log: readonly CloudEvent[]) {
	const cart = new Map<string, CartEntry>();
	const pageOrders = new Map<string, OrderView>();
	const pageProducts = new Map<string, ProductView>();
	const knownProducts = new Map<string, ProductCopy>();
	for (const event of log) {
		if (isProductEvent(event)) {
			apply(pageProducts, event.subject, (product) => foldProduct(product, event));
			apply(knownProducts, event.subject, (product) => know(product, event));
		}
		if (isOrderEvent(event)) {
			apply(pageOrders, event.data.orderId, (order) => fold(order, event));
			apply(cart, event.data.orderId, (entry) => foldCart(entry, event));
		}
	}
	return { cart, pageOrders, pageProducts, knownProducts };
}

function apply<State>(
	states: Map<string, State>,
	id: string,
	decide: (state: State | undefined) => { state: State } | undefined,
): void {
	const change = decide(states.get(id));
	if (change) states.set(id, change.state);
}

function foldCart(entry: CartEntry | undefined, event: OrderEvent) {
	switch (event.type) {
		case "order.placed":
			return accept(entry, event.data, Date.parse(event.time));
		case "order.completed":
			return leave(entry, event.data, "accepted");
		case "order.cancelled":
			return leave(entry, event.data, "cancelled");
		default:
			return undefined;
	}
}

function know(known: ProductCopy | undefined, { type, data, sequence }: ProductEvent) {
	const isDescription = type === "product.added" || type === "product.changed";
	const described = (isDescription ? catalogue.describe(known, data, sequence)?.state : undefined) ?? known;
	const state = catalogue.count(described, data.available, sequence)?.state ?? described;
	return state && { state };
}

/** A document of which the log may have removed the first events. */
interface Earlier<State> {
	isOld(id: string): boolean;
	/** The state with the events of the log folded in once more. */
	again(state: State, id: string): object;
}

/**
 * `awaits` is the service that folds. `essence` picks the fields that the fold decides; where it returns undefined, only the presence of the
 * document is compared.
 */
function* compare<State extends object>(
	awaits: string,
	name: string,
	stored: ReadonlyArray<State & AggregateDocument>,
	fresh: ReadonlyMap<string, object>,
	{ isOld, again }: Earlier<State>,
	essence: (state: State) => unknown = (state) => state,
): Iterable<Difference> {
	const missing = new Map(fresh);
	for (const document of stored) {
		const { _id: id, rev: _rev, version: _version, outbox: _outbox, unsentSince: _since, ...rest } = document;
		const state = rest as unknown as State;
		const expected = isOld(id) ? again(state, id) : fresh.get(id);
		missing.delete(id);
		const subject = `${name} ${id}`;
		if (!expected) {
			yield { invariant: "I5", subject, says: "has no event that it was folded from" };
			continue;
		}
		const field = firstDifference(plain(essence(state)), plain(essence(expected as State)));
		if (field) yield { invariant: "I5", subject, says: field, awaits: [awaits], about: id };
	}
	for (const [id, state] of missing) {
		const says = `is missing, though the log has its events: ${shown(state)}`;
		yield { invariant: "I5", subject: `${name} ${id}`, says, awaits: [awaits], about: id };
	}
}

function firstDifference(stored: Record<string, unknown>, fresh: Record<string, unknown>): string | undefined {
	const fields = new Set([...Object.keys(stored), ...Object.keys(fresh)]);
	const field = [...fields].find((name) => !isDeepStrictEqual(stored[name], fresh[name]));
	if (field === undefined) return undefined;
	return `has ${field} ${shown(stored[field])}, a fresh fold of the log ${shown(fresh[field])}`;
}

/** The state as JSON, as a store returns it. */
function plain(state: unknown): Record<string, unknown> {
	return JSON.parse(JSON.stringify(state ?? {})) as Record<string, unknown>;
}

function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? "nothing";
	return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
