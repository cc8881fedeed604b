import type { Config } from "../../config";
import type { Saved } from "../../shared/aggregates/aggregate";
import { bytesOf, type Listing, page, PAGE_BYTES, pageWithTotal } from "../../shared/store/paging";
import { type SameAgain } from "../../shared/store/same-again";
import { shownOnce } from "../../shared/store/shown-once";
import { nextStep } from "../../shared/timing/turns";
import type { CartItem } from "../cart/cart.schemas";
import type { PageProcess } from "./customer.process";
import { type OrderView, type ProductView, toCartItem, toPageOrder, toPageProduct, withExpiry } from "./customer.rules";
import type { Feed, GetFeed, GetMyPage, MyPage, PageOrder } from "./customer.schemas";
import { entriesAfter, entryId } from "./feed.rules";

const PRODUCTS_SHOWN = 20;
/** Bytes of JSON of each part: together they fit into one message of NATS. */
const CART_BYTES = 128 * 1024;
const ORDERS_BYTES = 256 * 1024;
const PRODUCTS_BYTES = 256 * 1024;
/** Orders of a feed that are read in one step. */
const FEED_CHUNK = 20;

const shownOrder = shownOnce<Saved<OrderView>, PageOrder>(toPageOrder);
const shownCartItem = shownOnce<Saved<OrderView>, CartItem>(toCartItem);
const shownProduct = shownOnce((product: Saved<ProductView>) => toPageProduct(product._id, product));

/** Pages are asked for far more often than they change. */
export type KnownPages = SameAgain<MyPage>;
type Views = Pick<PageProcess, "orderViews" | "productViews" | "feedOf" | "upToDate">;

/** The shop's settings that a page shows. `currency`: that of an empty cart's total */
type Shown = Pick<Config, "currency" | "orderExpiresAfterMs">;

/**
 * Products, cart and orders of a customer.
 * @throws Refusal INVALID_CURSOR, STORE_UNAVAILABLE
 */
export async function readPage(
	views: Views,
	{ customerId, ...list }: GetMyPage,
	{ currency, orderExpiresAfterMs }: Shown,
	known: KnownPages,
): Promise<MyPage> {
	const { orderViews, productViews } = views;
	await views.upToDate(customerId);
	const orders: Listing<Saved<OrderView>, PageOrder> = {
		collection: orderViews,
		index: "customer",
		equals: [customerId],
		position: ({ createdAt }) => [createdAt!],
		toItem: shownOrder,
		maxBytes: ORDERS_BYTES,
	};
	const waiting: Listing<Saved<OrderView>, CartItem> = {
		collection: orderViews,
		// As in the cart service, so that its list takes this page's cursor.
		index: "cart",
		equals: [customerId],
		position: ({ placedAt }) => [placedAt!],
		toItem: shownCartItem,
		maxBytes: CART_BYTES,
	};
	const newest = {
		collection: productViews,
		index: "newest",
		equals: [],
		position: ({ addedAt }: Saved<ProductView>) => [addedAt!],
		toItem: shownProduct,
		maxBytes: PRODUCTS_BYTES,
	};
	const [own, cart, products] = await Promise.all([
		page(orders, list),
		pageWithTotal(waiting, {}, currency),
		page(newest, { limit: PRODUCTS_SHOWN }),
	]);
	const answer = {
		customerId,
		cart: { customerId, ...cart },
		orders: own.items.map((order) => withExpiry(order, orderExpiresAfterMs)),
		next: own.next,
		products: products.items,
	};
	const items = [...cart.items, ...own.items, ...products.items];
	const parts = [...items, cart.items.length, cart.total.amount, cart.count, cart.next, own.items.length, own.next];
	const key = `${customerId}\n${list.limit ?? ""}\n${list.cursor ?? ""}`;
	return known.of(key, answer, parts, () => items.reduce((bytes, item) => bytes + bytesOf(item), 0));
}

/**
 * The entries of a customer's feed after an event id, each with its order as my page shows it now; no more of them than fit into an answer.
 * @throws Refusal STORE_UNAVAILABLE
 */
export async function readFeed(
	views: Views,
	{ customerId, after, limit }: GetFeed,
	{ orderExpiresAfterMs }: Shown,
): Promise<Feed> {
	const feed = await views.feedOf(customerId);
	const last = entryId(feed);
	if (after === undefined) return { events: [], last };
	const entries = entriesAfter(feed, after);
	if (!entries) return { events: [], reset: true, last };
	const events: Feed["events"] = [];
	let bytes = 0;
	for (let from = 0; from < Math.min(limit, entries.length); from += FEED_CHUNK) {
		await nextStep();
		const chunk = entries.slice(from, Math.min(limit, from + FEED_CHUNK));
		const ids = [...new Set(chunk.map(({ orderId }) => orderId))];
		const loaded = new Map(await Promise.all(ids.map(async (id) => [id, await views.orderViews.load(id)] as const)));
		for (const { number, type, orderId } of chunk) {
			const view = loaded.get(orderId);
			const order = view && toPageOrder(view);
			if (!order) continue;
			bytes += Buffer.byteLength(JSON.stringify(order));
			if (bytes > PAGE_BYTES && events.length > 0) return { events, more: true, last: events.at(-1)!.id };
			events.push({ id: entryId(feed, number), type, order: withExpiry(order, orderExpiresAfterMs) });
		}
	}
	return {
		events,
		...(entries.length > limit && events.length > 0 && { more: true }),
		last: events.at(-1)?.id ?? after,
	};
}
