import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { Aggregates } from "../../shared/aggregates/aggregates";
import { dbMixin } from "../../shared/store/moleculer-db-adapter";
import { handles } from "../../shared/events/subscriptions";
import { DUE_INDEX, DueWork } from "../../shared/aggregates/due-work";
import { REPEATABLE } from "../../shared/calls/failover";
import { page } from "../../shared/store/paging";
import { notFound } from "../../shared/domain/refusals";
import { SENT_INDEXES, UNSENT_INDEX } from "../../shared/aggregates/outbox-relay";
import { OrderEvents } from "../order/order.events";
import type { PaymentEvents } from "./payment.events";
import { charge, outcomeUnknown, type Processing, settle, timeLeft, workOn } from "./payment.process";
import { type Attempt, close, toPayment, wantRefund } from "./payment.rules";
import { ChargeParams, GetPayment, ListPayments, SettleParams } from "./payment.schemas";
import { PROVIDER, PROVIDER_COLLECTIONS, SimulatedProcessor } from "./processor.simulated";
import type { Saved } from "../../shared/aggregates/aggregate";
import { shopOf } from "../../service-context";

/** What the answer takes to reach the caller before the caller's patience ends. */
const ANSWER_MARGIN_MS = 200;
const ATTEMPTS_AT_ONCE = 100;
/** Few questions with time to be answered: a processor that is slow because it is busy would not answer many impatient ones. */
const SETTLED_AT_ONCE = 4;
const SETTLE_DEADLINE_MS = 5_000;

/** Takes money by card and gives it back: one attempt at a time, each decided once. */
export default function paymentService(broker: ServiceBroker): ServiceSchema {
	const { config, bus, clock, random, openStore } = shopOf(broker);
	const store = openStore("payment", {
		attempts: { ...UNSENT_INDEX, ...DUE_INDEX, orders: ["orderId", "createdAt"] },
		sent: SENT_INDEXES,
	});
	const collection = store.collection<Saved<Attempt>>("attempts");
	const logger = broker.getLogger("payment");
	const attempts = new Aggregates<Attempt, PaymentEvents>({
		publisher: "payment",
		collection,
		sent: store.collection("sent"),
		bus,
		clock,
		logger,
	});
	const processor = new SimulatedProcessor({
		store: openStore(PROVIDER, PROVIDER_COLLECTIONS),
		faults: config.simulated,
		clock,
		random,
	});
	const processing: Processing = { attempts, collection, processor, clock, logger };
	const due = new DueWork({
		collection,
		clock,
		logger,
		atOnce: SETTLED_AT_ONCE,
		work: (attempt) => workOn(processing, attempt, timeLeft(SETTLE_DEADLINE_MS)),
	});

	/** @throws Refusal where the caller has left, or would before anything could be done: then nothing is begun */
	function timeFor({ options, startHrTime }: Context<unknown>) {
		if (!options.timeout || !startHrTime) return timeLeft(config.payment.timeoutMs);
		// Since the request arrived: it may have waited for its turn.
		const [seconds, nanoseconds] = process.hrtime(startHrTime);
		const margin = Math.min(ANSWER_MARGIN_MS, options.timeout / 4);
		const ms = options.timeout - seconds * 1e3 - nanoseconds / 1e6 - margin;
		if (ms < 1) throw outcomeUnknown();
		return timeLeft(ms);
	}

	function attemptsOf(orderId: string, params: { limit?: number; cursor?: string }) {
		return page(collection, "orders", [orderId], ({ createdAt }) => [createdAt], params);
	}

	async function refundAll(orderId: string, requestId?: string): Promise<void> {
		let cursor: string | undefined;
		do {
			const { items, next } = await attemptsOf(orderId, { limit: ATTEMPTS_AT_ONCE, cursor });
			await Promise.all(
				items.map(({ _id }) => attempts.change(_id, (found) => wantRefund(found, clock.now()), requestId)),
			);
			cursor = next ?? undefined;
		} while (cursor !== undefined);
	}

	return {
		name: "payment",
		mixins: [dbMixin(store)],

		actions: {
			charge: {
				visibility: "public",
				params: ChargeParams,
				// Its presence is what puts the callers' breaker on this action.
				circuitBreaker: {},
				bulkhead: { enabled: true, concurrency: config.payment.concurrency, maxQueueSize: config.payment.queue },
				async handler(context: Context<ChargeParams>) {
					return charge(processing, context.params, timeFor(context), context.requestID ?? undefined);
				},
			},

			settle: {
				...REPEATABLE,
				visibility: "public",
				params: SettleParams,
				async handler(context: Context<SettleParams>) {
					return settle(processing, context.params, context.requestID ?? undefined);
				},
			},

			get: {
				...REPEATABLE,
				params: GetPayment,
				async handler({ params: { id } }: Context<GetPayment>) {
					const attempt = await attempts.load(id);
					if (!attempt) throw notFound("PAYMENT_NOT_FOUND", "There is no payment of this id.");
					return toPayment(attempt);
				},
			},

			list: {
				...REPEATABLE,
				params: ListPayments,
				async handler({ params: { orderId, ...params } }: Context<ListPayments>) {
					const { items, next } = await attemptsOf(orderId, params);
					return { items: items.map(toPayment), next };
				},
			},
		},

		events: {
			"order.cancelled": handles(OrderEvents["order.cancelled"], async ({ data, requestid }) => {
				const { orderId, customerId, total: amount, payment } = data;
				if (payment) {
					// Its charge may not have come yet.
					const asked = { ...payment, orderId, customerId, amount };
					const closing = (found: Attempt | undefined) => close(found, asked, true, clock.now());
					await attempts.change(payment.paymentId, closing, requestid);
				}
				await refundAll(orderId, requestid);
			}),
		},

		async started() {
			await processor.open();
			attempts.start();
			due.start();
		},

		async stopped() {
			await due.stop();
			await attempts.stop();
			await processor.close();
		},
	};
}
