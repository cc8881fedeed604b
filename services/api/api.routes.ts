import { type TObject, type TSchema, Type } from "@sinclair/typebox";
import { CustomerId } from "../../shared/domain/ids";
import { MoneyShape } from "../../shared/domain/money";
import { ListOf } from "../../shared/store/paging";
import { CartShape, GetCart } from "../cart/cart.schemas";
import { GetMyPage, MyPageShape, PageOrderShape } from "../customer/customer.schemas";
import { ListNotifications, NotificationShape } from "../notification/notification.schemas";
import {
	CancellationShape,
	CancelOrder,
	GetCancellation,
	GetOrder,
	ListOrders,
	OrderShape,
	PayOrder,
	PlaceOrder,
} from "../order/order.schemas";
import { GetPayment, ListPayments, PaymentShape } from "../payment/payment.schemas";
import { AddProduct, ChangeProduct, GetProduct, ListProducts, ProductShape } from "../product/product.schemas";

/** One public URL. `{name}` in the path is a parameter; the others are in the query of a GET, or in the body. */
export interface Route {
	method: "GET" | "POST" | "PATCH";
	path: string;
	/** The unique `operationId` in the OpenAPI document. */
	operation: string;
	summary: string;
	/** The action that is called; without one, the gateway answers by itself. */
	action?: string;
	params: TObject;
	status: 200 | 201;
	answer: TSchema;
	contentType?: string;
	/** The route's own problem codes, by status. */
	problems: Readonly<Record<number, readonly string[]>>;
	/** Accepts an Idempotency-Key. */
	idempotent?: true;
	/** The answer's `version` is its strong ETag, which `If-Match` of a PATCH names. */
	versioned?: true;
	/** The Location header: the URL of the new resource. */
	location?: (made: { id: string }) => string;
	/** A browser gets a page here, as HTML. */
	page?: true;
	/** The answer is the same for all clients: caches may store it, and must revalidate it each time. */
	shared?: true;
}

const None = Type.Object({}, { additionalProperties: false });
const LinksShape = Type.Object({
	name: Type.String(),
	paymentProcessor: Type.Literal("simulated", { description: "Takes test cards, and no real ones" }),
	links: Type.Record(Type.String(), Type.String()),
});
const HealthShape = Type.Object({
	status: Type.String(),
	checks: Type.Optional(
		Type.Array(
			Type.Object({
				name: Type.String(),
				ok: Type.Boolean(),
				since: Type.Optional(Type.String({ format: "date-time" })),
			}),
		),
	),
});

export const BUSY = ["SERVICE_UNAVAILABLE", "REQUEST_TIMEOUT", "OVERLOADED", "STORE_UNAVAILABLE"];
export const WRITE_BUSY = [...BUSY, "AGGREGATE_BUSY", "REQUEST_TOO_LATE"];
export const INVALID = { 422: ["VALIDATION_FAILED"] };
export const LIST = { 400: ["INVALID_CURSOR"], ...INVALID, 503: BUSY };
export const one = (code: string) => ({ 404: [code], ...INVALID, 503: BUSY });
export const KEYED = {
	400: ["MALFORMED_BODY", "INVALID_IDEMPOTENCY_KEY"],
	422: ["VALIDATION_FAILED", "IDEMPOTENCY_KEY_REUSED"],
};

const pay = {
	method: "POST",
	action: "order.pay",
	params: PayOrder,
	status: 200,
	answer: OrderShape,
	problems: {
		...KEYED,
		402: ["CARD_DECLINED", "INSUFFICIENT_FUNDS", "CARD_PROCESSING_ERROR"],
		404: ["ORDER_NOT_FOUND"],
		409: ["ORDER_ALREADY_PAID", "ORDER_CANCELLED", "OUT_OF_STOCK", "PAYMENT_IN_PROGRESS", "REQUEST_IN_PROGRESS"],
		503: [...WRITE_BUSY, "PAYMENT_UNAVAILABLE", "PAYMENT_OUTCOME_UNKNOWN"],
	},
	idempotent: true,
} as const;

const cancel = {
	method: "POST",
	action: "order.cancel",
	params: CancelOrder,
	status: 200,
	answer: OrderShape,
	problems: { ...KEYED, 404: ["ORDER_NOT_FOUND"], 409: ["ORDER_CANCELLED", "REQUEST_IN_PROGRESS"], 503: WRITE_BUSY },
	idempotent: true,
} as const;

/** Every public URL of the shop. */
export const ROUTES: readonly Route[] = [
	{
		method: "GET",
		path: "/products",
		operation: "listProducts",
		summary: "The catalogue, with prices and what can still be ordered",
		action: "product.list",
		params: ListProducts,
		status: 200,
		answer: ListOf(ProductShape),
		problems: LIST,
		shared: true,
	},
	{
		method: "GET",
		path: "/products/{id}",
		operation: "getProduct",
		summary: "One product",
		action: "product.get",
		params: GetProduct,
		status: 200,
		answer: ProductShape,
		problems: one("PRODUCT_NOT_FOUND"),
		shared: true,
		versioned: true,
	},
	{
		method: "POST",
		path: "/products",
		operation: "addProduct",
		summary: "Adds a product",
		action: "product.add",
		params: AddProduct,
		status: 201,
		answer: ProductShape,
		problems: { ...KEYED, 409: ["REQUEST_IN_PROGRESS"], 503: WRITE_BUSY },
		idempotent: true,
		versioned: true,
		location: ({ id }) => `/products/${id}`,
	},
	{
		method: "PATCH",
		path: "/products/{id}",
		operation: "changeProduct",
		summary: "Changes the given fields of a product",
		action: "product.change",
		params: ChangeProduct,
		status: 200,
		answer: ProductShape,
		problems: {
			400: ["MALFORMED_BODY", "INVALID_IF_MATCH"],
			404: ["PRODUCT_NOT_FOUND"],
			409: ["STOCK_OUT_OF_RANGE"],
			412: ["PRECONDITION_FAILED"],
			...INVALID,
			503: [...WRITE_BUSY, "PRODUCT_BUSY"],
		},
		versioned: true,
	},
	{
		method: "POST",
		path: "/orders",
		operation: "placeOrder",
		summary: "Orders products; they wait in the cart for payment",
		action: "order.place",
		params: PlaceOrder,
		status: 201,
		answer: OrderShape,
		problems: {
			...KEYED,
			404: ["PRODUCT_NOT_FOUND"],
			409: ["OUT_OF_STOCK", "TOO_MANY_UNPAID_ORDERS", "REQUEST_IN_PROGRESS"],
			503: [...WRITE_BUSY, "PRODUCT_UNAVAILABLE"],
		},
		idempotent: true,
		location: ({ id }) => `/orders/${id}`,
	},
	{
		method: "GET",
		path: "/orders",
		operation: "listOrders",
		summary: "A customer's orders",
		action: "order.list",
		params: ListOrders,
		status: 200,
		answer: ListOf(OrderShape),
		problems: LIST,
	},
	{
		method: "GET",
		path: "/orders/{id}",
		operation: "getOrder",
		summary: "One order",
		action: "order.get",
		params: GetOrder,
		status: 200,
		answer: OrderShape,
		problems: one("ORDER_NOT_FOUND"),
	},
	{
		...pay,
		path: "/orders/{orderId}/payment",
		operation: "payOrder",
		summary: "Pays an order, and answers once it is paid",
	},
	{
		...cancel,
		path: "/orders/{orderId}/cancellation",
		operation: "cancelOrder",
		summary: "Cancels an order; what was paid is refunded",
	},
	{ ...pay, path: "/paymentLists", operation: "addPayment", summary: "Pays an order: payOrder under its older name" },
	{
		...cancel,
		path: "/cancellations",
		operation: "addCancellation",
		summary: "Cancels an order: cancelOrder under its older name",
	},
	{
		method: "GET",
		path: "/paymentLists",
		operation: "listPayments",
		summary: "Every attempt to pay an order",
		action: "payment.list",
		params: ListPayments,
		status: 200,
		answer: ListOf(PaymentShape),
		problems: LIST,
	},
	{
		method: "GET",
		path: "/paymentLists/{id}",
		operation: "getPayment",
		summary: "One attempt to pay",
		action: "payment.get",
		params: GetPayment,
		status: 200,
		answer: PaymentShape,
		problems: one("PAYMENT_NOT_FOUND"),
	},
	{
		method: "GET",
		path: "/cancellations/{orderId}",
		operation: "getCancellation",
		summary: "An order's cancellation, and how far the refund is",
		action: "order.cancellation",
		params: GetCancellation,
		status: 200,
		answer: CancellationShape,
		problems: { ...one("CANCELLATION_NOT_FOUND"), 404: ["ORDER_NOT_FOUND", "CANCELLATION_NOT_FOUND"] },
	},
	{
		method: "GET",
		path: "/carts/{customerId}",
		operation: "getCart",
		summary: "The orders that wait for payment",
		action: "cart.get",
		params: GetCart,
		status: 200,
		answer: CartShape,
		problems: LIST,
	},
	{
		method: "GET",
		path: "/mypages/{customerId}",
		operation: "getMyPage",
		summary: "Cart, orders and products in one response",
		action: "customer.mypage",
		params: GetMyPage,
		status: 200,
		answer: MyPageShape,
		problems: LIST,
	},
	{
		method: "GET",
		path: "/mypages/{customerId}/events",
		operation: "streamMyPage",
		summary: "My page, live: a stream of server-sent events",
		params: Type.Object({ customerId: CustomerId }, { additionalProperties: false }),
		status: 200,
		answer: Type.String(),
		contentType: "text/event-stream",
		problems: { ...INVALID, 429: ["TOO_MANY_STREAMS"], 503: [...BUSY, "TOO_MANY_STREAMS"] },
	},
	{
		method: "GET",
		path: "/notifications",
		operation: "listNotifications",
		summary: "Messages to a customer",
		action: "notification.list",
		params: ListNotifications,
		status: 200,
		answer: ListOf(NotificationShape),
		problems: LIST,
	},
	{
		method: "GET",
		path: "/livez",
		operation: "getLiveness",
		summary: "Whether the process answers",
		params: None,
		status: 200,
		answer: HealthShape,
		problems: { 503: ["NOT_ALIVE"] },
	},
	{
		method: "GET",
		path: "/readyz",
		operation: "getReadiness",
		summary: "Whether requests should be sent here",
		params: None,
		status: 200,
		answer: HealthShape,
		problems: { 503: ["NOT_READY"] },
	},
	{
		method: "GET",
		path: "/openapi.json",
		operation: "getOpenApi",
		summary: "This document",
		params: None,
		status: 200,
		answer: Type.Object({ openapi: Type.String() }),
		problems: {},
		shared: true,
	},
	{
		method: "GET",
		path: "/asyncapi.json",
		operation: "getAsyncApi",
		summary: "The events that the shop publishes, for subscribers",
		params: None,
		status: 200,
		answer: Type.Object({ asyncapi: Type.String() }),
		problems: {},
		shared: true,
	},
	{
		method: "GET",
		path: "/",
		operation: "getLinks",
		summary: "Links to the other URLs; for a browser, the storefront",
		params: None,
		status: 200,
		answer: LinksShape,
		problems: {},
		page: true,
		shared: true,
	},
];

/** The schemas that have a name in the OpenAPI document. */
export const NAMED_SHAPES = {
	Money: MoneyShape,
	PageOrder: PageOrderShape,
	Product: ProductShape,
	Order: OrderShape,
	Payment: PaymentShape,
	Cancellation: CancellationShape,
	Cart: CartShape,
	MyPage: MyPageShape,
	Notification: NotificationShape,
	Health: HealthShape,
};
