import { sum } from "../../shared/domain/money";
import { page } from "../../shared/store/paging";
import type { PageProcess } from "./customer.process";
import { toCartItem, toPageOrder, toPageProduct } from "./customer.rules";
import type { Feed, GetFeed, GetMyPage, MyPage } from "./customer.schemas";
import { entriesAfter, entryId } from "./feed.rules";

const PRODUCTS_SHOWN = 20;
/** The cart shows at most this many orders that wait for payment, the latest. */
const CART_LIMIT = 1_000;

type Views = Pick<PageProcess, "orderViews" | "productViews" | "feeds">;

/**
 * Products, cart and orders of a customer. `currency`: that of an empty cart's total.
 * @throws Refusal INVALID_CURSOR, STORE_UNAVAILABLE
 */
export async function readPage(
	{ orderViews, productViews }: Views,
	{ customerId, ...list }: GetMyPage,
	currency: string,
): Promise<MyPage> {
	const [own, waiting, newest] = await Promise.all([
		page(orderViews, "customer", [customerId], ({ createdAt }) => [createdAt!], list),
		orderViews.query("cart", { equals: [customerId], order: "descending", limit: CART_LIMIT }),
		productViews.query("newest", { order: "descending", limit: PRODUCTS_SHOWN }),
	]);
	const items = waiting.flatMap(toCartItem);
	const prices = items.map(({ total }) => total);
	return {
		customerId,
		cart: { customerId, items, total: sum(prices, currency) },
		orders: own.items.flatMap((order) => toPageOrder(order) ?? []),
		next: own.next,
		products: newest.flatMap((product) => toPageProduct(product._id, product) ?? []),
	};
}

/** The entries of a customer's feed after an event id, each with its order as my page shows it now. @throws Refusal STORE_UNAVAILABLE */
export async function readFeed({ orderViews, feeds }: Views, { customerId, after, limit }: GetFeed): Promise<Feed> {
	const feed = await feeds.load(customerId);
	const last = entryId(feed);
	if (after === undefined) return { events: [], last };
	const entries = entriesAfter(feed, after)?.slice(0, limit);
	if (!entries) return { events: [], reset: true, last };
	const ids = [...new Set(entries.map(({ orderId }) => orderId))];
	const loaded = new Map(await Promise.all(ids.map(async (id) => [id, await orderViews.load(id)] as const)));
	const events = entries.flatMap(({ number, type, orderId }) => {
		const view = loaded.get(orderId);
		const order = view && toPageOrder(view);
		return order ? [{ id: entryId(feed, number), type, order }] : [];
	});
	return { events, last: events.at(-1)?.id ?? after };
}
