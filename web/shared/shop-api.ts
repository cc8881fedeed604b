// Made by "npm run client-types".
export interface paths {
	"/": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Links to the other URLs; for a browser, the storefront
		 * @description Where to begin. A client that prefers `text/html` gets the storefront's page; links into the page begin with `/shop/`, the operator's console with `/operator`.
		 */
		get: operations["getLinks"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/asyncapi.json": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The events that the shop publishes, for subscribers
		 * @description AsyncAPI 3.0: every event of the shop, for programs that listen to NATS.
		 */
		get: operations["getAsyncApi"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/cancellations": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Cancels an order: cancelOrder under its older name
		 * @description Goods are given back, and what was paid is refunded; `GET /cancellations/{orderId}` shows how far that is. A paying order can be cancelled too.
		 */
		post: operations["addCancellation"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/cancellations/{orderId}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * An order's cancellation, and how far the refund is
		 * @description 404 `CANCELLATION_NOT_FOUND` while the order is not cancelled.
		 */
		get: operations["getCancellation"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/carts/{customerId}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The orders that wait for payment
		 * @description Newest first. A customer who never ordered has an empty cart.
		 */
		get: operations["getCart"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/livez": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Whether the process answers
		 * @description For a supervisor: a process that is not alive should be restarted.
		 */
		get: operations["getLiveness"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/mypages/{customerId}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Cart, orders and products in one response
		 * @description Follows the orders within moments, and shows the last known state while other parts of the shop are down. A customer who never ordered has empty lists.
		 */
		get: operations["getMyPage"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/mypages/{customerId}/events": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * My page, live: a stream of server-sent events
		 * @description Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): `event` is the type of what happened, `data` the order as on my page, as JSON. A client that reconnects with Last-Event-ID within a day misses nothing; `event: reset` tells it to load the page again. A comment every 15 s keeps the connection open.
		 */
		get: operations["streamMyPage"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/notifications": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Messages to a customer
		 * @description Newest first, sent or not.
		 */
		get: operations["listNotifications"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/openapi.json": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * This document
		 * @description OpenAPI 3.1.
		 */
		get: operations["getOpenApi"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/orders": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * A customer's orders
		 * @description Newest first; of one customer, perhaps of one status.
		 */
		get: operations["listOrders"];
		put?: never;
		/**
		 * Orders products; they wait in the cart for payment
		 * @description The order holds all of its goods or none. They are reserved after the answer; where that fails, the order is cancelled as `out_of_stock`, and refunded if it was paid. An order that is not paid in time expires.
		 */
		post: operations["placeOrder"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/orders/{id}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * One order
		 * @description The order as it is stored now.
		 */
		get: operations["getOrder"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/orders/{orderId}/cancellation": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Cancels an order; what was paid is refunded
		 * @description Goods are given back, and what was paid is refunded; `GET /cancellations/{orderId}` shows how far that is. A paying order can be cancelled too.
		 */
		post: operations["cancelOrder"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/orders/{orderId}/payment": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Pays an order, and answers once it is paid
		 * @description The answer comes within 5 s. 402 says that the card was declined: the order waits for another payment. 503 `PAYMENT_OUTCOME_UNKNOWN` says that the outcome is not known yet: the order is `paying`, and settles by itself. With an `Idempotency-Key`, a repeat continues the same attempt.
		 */
		post: operations["payOrder"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/paymentLists": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Every attempt to pay an order
		 * @description Newest first; an attempt that was captured and then refunded is one row.
		 */
		get: operations["listPayments"];
		put?: never;
		/**
		 * Pays an order: payOrder under its older name
		 * @description The answer comes within 5 s. 402 says that the card was declined: the order waits for another payment. 503 `PAYMENT_OUTCOME_UNKNOWN` says that the outcome is not known yet: the order is `paying`, and settles by itself. With an `Idempotency-Key`, a repeat continues the same attempt.
		 */
		post: operations["addPayment"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/paymentLists/{id}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * One attempt to pay
		 * @description Of the card, only its brand and last four digits are known.
		 */
		get: operations["getPayment"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/products": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The catalogue, with prices and what can still be ordered
		 * @description Newest first. `search` finds products by their names.
		 */
		get: operations["listProducts"];
		put?: never;
		/**
		 * Adds a product
		 * @description The new product can be ordered at once.
		 */
		post: operations["addProduct"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/products/{id}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * One product
		 * @description `stock` is the quantity that can still be ordered.
		 */
		get: operations["getProduct"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Changes the given fields of a product
		 * @description Fields that are left out stay as they are, null clears one. Orders keep the price at which they were placed. `stock` sets what can still be ordered, `stockDelta` adds to it: 409 `STOCK_OUT_OF_RANGE` where that would be less than nothing. With `If-Match`, 412 `PRECONDITION_FAILED` says that the product was changed meanwhile, or ordered.
		 */
		patch: operations["changeProduct"];
		trace?: never;
	};
	"/readyz": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Whether requests should be sent here
		 * @description For a load balancer: `checks` says what is missing, and since when.
		 */
		get: operations["getReadiness"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
}
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		Cancellation: {
			cancelledBy: "customer" | "out_of_stock" | "expired";
			/** Format: date-time */
			createdAt: string;
			orderId: string;
			reason?: string;
			refund: {
				amount?: {
					amount: number;
					/** @description a currency of ISO 4217, such as KRW */
					currency: string;
				};
				status: "none" | "pending" | "refunded";
			};
			/** @constant */
			status: "cancelled";
		};
		Cart: {
			/** @description The number of all orders that wait for payment */
			count: number;
			customerId: string;
			items: {
				items: {
					name: string;
					productId: string;
					quantity: number;
					unitPrice: components["schemas"]["Money"];
				}[];
				orderId: string;
				total: components["schemas"]["Money"];
			}[];
			next: string | null;
			total: components["schemas"]["Money"];
		};
		Health: {
			checks?: {
				name: string;
				ok: boolean;
				/** Format: date-time */
				since?: string;
			}[];
			status: string;
		};
		Money: {
			amount: number;
			/** @description a currency of ISO 4217, such as KRW */
			currency: string;
		};
		MyPage: {
			cart: components["schemas"]["Cart"];
			customerId: string;
			next: string | null;
			orders: components["schemas"]["PageOrder"][];
			products: components["schemas"]["Product"][];
		};
		Notification: {
			/** Format: date-time */
			createdAt: string;
			customerId: string;
			id: string;
			orderId: string;
			status: "pending" | "sent" | "failed";
			text: string;
			type: string;
		};
		Order: {
			cancelledBy?: "customer" | "out_of_stock" | "expired";
			/** Format: date-time */
			createdAt: string;
			customerId: string;
			/**
			 * Format: date-time
			 * @description When the order is cancelled, unless it is paid; only of an order that is `placed`
			 */
			expiresAt?: string;
			id: string;
			items: {
				name: string;
				productId: string;
				quantity: number;
				unitPrice: components["schemas"]["Money"];
			}[];
			reason?: string;
			status: "placed" | "paying" | "completed" | "cancelled";
			total: components["schemas"]["Money"];
			/** Format: date-time */
			updatedAt: string;
			version: number;
		};
		PageOrder: {
			cancellation?: {
				cancelledBy: "customer" | "out_of_stock" | "expired";
				/** Format: date-time */
				createdAt: string;
				orderId: string;
				reason?: string;
				refund: {
					amount?: {
						amount: number;
						/** @description a currency of ISO 4217, such as KRW */
						currency: string;
					};
					status: "none" | "pending" | "refunded";
				};
				/** @constant */
				status: "cancelled";
			};
			cancelledBy?: "customer" | "out_of_stock" | "expired";
			/** Format: date-time */
			createdAt: string;
			customerId: string;
			/**
			 * Format: date-time
			 * @description When the order is cancelled, unless it is paid; only of an order that is `placed`
			 */
			expiresAt?: string;
			id: string;
			items: {
				name: string;
				productId: string;
				quantity: number;
				unitPrice: components["schemas"]["Money"];
			}[];
			payment?: {
				amount: components["schemas"]["Money"];
				card: {
					brand: string;
					last4: string;
				};
				code?: string;
				/** Format: date-time */
				createdAt: string;
				id: string;
				orderId: string;
				status: "pending" | "approved" | "declined" | "voided" | "refunded";
			};
			reason?: string;
			status: "placed" | "paying" | "completed" | "cancelled";
			timeline: {
				/** Format: date-time */
				at: string;
				type: string;
			}[];
			total: components["schemas"]["Money"];
			/** Format: date-time */
			updatedAt: string;
			version: number;
		};
		Payment: {
			amount: components["schemas"]["Money"];
			card: {
				brand: string;
				last4: string;
			};
			code?: string;
			/** Format: date-time */
			createdAt: string;
			id: string;
			orderId: string;
			status: "pending" | "approved" | "declined" | "voided" | "refunded";
		};
		Problem: {
			/** @description Stable; for programs to compare */
			code: string;
			detail?: string;
			errors?: {
				field: string;
				message: string;
			}[];
			/** @description A URN of the request; its id is also in X-Request-ID */
			instance: string;
			status: number;
			title: string;
			/** @description A URN of the code */
			type: string;
		};
		Product: {
			description?: string;
			id: string;
			imageUrl?: string;
			name: string;
			price: components["schemas"]["Money"];
			stock: number;
			/** @description Higher after each change, also of the stock */
			version: number;
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: {
		/** @description The answer's version: for If-None-Match and, of a product, for If-Match */
		ETag: string;
		/** @description The URL of the new resource */
		Location: string;
		/** @description The id of this request */
		RequestId: string;
		/** @description Seconds until a retry makes sense */
		RetryAfter: number;
	};
	pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
	getLinks: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						links: {
							[key: string]: string;
						};
						name: string;
						/**
						 * @description Takes test cards, and no real ones
						 * @constant
						 */
						paymentProcessor: "simulated";
					};
					"text/html": string;
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description OVERLOADED */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OVERLOADED";
					};
				};
			};
		};
	};
	getAsyncApi: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						asyncapi: string;
					};
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description OVERLOADED */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OVERLOADED";
					};
				};
			};
		};
	};
	addCancellation: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					orderId: string;
					/** Format: text */
					reason?: string;
				};
			};
		};
		responses: {
			/** @description OK */
			200: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Order"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IDEMPOTENCY_KEY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IDEMPOTENCY_KEY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description ORDER_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description ORDER_CANCELLED, REQUEST_IN_PROGRESS */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_CANCELLED" | "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE";
					};
				};
			};
		};
	};
	getCancellation: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				orderId: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Cancellation"];
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description ORDER_NOT_FOUND, CANCELLATION_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND" | "CANCELLATION_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	getCart: {
		parameters: {
			query?: {
				cursor?: string;
				limit?: number;
			};
			header?: never;
			path: {
				customerId: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Cart"];
				};
			};
			/** @description INVALID_CURSOR, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INVALID_CURSOR" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	getLiveness: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Health"];
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description NOT_ALIVE, OVERLOADED */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_ALIVE" | "OVERLOADED";
					};
				};
			};
		};
	};
	getMyPage: {
		parameters: {
			query?: {
				cursor?: string;
				limit?: number;
			};
			header?: never;
			path: {
				customerId: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["MyPage"];
				};
			};
			/** @description INVALID_CURSOR, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INVALID_CURSOR" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	streamMyPage: {
		parameters: {
			query?: never;
			header?: {
				/** @description The last event that the client knows: the stream continues after it */
				"Last-Event-ID"?: string;
			};
			path: {
				customerId: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"text/event-stream": string;
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description TOO_MANY_STREAMS */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_STREAMS";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, TOO_MANY_STREAMS */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE" | "TOO_MANY_STREAMS";
					};
				};
			};
		};
	};
	listNotifications: {
		parameters: {
			query: {
				cursor?: string;
				customerId: string;
				limit?: number;
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						items: components["schemas"]["Notification"][];
						next: string | null;
					};
				};
			};
			/** @description INVALID_CURSOR, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INVALID_CURSOR" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	getOpenApi: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						openapi: string;
					};
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description OVERLOADED */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OVERLOADED";
					};
				};
			};
		};
	};
	listOrders: {
		parameters: {
			query: {
				cursor?: string;
				customerId: string;
				limit?: number;
				status?: "placed" | "paying" | "completed" | "cancelled";
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						items: components["schemas"]["Order"][];
						next: string | null;
					};
				};
			};
			/** @description INVALID_CURSOR, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INVALID_CURSOR" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	placeOrder: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					/** @description 1 to 64 letters, digits and . _ @ + - */
					customerId: string;
					items: {
						productId: string;
						quantity: number;
					}[];
				};
			};
		};
		responses: {
			/** @description Created */
			201: {
				headers: {
					Location: components["headers"]["Location"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Order"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IDEMPOTENCY_KEY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IDEMPOTENCY_KEY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description PRODUCT_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PRODUCT_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description OUT_OF_STOCK, TOO_MANY_UNPAID_ORDERS, REQUEST_IN_PROGRESS */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OUT_OF_STOCK" | "TOO_MANY_UNPAID_ORDERS" | "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE, PRODUCT_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE"
							| "PRODUCT_UNAVAILABLE";
					};
				};
			};
		};
	};
	getOrder: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Order"];
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description ORDER_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	cancelOrder: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
			};
			path: {
				orderId: string;
			};
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": {
					/** Format: text */
					reason?: string;
				};
			};
		};
		responses: {
			/** @description OK */
			200: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Order"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IDEMPOTENCY_KEY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IDEMPOTENCY_KEY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description ORDER_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description ORDER_CANCELLED, REQUEST_IN_PROGRESS */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_CANCELLED" | "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE";
					};
				};
			};
		};
	};
	payOrder: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
			};
			path: {
				orderId: string;
			};
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					/**
					 * Format: card-number
					 * @description a card number: 12 to 19 digits that pass the Luhn check
					 */
					cardNo: string;
					/** @description 3 or 4 digits */
					cvc?: string;
					/** @description a month, as MM/YY */
					expiry?: string;
				};
			};
		};
		responses: {
			/** @description OK */
			200: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Order"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IDEMPOTENCY_KEY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IDEMPOTENCY_KEY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description CARD_DECLINED, INSUFFICIENT_FUNDS, CARD_PROCESSING_ERROR */
			402: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "CARD_DECLINED" | "INSUFFICIENT_FUNDS" | "CARD_PROCESSING_ERROR";
					};
				};
			};
			/** @description ORDER_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description ORDER_ALREADY_PAID, ORDER_CANCELLED, OUT_OF_STOCK, PAYMENT_IN_PROGRESS, REQUEST_IN_PROGRESS */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							"ORDER_ALREADY_PAID" | "ORDER_CANCELLED" | "OUT_OF_STOCK" | "PAYMENT_IN_PROGRESS" | "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE, PAYMENT_UNAVAILABLE, PAYMENT_OUTCOME_UNKNOWN */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE"
							| "PAYMENT_UNAVAILABLE"
							| "PAYMENT_OUTCOME_UNKNOWN";
					};
				};
			};
		};
	};
	listPayments: {
		parameters: {
			query: {
				cursor?: string;
				limit?: number;
				orderId: string;
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						items: components["schemas"]["Payment"][];
						next: string | null;
					};
				};
			};
			/** @description INVALID_CURSOR, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INVALID_CURSOR" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	addPayment: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					/**
					 * Format: card-number
					 * @description a card number: 12 to 19 digits that pass the Luhn check
					 */
					cardNo: string;
					/** @description 3 or 4 digits */
					cvc?: string;
					/** @description a month, as MM/YY */
					expiry?: string;
					orderId: string;
				};
			};
		};
		responses: {
			/** @description OK */
			200: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Order"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IDEMPOTENCY_KEY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IDEMPOTENCY_KEY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description CARD_DECLINED, INSUFFICIENT_FUNDS, CARD_PROCESSING_ERROR */
			402: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "CARD_DECLINED" | "INSUFFICIENT_FUNDS" | "CARD_PROCESSING_ERROR";
					};
				};
			};
			/** @description ORDER_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description ORDER_ALREADY_PAID, ORDER_CANCELLED, OUT_OF_STOCK, PAYMENT_IN_PROGRESS, REQUEST_IN_PROGRESS */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							"ORDER_ALREADY_PAID" | "ORDER_CANCELLED" | "OUT_OF_STOCK" | "PAYMENT_IN_PROGRESS" | "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE, PAYMENT_UNAVAILABLE, PAYMENT_OUTCOME_UNKNOWN */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE"
							| "PAYMENT_UNAVAILABLE"
							| "PAYMENT_OUTCOME_UNKNOWN";
					};
				};
			};
		};
	};
	getPayment: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Payment"];
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description PAYMENT_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYMENT_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	listProducts: {
		parameters: {
			query?: {
				cursor?: string;
				limit?: number;
				search?: string;
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": {
						items: components["schemas"]["Product"][];
						next: string | null;
					};
				};
			};
			/** @description INVALID_CURSOR, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INVALID_CURSOR" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	addProduct: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					/** Format: text */
					description?: string;
					/**
					 * Format: uri-reference
					 * @description an http or https URL, or a path of this shop such as /pictures/green-tea.svg
					 */
					imageUrl?: string;
					/** Format: text */
					name: string;
					price: {
						amount: number;
						/** @description a currency of ISO 4217, such as KRW */
						currency: string;
					};
					stock: number;
				};
			};
		};
		responses: {
			/** @description Created */
			201: {
				headers: {
					ETag: components["headers"]["ETag"];
					Location: components["headers"]["Location"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Product"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IDEMPOTENCY_KEY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IDEMPOTENCY_KEY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description REQUEST_IN_PROGRESS */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_IN_PROGRESS";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE";
					};
				};
			};
		};
	};
	getProduct: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Product"];
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description PRODUCT_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PRODUCT_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" | "OVERLOADED" | "STORE_UNAVAILABLE";
					};
				};
			};
		};
	};
	changeProduct: {
		parameters: {
			query?: never;
			header?: {
				/** @description ETags of the product, or `*`: where none is that of the product as it is now, nothing is changed. The ETag covers the stock, so it is another one after each order of the product; without this header, fields that the request does not name stay as they are. A request with `stockDelta` whose answer was lost may be sent again only with this header. */
				"If-Match"?: string;
			};
			path: {
				id: string;
			};
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": {
					description?: string | null;
					imageUrl?: string | null;
					/** Format: text */
					name?: string;
					price?: {
						amount: number;
						/** @description a currency of ISO 4217, such as KRW */
						currency: string;
					};
					stock?: number;
					/** @description Added to the stock; a negative number takes away. Not together with `stock` */
					stockDelta?: number;
				};
			};
		};
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Product"];
				};
			};
			/** @description MALFORMED_BODY, INVALID_IF_MATCH, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "INVALID_IF_MATCH" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description PRODUCT_NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PRODUCT_NOT_FOUND";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description STOCK_OUT_OF_RANGE */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "STOCK_OUT_OF_RANGE";
					};
				};
			};
			/** @description PRECONDITION_FAILED */
			412: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PRECONDITION_FAILED";
					};
				};
			};
			/** @description PAYLOAD_TOO_LARGE */
			413: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PAYLOAD_TOO_LARGE";
					};
				};
			};
			/** @description UNSUPPORTED_MEDIA_TYPE */
			415: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "UNSUPPORTED_MEDIA_TYPE";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, OVERLOADED, STORE_UNAVAILABLE, AGGREGATE_BUSY, REQUEST_TOO_LATE, PRODUCT_BUSY */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?:
							| "SERVICE_UNAVAILABLE"
							| "REQUEST_TIMEOUT"
							| "OVERLOADED"
							| "STORE_UNAVAILABLE"
							| "AGGREGATE_BUSY"
							| "REQUEST_TOO_LATE"
							| "PRODUCT_BUSY";
					};
				};
			};
		};
	};
	getReadiness: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description OK */
			200: {
				headers: {
					ETag: components["headers"]["ETag"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/json": components["schemas"]["Health"];
				};
			};
			/** @description MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description REQUEST_TOO_SLOW */
			408: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REQUEST_TOO_SLOW";
					};
				};
			};
			/** @description MISDIRECTED_REQUEST */
			421: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MISDIRECTED_REQUEST";
					};
				};
			};
			/** @description VALIDATION_FAILED */
			422: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "VALIDATION_FAILED";
					};
				};
			};
			/** @description HEADERS_TOO_LARGE */
			431: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "HEADERS_TOO_LARGE";
					};
				};
			};
			/** @description INTERNAL_ERROR, MESSAGE_TOO_LARGE */
			500: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "INTERNAL_ERROR" | "MESSAGE_TOO_LARGE";
					};
				};
			};
			/** @description NOT_READY, OVERLOADED */
			503: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_READY" | "OVERLOADED";
					};
				};
			};
		};
	};
}
