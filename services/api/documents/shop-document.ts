import { NAMED_SHAPES } from "../api.routes";
import type { ApiDocument } from "./openapi";

/** The parts of the API, by the service that answers; the gateway's own URLs are of `api`. */
const TAGS: Readonly<Record<string, string>> = {
	product: "The catalogue, with prices and stock",
	order: "Ordering, paying and cancelling",
	payment: "Attempts to pay an order",
	cart: "Orders that wait for payment",
	customer: "My page: all of a customer's orders in one look, also live",
	notification: "Messages to customers",
	api: "Health, links and the documents of the API itself",
};

const PAY =
	"The answer comes within 5 s. 402 says that the card was declined: the order waits for another payment. 503 `PAYMENT_OUTCOME_UNKNOWN` says that the outcome is not known yet: the order is `paying`, and settles by itself. With an `Idempotency-Key`, a repeat continues the same attempt.";
const CANCEL =
	"Goods are given back, and what was paid is refunded; `GET /cancellations/{orderId}` shows how far that is. A paying order can be cancelled too.";

/** By operation, the notes for clients that its summary and schemas do not have. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
	listProducts: "Newest first. `search` finds products by their names.",
	getProduct: "`stock` is the quantity that can still be ordered.",
	addProduct: "The new product can be ordered at once.",
	changeProduct:
		"Fields that are left out stay as they are, null clears one. Orders keep the price at which they were placed. `stock` sets what can still be ordered, `stockDelta` adds to it: 409 `STOCK_OUT_OF_RANGE` where that would be less than nothing. With `If-Match`, 412 `PRECONDITION_FAILED` says that the product was changed meanwhile, or ordered.",
	placeOrder:
		"The order holds all of its goods or none. They are reserved after the answer; where that fails, the order is cancelled as `out_of_stock`, and refunded if it was paid. An order that is not paid in time expires.",
	listOrders: "Newest first; of one customer, perhaps of one status.",
	getOrder: "The order as it is stored now.",
	payOrder: PAY,
	addPayment: PAY,
	cancelOrder: CANCEL,
	addCancellation: CANCEL,
	listPayments: "Newest first; an attempt that was captured and then refunded is one row.",
	getPayment: "Of the card, only its brand and last four digits are known.",
	getCancellation: "404 `CANCELLATION_NOT_FOUND` while the order is not cancelled.",
	getCart: "Newest first. A customer who never ordered has an empty cart.",
	getMyPage:
		"Follows the orders within moments, and shows the last known state while other parts of the shop are down. A customer who never ordered has empty lists.",
	streamMyPage:
		"Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): `event` is the type of what happened, `data` the order as on my page, as JSON. A client that reconnects with Last-Event-ID within a day misses nothing; `event: reset` tells it to load the page again. A comment every 15 s keeps the connection open.",
	listNotifications: "Newest first, sent or not.",
	getLiveness: "For a supervisor: a process that is not alive should be restarted.",
	getReadiness: "For a load balancer: `checks` says what is missing, and since when.",
	getOpenApi: "OpenAPI 3.1.",
	getAsyncApi: "AsyncAPI 3.0: every event of the shop, for programs that listen to NATS.",
	getLinks:
		"Where to begin. A client that prefers `text/html` gets the storefront's page; links into the page begin with `/shop/`, the operator's console with `/operator`.",
};

/** The OpenAPI document of customers' URLs: its words. */
export const SHOP_DOCUMENT: ApiDocument = {
	title: "Funshop",
	description:
		"An online shop: catalogue, orders, payment, cart, my page. Money is in minor units, times are RFC 3339 in UTC.",
	tags: TAGS,
	shapes: NAMED_SHAPES,
	descriptions: DESCRIPTIONS,
	tagOf: ({ action, contentType }) =>
		action?.split(".")[0] ?? (contentType === "text/event-stream" ? "customer" : "api"),
	needsToken: false,
};
