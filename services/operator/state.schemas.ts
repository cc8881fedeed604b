import { type Static, Type } from "@sinclair/typebox";
import { MoneyShape } from "../../shared/domain/money";

const Time = Type.String({ format: "date-time" });
const Count = Type.Integer({ minimum: 0 });

/** How the shop sold in a span of time, in all processes. */
export const SalesShape = Type.Object({
	ordered: Type.Integer({ minimum: 0, description: "Orders that were placed" }),
	paid: Type.Integer({ minimum: 0, description: "Payments that were approved" }),
	declined: Type.Integer({ minimum: 0, description: "Payments that were declined" }),
	unknown: Type.Integer({ minimum: 0, description: "Payments whose outcome was not known at the deadline" }),
	cancelled: Type.Integer({ minimum: 0, description: "Orders that were cancelled, by whomever" }),
	refunded: Type.Integer({ minimum: 0, description: "Payments that were refunded" }),
	requests: Type.Integer({ minimum: 0, description: "Requests of customers, without those of health" }),
	busy: Type.Integer({ minimum: 0, description: "Requests that were refused with 503 or 429" }),
	refused: Type.Integer({ minimum: 0, description: "Requests that were refused with another status of 4xx" }),
	failed: Type.Integer({ minimum: 0, description: "Requests that failed with 500" }),
});
export type Sales = Static<typeof SalesShape>;

export const SellingShape = Type.Object({
	slotMs: Type.Integer({ minimum: 1, description: "Length of a slot" }),
	slots: Type.Array(Type.Object({ at: Time, ...SalesShape.properties }), {
		description:
			"Oldest first and without a gap; the last one is not over yet. Processes that do not answer, or were started later, lack in it",
	}),
});
export type Selling = Static<typeof SellingShape>;

const WaitingPaymentShape = Type.Object({
	paymentId: Type.String(),
	orderId: Type.String(),
	amount: MoneyShape,
	since: Type.String({ format: "date-time", description: "When the payment began" }),
	tries: Type.Integer({ minimum: 0, description: "Requests in a row that the processor did not answer" }),
	nextTryAt: Type.Optional(Time),
});

/** Payments that wait for the payment processor. */
export const WaitingPaymentsShape = Type.Object({
	count: Type.Integer({ minimum: 0, description: "At most 1,000 are counted" }),
	isMore: Type.Boolean({ description: "There are more than `count`" }),
	oldest: Type.Array(WaitingPaymentShape, { description: "Up to 10 of those that were counted, the oldest first" }),
});
export type WaitingPayments = Static<typeof WaitingPaymentsShape>;

export const AuditSummaryShape = Type.Object({
	id: Type.String({ description: "For `GET /operator/api/audits/{id}`" }),
	status: Type.Union(
		["running", "done", "failed", "interrupted"].map((status) => Type.Literal(status)),
		{ description: "interrupted: its process has ended meanwhile" },
	),
	startedAt: Time,
	endedAt: Type.Optional(Time),
	by: Type.String({ description: "Who started it" }),
	nodeId: Type.String(),
	looks: Type.Integer({ minimum: 0, description: "Snapshots that were compared so far" }),
	differences: Type.Optional(Type.Integer({ minimum: 0, description: "Of the last look, while it runs" })),
	underWay: Type.Optional(
		Type.Integer({ minimum: 0, description: "Differences that end when services that do not run are started" }),
	),
	error: Type.Optional(Type.String({ description: "Why it failed" })),
});
export type AuditSummary = Static<typeof AuditSummaryShape>;

const CheckShape = Type.Object({ name: Type.String(), ok: Type.Boolean(), since: Type.Optional(Time) });

/** What a process reports about itself. */
export const ReportShape = Type.Object({
	startedAt: Time,
	pid: Count,
	node: Type.String({ description: "The version of Node" }),
	rssBytes: Count,
	heapUsedBytes: Count,
	readiness: Type.Object({ ready: Type.Boolean(), checks: Type.Array(CheckShape) }),
	loopDelay: Type.Object(
		{ meanMs: Type.Number({ minimum: 0 }), p99Ms: Type.Number({ minimum: 0 }), maxMs: Type.Number({ minimum: 0 }) },
		{ description: "How late the event loop was since the last report" },
	),
	network: Type.Union(
		["none", "connected", "away", "closed"].map((state) => Type.Literal(state)),
		{ description: "The connection to NATS for calls; none: one process" },
	),
	events: Type.Boolean({ description: "Whether events can be published and delivered now" }),
	lagMs: Type.Number({ minimum: 0, description: "How long events wait for a subscriber here that has many waiting" }),
	data: Type.Array(
		Type.Object({
			service: Type.String(),
			waiting: Type.Integer({ minimum: 0, description: "Commands that wait in mailboxes" }),
			aggregates: Type.Integer({
				minimum: 0,
				description: "Orders, products and so on that commands wait for or run on",
			}),
			unsentSince: Type.Optional(
				Type.String({ format: "date-time", description: "When the oldest event was saved that is not published yet" }),
			),
			isAway: Type.Optional(Type.Boolean({ description: "Its store could not be asked" })),
		}),
		{ description: "By service with a store" },
	),
	bulkheads: Type.Array(
		Type.Object({ action: Type.String(), running: Count, waiting: Count, concurrency: Count, queue: Count }),
	),
	breakers: Type.Array(
		Type.Object({
			action: Type.String(),
			nodeId: Type.String({ description: "The process that is called" }),
			state: Type.Union(["closed", "half open", "open"].map((state) => Type.Literal(state))),
			calls: Count,
			failures: Count,
		}),
		{ description: "The circuit breakers of calls from this process" },
	),
	admission: Type.Optional(
		Type.Object(
			{
				limit: Type.Integer({ minimum: 0, description: "Requests that may be under way" }),
				orderLimit: Type.Integer({ minimum: 0, description: "Orders that may be under way; 0: none is taken" }),
				underWay: Count,
				orders: Type.Integer({ minimum: 0, description: "Orders under way" }),
				refused: Type.Integer({ minimum: 0, description: "Since the start" }),
				streams: Type.Integer({ minimum: 0, description: "Live pages that are open" }),
			},
			{ description: "Of a gateway" },
		),
	),
});
export type Report = Static<typeof ReportShape>;

export const ProcessShape = Type.Object({
	nodeId: Type.String(),
	status: Type.Union(
		["here", "silent", "away"].map((status) => Type.Literal(status)),
		{
			description:
				"silent: it is connected, and does not answer in time; away: it has left, or its connection has ended",
		},
	),
	/** Seconds. */
	awayForS: Type.Optional(Type.Integer({ minimum: 0 })),
	hostname: Type.String(),
	version: Type.String({ description: "The version of the shop" }),
	services: Type.Array(Type.String()),
	report: Type.Optional(ReportShape),
});
export type Process = Static<typeof ProcessShape>;

export const StateShape = Type.Object({
	at: Type.String({ format: "date-time", description: "The answer is kept for a second" }),
	answeredBy: Type.String({ description: "The process that has asked the others" }),
	missing: Type.Array(Type.String(), { description: "Services that no process runs" }),
	lastMinute: SalesShape,
	money: Type.Object({
		unknown: Type.Union([WaitingPaymentsShape, Type.Null()], {
			description: "Payments of unknown outcome; null: payment does not answer",
		}),
		refunds: Type.Union([WaitingPaymentsShape, Type.Null()], {
			description: "Refunds that are pending; null: payment does not answer",
		}),
		audit: Type.Union([AuditSummaryShape, Type.Null()], { description: "The newest audit" }),
	}),
	subscribers: Type.Union(
		[
			Type.Array(
				Type.Object({
					service: Type.String(),
					waiting: Type.Integer({ minimum: 0, description: "Events that it has not handled yet" }),
					dead: Type.Integer({ minimum: 0, description: "Its dead letters" }),
				}),
			),
			Type.Null(),
		],
		{ description: "null: the event bus does not answer" },
	),
	processes: Type.Array(ProcessShape),
});
export type State = Static<typeof StateShape>;
