// Made by "npm run client-types".
export interface paths {
	"/operator/api/audits": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The latest audits
		 * @description Newest first; the last 50 are kept.
		 */
		get: operations["listAudits"];
		put?: never;
		/**
		 * Starts an audit
		 * @description One at a time in the whole shop. The answer comes at once; its `id` is that of the audit too. 409 `AUDIT_IMPOSSIBLE` says which service stores its documents where this process does not reach them.
		 */
		post: operations["runAudit"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/audits/{id}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * An audit, with what differs
		 * @description Poll it while its `status` is running; `report` is there when it is done.
		 */
		get: operations["getAudit"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/dead-letter": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * One dead letter, with its event
		 * @description The event as it was published.
		 */
		get: operations["showDeadLetter"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/dead-letters": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Events that services gave up
		 * @description Of one service, or of all; the first 1,000 of the shop. An event becomes a dead letter after its last retry.
		 */
		get: operations["listDeadLetters"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/dead-letters/drop": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Removes a dead letter
		 * @description The service never handles the event then: what follows from it has to be mended by other means.
		 */
		post: operations["dropDeadLetter"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/dead-letters/replay": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Delivers a dead letter again
		 * @description It is tried again at once, with all its retries.
		 */
		post: operations["replayDeadLetter"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/dead-letters/replay-range": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Delivers a range of dead letters again
		 * @description All dead letters that match, at most 1,000 at a time: the outcome says how many, and whether there are more.
		 */
		post: operations["replayDeadLetters"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/faults": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The faults of the simulated payment processor
		 * @description As each process of payment has them now.
		 */
		get: operations["getFaults"];
		put?: never;
		/**
		 * Sets faults of the simulated payment processor, for a time
		 * @description Fields that are left out stay as they are. They hold in all processes of payment that answer now, until `forS` is over, and not after a restart.
		 */
		post: operations["setFaults"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/faults/reset": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Ends the faults that were set
		 * @description The settings of each process hold again.
		 */
		post: operations["resetFaults"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/my-page/rebuild": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Rebuilds my page from all events, while it is served
		 * @description The answer comes at once; the entry in the trail has the outcome when it is done.
		 */
		post: operations["rebuildView"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/openapi.json": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * This document
		 * @description OpenAPI 3.1 of the operator's console.
		 */
		get: operations["operatorOpenApi"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/orders": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Orders by id or by customer
		 * @description Give `id`, or `customerId`: then newest first.
		 */
		get: operations["findOrders"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/orders/{id}/story": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * All that the shop knows about an order
		 * @description Parts that cannot be asked now are named in `missing`; the rest is there.
		 */
		get: operations["orderStory"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/products": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Adds a product
		 * @description As `POST /products`, and in the trail.
		 */
		post: operations["addProductAsOperator"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/products/{id}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Changes the given fields of a product
		 * @description As `PATCH /products/{id}`, and in the trail. `stock` sets what can still be ordered, `stockDelta` adds to it.
		 */
		patch: operations["changeProductAsOperator"];
		trace?: never;
	};
	"/operator/api/samples": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Adds the sample catalogue, unless the shop has other products
		 * @description May be repeated.
		 */
		post: operations["addSamples"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/selling": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Sales of the last quarter of an hour, for charts
		 * @description Every process counts for itself; the counts of a process are gone when it ends.
		 */
		get: operations["selling"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/services/start": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Starts a service in the process in which it was stopped
		 * @description For a service that was stopped by `stopService`.
		 */
		post: operations["startService"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/services/stop": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Stops a service in one process
		 * @description What the service has begun is finished first. The process goes on without it; a restart brings it back.
		 */
		post: operations["stopService"];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/state": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The shop in one look: sales, money, processes
		 * @description All processes are asked at once, with a deadline: one that is connected and does not answer is `silent`. The answer is kept for a second, so that many consoles cost as much as one.
		 */
		get: operations["state"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/trail": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * What operators have done, newest first
		 * @description Each doing is written before it is begun, and once more with its outcome. The last 10,000 are kept.
		 */
		get: operations["trail"];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	"/operator/api/trail/{id}": {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * One doing, with its outcome
		 * @description Poll it while its `status` is running.
		 */
		get: operations["trailEntry"];
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
		Audit: {
			/** @description Who started it */
			by: string;
			/** @description Of the last look, while it runs */
			differences?: number;
			/** Format: date-time */
			endedAt?: string;
			/** @description Why it failed */
			error?: string;
			/** @description For `GET /operator/api/audits/{id}` */
			id: string;
			/** @description Snapshots that were compared so far */
			looks: number;
			nodeId: string;
			report?: {
				/** @description Minor units by currency */
				captured: {
					[key: string]: number;
				};
				/** @description The first 200 */
				differences: components["schemas"]["Difference"][];
				events: number;
				/**
				 * Format: date-time
				 * @description The log has removed earlier ones because of their age
				 */
				eventsSince?: string;
				/** Format: date-time */
				lastEventAt?: string;
				/** @description Number by status */
				orders: {
					[key: string]: number;
				};
				/** @description Number by status */
				payments: {
					[key: string]: number;
				};
				/** @description The folders and servers that were read */
				places: string[];
				/** @description Minor units by currency */
				refunded: {
					[key: string]: number;
				};
				/** @description The services that some process runs */
				running: string[];
				/** @description The first 200 */
				underWay: components["schemas"]["Difference"][];
			};
			/** Format: date-time */
			startedAt: string;
			/** @description interrupted: its process has ended meanwhile */
			status: "running" | "done" | "failed" | "interrupted";
			/** @description Differences that end when services that do not run are started */
			underWay?: number;
		};
		AuditSummary: {
			/** @description Who started it */
			by: string;
			/** @description Of the last look, while it runs */
			differences?: number;
			/** Format: date-time */
			endedAt?: string;
			/** @description Why it failed */
			error?: string;
			/** @description For `GET /operator/api/audits/{id}` */
			id: string;
			/** @description Snapshots that were compared so far */
			looks: number;
			nodeId: string;
			/** Format: date-time */
			startedAt: string;
			/** @description interrupted: its process has ended meanwhile */
			status: "running" | "done" | "failed" | "interrupted";
			/** @description Differences that end when services that do not run are started */
			underWay?: number;
		};
		DeadLetter: {
			/**
			 * Format: date-time
			 * @description When it was given up
			 */
			at: string;
			/** @description The whole event: CloudEvents 1.0 */
			event: unknown;
			eventId: string;
			/** @description The message of the last error */
			reason: string;
			/** @description The service that gave it up */
			service: string;
			subject: string;
			tries: number;
			type: string;
		};
		DeadLetterSummary: {
			/**
			 * Format: date-time
			 * @description When it was given up
			 */
			at: string;
			eventId: string;
			/** @description The message of the last error */
			reason: string;
			/** @description The service that gave it up */
			service: string;
			subject: string;
			tries: number;
			type: string;
		};
		Difference: {
			/** @description The id of the order, product or message */
			about?: string;
			/** @description I1 money, I2 captured once, I3 stock, I5 published, I6 legal, I7 live */
			invariant: string;
			says: string;
			/** @description Such as `order 42`; `says` continues the sentence */
			subject: string;
		};
		Faults: {
			/** @description Whether the payment processor is simulated, so that it has faults to set */
			isSimulated: boolean;
			/** @description Of payment; without `faults` where it does not answer */
			processes: {
				faults?: {
					/** @description Requests at a time; 0: any number */
					concurrency: number;
					failRate: number;
					hangRate: number;
					/** @description The least duration of each request */
					latencyMs: number;
					loseAnswerRate: number;
				};
				nodeId: string;
				/** @description What holds again after `until`, and after a restart */
				settings?: {
					/** @description Requests at a time; 0: any number */
					concurrency: number;
					failRate: number;
					hangRate: number;
					/** @description The least duration of each request */
					latencyMs: number;
					loseAnswerRate: number;
				};
				/** Format: date-time */
				until?: string;
			}[];
		};
		Money: {
			amount: number;
			/** @description a currency of ISO 4217, such as KRW */
			currency: string;
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
		Process: {
			awayForS?: number;
			hostname: string;
			nodeId: string;
			report?: {
				/** @description Of a gateway */
				admission?: {
					/** @description Requests that may be under way */
					limit: number;
					/** @description Orders that may be under way; 0: none is taken */
					orderLimit: number;
					/** @description Orders under way */
					orders: number;
					/** @description Since the start */
					refused: number;
					/** @description Live pages that are open */
					streams: number;
					underWay: number;
				};
				/** @description The circuit breakers of calls from this process */
				breakers: {
					action: string;
					calls: number;
					failures: number;
					/** @description The process that is called */
					nodeId: string;
					state: "closed" | "half open" | "open";
				}[];
				bulkheads: {
					action: string;
					concurrency: number;
					queue: number;
					running: number;
					waiting: number;
				}[];
				/** @description By service with a store */
				data: {
					/** @description Orders, products and so on that commands wait for or run on */
					aggregates: number;
					/** @description Its store could not be asked */
					isAway?: boolean;
					service: string;
					/**
					 * Format: date-time
					 * @description When the oldest event was saved that is not published yet
					 */
					unsentSince?: string;
					/** @description Commands that wait in mailboxes */
					waiting: number;
				}[];
				/** @description Whether events can be published and delivered now */
				events: boolean;
				heapUsedBytes: number;
				/** @description How long events wait for a subscriber here that has many waiting */
				lagMs: number;
				/** @description How late the event loop was since the last report */
				loopDelay: {
					maxMs: number;
					meanMs: number;
					p99Ms: number;
				};
				/** @description The connection to NATS for calls; none: one process */
				network: "none" | "connected" | "away" | "closed";
				/** @description The version of Node */
				node: string;
				pid: number;
				readiness: {
					checks: {
						name: string;
						ok: boolean;
						/** Format: date-time */
						since?: string;
					}[];
					ready: boolean;
				};
				rssBytes: number;
				/** Format: date-time */
				startedAt: string;
			};
			services: string[];
			/** @description silent: it is connected, and does not answer in time; away: it has left, or its connection has ended */
			status: "here" | "silent" | "away";
			/** @description The version of the shop */
			version: string;
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
		Selling: {
			/** @description Length of a slot */
			slotMs: number;
			/** @description Oldest first and without a gap; the last one is not over yet. Processes that do not answer, or were started later, lack in it */
			slots: {
				/** Format: date-time */
				at: string;
				/** @description Requests that were refused with 503 or 429 */
				busy: number;
				/** @description Orders that were cancelled, by whomever */
				cancelled: number;
				/** @description Payments that were declined */
				declined: number;
				/** @description Requests that failed with 500 */
				failed: number;
				/** @description Orders that were placed */
				ordered: number;
				/** @description Payments that were approved */
				paid: number;
				/** @description Payments that were refunded */
				refunded: number;
				/** @description Requests that were refused with another status of 4xx */
				refused: number;
				/** @description Requests of customers, without those of health */
				requests: number;
				/** @description Payments whose outcome was not known at the deadline */
				unknown: number;
			}[];
		};
		State: {
			/** @description The process that has asked the others */
			answeredBy: string;
			/**
			 * Format: date-time
			 * @description The answer is kept for a second
			 */
			at: string;
			lastMinute: {
				/** @description Requests that were refused with 503 or 429 */
				busy: number;
				/** @description Orders that were cancelled, by whomever */
				cancelled: number;
				/** @description Payments that were declined */
				declined: number;
				/** @description Requests that failed with 500 */
				failed: number;
				/** @description Orders that were placed */
				ordered: number;
				/** @description Payments that were approved */
				paid: number;
				/** @description Payments that were refunded */
				refunded: number;
				/** @description Requests that were refused with another status of 4xx */
				refused: number;
				/** @description Requests of customers, without those of health */
				requests: number;
				/** @description Payments whose outcome was not known at the deadline */
				unknown: number;
			};
			/** @description Services that no process runs */
			missing: string[];
			money: {
				/** @description The newest audit */
				audit: components["schemas"]["AuditSummary"] | null;
				/** @description Refunds that are pending; null: payment does not answer */
				refunds: components["schemas"]["WaitingPayments"] | null;
				/** @description Payments of unknown outcome; null: payment does not answer */
				unknown: components["schemas"]["WaitingPayments"] | null;
			};
			processes: components["schemas"]["Process"][];
			/** @description null: the event bus does not answer */
			subscribers:
				| {
						/** @description Its dead letters */
						dead: number;
						service: string;
						/** @description Events that it has not handled yet */
						waiting: number;
				  }[]
				| null;
		};
		Story: {
			/** @description The requests that the events name, oldest first */
			commands: {
				/** Format: date-time */
				at: string;
				/** @description As its first event tells */
				command: "place" | "pay" | "cancel" | "other";
				/** @description Ids of the events that followed from it */
				events: string[];
				/** @description X-Request-ID of the customer's request */
				requestId: string;
			}[];
			/** @description Events about the order that a service gave up */
			deadLetters: {
				/** Format: date-time */
				at: string;
				eventId: string;
				reason: string;
				service: string;
			}[];
			/** @description All events about the order that the log has, oldest first */
			events: components["schemas"]["StoryEvent"][];
			isInCart: boolean;
			/** @description What the payment processor says, oldest first */
			ledger: {
				amount: components["schemas"]["Money"];
				/** Format: date-time */
				at: string;
				card: {
					brand: string;
					last4: string;
				};
				paymentId: string;
				type: "captured" | "declined" | "voided" | "refunded";
			}[];
			messages: components["schemas"]["Notification"][];
			/** @description Parts that could not be asked, or are not whole */
			missing: {
				part: string;
				reason: string;
			}[];
			order: components["schemas"]["Order"];
			/** @description The order as on my page; null: it is not there yet */
			page: components["schemas"]["PageOrder"] | null;
			payments: components["schemas"]["Payment"][];
		};
		StoryEvent: {
			/** Format: date-time */
			at: string;
			/** @description Left out where the answer would be too long */
			data?: unknown;
			/** @description Who has handled it, as far as processes that run remember: their last 5,000 deliveries */
			handled: {
				/** Format: date-time */
				at: string;
				ms: number;
				nodeId: string;
				/** @description false: it failed, and is tried again */
				ok: boolean;
				service: string;
			}[];
			id: string;
			/** @description The service that published it */
			publisher: string;
			requestId?: string;
			sequence: number;
			subject: string;
			type: string;
		};
		TrailEntry: {
			/** @description Such as `operator.replayDeadLetter` */
			action: string;
			/** Format: date-time */
			at: string;
			/** @description Such as `loopback`, `token 1a2b3c4d` (a fingerprint), `repl` or `command line` */
			by: string;
			/** Format: date-time */
			endedAt?: string;
			id: string;
			/** @description What X-Operator said; nobody checks it */
			name?: string;
			nodeId: string;
			/** @description In words */
			outcome?: string;
			params: {
				[key: string]: unknown;
			};
			requestId?: string;
			/** @description interrupted: its process has ended meanwhile, so the outcome is not known */
			status: "running" | "done" | "failed" | "interrupted";
		};
		WaitingPayments: {
			/** @description At most 1,000 are counted */
			count: number;
			/** @description There are more than `count` */
			isMore: boolean;
			/** @description Up to 10 of those that were counted, the oldest first */
			oldest: {
				amount: components["schemas"]["Money"];
				/** Format: date-time */
				nextTryAt?: string;
				orderId: string;
				paymentId: string;
				/**
				 * Format: date-time
				 * @description When the payment began
				 */
				since: string;
				/** @description Requests in a row that the processor did not answer */
				tries: number;
			}[];
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: {
		/** @description Bearer: how to bring the token */
		Authenticate: string;
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
	listAudits: {
		parameters: {
			query?: {
				cursor?: string;
				limit?: number;
			};
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
						items: components["schemas"]["AuditSummary"][];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	runAudit: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": {
					/**
					 * @description Looks again for this long while something differs
					 * @default 10
					 */
					waitS?: number;
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description AUDIT_RUNNING, AUDIT_IMPOSSIBLE */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "AUDIT_RUNNING" | "AUDIT_IMPOSSIBLE";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	getAudit: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["Audit"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description AUDIT_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "AUDIT_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	showDeadLetter: {
		parameters: {
			query: {
				eventId: string;
				service: "product" | "payment" | "order" | "cart" | "customer" | "notification";
			};
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["DeadLetter"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description DEAD_LETTER_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "DEAD_LETTER_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	listDeadLetters: {
		parameters: {
			query?: {
				cursor?: string;
				limit?: number;
				service?: "product" | "payment" | "order" | "cart" | "customer" | "notification";
			};
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
						items: components["schemas"]["DeadLetterSummary"][];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	dropDeadLetter: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					eventId: string;
					/** @description A service that handles events */
					service: "product" | "payment" | "order" | "cart" | "customer" | "notification";
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description DEAD_LETTER_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "DEAD_LETTER_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	replayDeadLetter: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					eventId: string;
					/** @description A service that handles events */
					service: "product" | "payment" | "order" | "cart" | "customer" | "notification";
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description DEAD_LETTER_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "DEAD_LETTER_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	replayDeadLetters: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": {
					/**
					 * Format: date-time
					 * @description Given up at this time or later
					 */
					from?: string;
					/** @description A service that handles events */
					service?: "product" | "payment" | "order" | "cart" | "customer" | "notification";
					/** @description A type of events */
					type?: string;
					/**
					 * Format: date-time
					 * @description Given up before this time
					 */
					until?: string;
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	getFaults: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["Faults"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	setFaults: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": {
					/** @description Requests at a time; 0: any number */
					concurrency?: number;
					failRate?: number;
					/**
					 * @description After this long, in seconds, and after a restart the settings hold again
					 * @default 300
					 */
					forS?: number;
					hangRate?: number;
					/** @description The least duration of each request */
					latencyMs?: number;
					loseAnswerRate?: number;
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	resetFaults: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": Record<string, never>;
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	rebuildView: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": Record<string, never>;
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description REBUILD_RUNNING */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "REBUILD_RUNNING";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	operatorOpenApi: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	findOrders: {
		parameters: {
			query?: {
				cursor?: string;
				customerId?: string;
				id?: string;
				limit?: number;
			};
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	orderStory: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["Story"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description ORDER_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "ORDER_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	addProductAsOperator: {
		parameters: {
			query?: never;
			header?: {
				/** @description Chosen by the client, up to 255 characters. For 24 hours, the same request with the same key gets the first answer again; another request with it is refused. A key belongs to what it was used for: adding a product, a customer's orders, paying or cancelling one order. */
				"Idempotency-Key"?: string;
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	changeProductAsOperator: {
		parameters: {
			query?: never;
			header?: {
				/** @description ETags of the product, or `*`: where none is that of the product as it is now, nothing is changed. The ETag covers the stock, so it is another one after each order of the product; without this header, fields that the request does not name stay as they are. A request with `stockDelta` whose answer was lost may be sent again only with this header. */
				"If-Match"?: string;
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description PRODUCT_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PRODUCT_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	addSamples: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody?: {
			content: {
				"application/json": Record<string, never>;
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	selling: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["Selling"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	startService: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					nodeId: string;
					/** @description Not the two that serve the console */
					service: "product" | "payment" | "order" | "cart" | "customer" | "notification";
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description PROCESS_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PROCESS_NOT_FOUND" | "NOT_FOUND";
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
			/** @description SERVICE_RUNNING */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_RUNNING";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	stopService: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				"application/json": {
					nodeId: string;
					/** @description Not the two that serve the console */
					service: "product" | "payment" | "order" | "cart" | "customer" | "notification";
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
					"application/json": components["schemas"]["TrailEntry"];
				};
			};
			/** @description MALFORMED_BODY, MALFORMED_REQUEST, MALFORMED_URL */
			400: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "MALFORMED_BODY" | "MALFORMED_REQUEST" | "MALFORMED_URL";
					};
				};
			};
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description PROCESS_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "PROCESS_NOT_FOUND" | "NOT_FOUND";
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
			/** @description SERVICE_STOPPED */
			409: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "SERVICE_STOPPED";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	state: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["State"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	trail: {
		parameters: {
			query?: {
				cursor?: string;
				limit?: number;
			};
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
						items: components["schemas"]["TrailEntry"][];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
	trailEntry: {
		parameters: {
			query?: never;
			header?: {
				/** @description The name of the person, for the trail of what operators have done; nobody checks it */
				"X-Operator"?: string;
			};
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
					"application/json": components["schemas"]["TrailEntry"];
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
			/** @description TOKEN_NEEDED, WRONG_TOKEN */
			401: {
				headers: {
					"WWW-Authenticate": components["headers"]["Authenticate"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOKEN_NEEDED" | "WRONG_TOKEN";
					};
				};
			};
			/** @description OTHER_ORIGIN */
			403: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "OTHER_ORIGIN";
					};
				};
			};
			/** @description TRAIL_ENTRY_NOT_FOUND, NOT_FOUND */
			404: {
				headers: {
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TRAIL_ENTRY_NOT_FOUND" | "NOT_FOUND";
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
			/** @description TOO_MANY_GUESSES */
			429: {
				headers: {
					"Retry-After": components["headers"]["RetryAfter"];
					"X-Request-ID": components["headers"]["RequestId"];
					[name: string]: unknown;
				};
				content: {
					"application/problem+json": components["schemas"]["Problem"] & {
						/** @enum {unknown} */
						code?: "TOO_MANY_GUESSES";
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
}
