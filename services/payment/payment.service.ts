import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { openData, shopOf } from "../../service-context";
import type { Saved } from "../../shared/aggregates/aggregate";
import { DUE_INDEX } from "../../shared/aggregates/due-work";
import { PUBLISHING } from "../../shared/aggregates/outbox";
import { REPEATABLE } from "../../shared/calls/failover";
import { notFound } from "../../shared/domain/refusals";
import { handles } from "../../shared/events/subscriptions";
import { type Listing, page } from "../../shared/store/paging";
import { OrderEvents } from "../order/order.events";
import { type Claim, Claims } from "./payment.claims";
import { PaymentEvents } from "./payment.events";
import { ProcessorPace } from "./payment.pace";
import { PaymentProcess } from "./payment.process";
import { type Attempt, close, toPayment, wantRefund } from "./payment.rules";
import { ChargeParams, GetPayment, GetStatement, ListPayments, SetSimulatedFaults } from "./payment.schemas";
import { waitingIn } from "./payment.waiting";
import { PROVIDER, PROVIDER_COLLECTIONS, SimulatedProcessor } from "./processor.simulated";

/** Attempts of an order that are read at a time. */
const ATTEMPTS_AT_ONCE = 100;

/** Payments by card and their refunds: attempts, each decided once. */
export default function paymentService(broker: ServiceBroker): ServiceSchema {
	const { attempts, listed, processing, processor, clock, settings, mixin } = open(broker);

	return {
		name: "payment",
		mixins: [mixin],

		actions: {
			charge: {
				visibility: "public",
				params: ChargeParams,
				// Its presence puts the callers' circuit breaker on this action.
				circuitBreaker: {},
				bulkhead: { enabled: true, concurrency: settings.concurrency, maxQueueSize: settings.queue },
				handler: (context: Context<ChargeParams>) => processing.charge(context),
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
				handler({ params: { orderId, ...list } }: Context<ListPayments>) {
					return page(attemptsOf(orderId, toPayment), list);
				},
			},

			waiting: { ...REPEATABLE, visibility: "public", handler: () => waitingIn(listed, clock.now()) },

			statement: {
				...REPEATABLE,
				visibility: "public",
				params: GetStatement,
				handler: ({ params: { paymentIds } }: Context<GetStatement>) => processor.statement(paymentIds),
			},

			// Of the simulated processor in this process: a call names it by its node id.
			faults: { ...REPEATABLE, visibility: "public", handler: async () => processor.faults.state },
			setFaults: {
				visibility: "public",
				params: SetSimulatedFaults,
				handler: async ({ params: { forMs, ...faults } }: Context<SetSimulatedFaults>) =>
					processor.faults.change(faults, forMs),
			},
			resetFaults: { visibility: "public", handler: async () => processor.faults.reset() },
		},

		events: {
			"order.paying": handles(OrderEvents["order.paying"], ({ data, requestid }) => end(data, false, requestid)),
			"order.cancelled": handles(OrderEvents["order.cancelled"], async ({ data, requestid }) => {
				if (data.payment) await end({ ...data, ...data.payment }, true, requestid);
				await refundAll(data.orderId, undefined, requestid);
			}),
			"order.completed": handles(OrderEvents["order.completed"], ({ data, requestid }) =>
				refundAll(data.orderId, data.paymentId, requestid),
			),
		},
	};

	/** Ends an attempt whose outcome order does not know; its charge may not have arrived yet. */
	async function end(
		{ paymentId, orderId, customerId, total: amount, card }: OrderEvents["order.paying"],
		refund: boolean,
		requestId?: string,
	): Promise<void> {
		const asked = { paymentId, orderId, customerId, amount, card };
		await attempts.change(paymentId, (found) => close(found, asked, refund, clock.now()), requestId);
	}

	function attemptsOf<Item>(orderId: string, toItem: (attempt: Saved<Attempt>) => Item): Listing<Saved<Attempt>, Item> {
		const position = ({ createdAt }: Attempt) => [createdAt];
		return { collection: listed, index: "orders", equals: [orderId], position, toItem };
	}

	/** Refunds what any attempt of the order captured or still captures, except the one that it is paid by. */
	async function refundAll(orderId: string, paidBy: string | undefined, requestId?: string): Promise<void> {
		let cursor: string | undefined;
		do {
			const { items, next } = await page(
				attemptsOf(orderId, ({ _id }) => _id),
				{ limit: ATTEMPTS_AT_ONCE, cursor },
			);
			const unwanted = items.filter((id) => id !== paidBy);
			await Promise.all(
				unwanted.map((id) => attempts.change(id, (found) => wantRefund(found, clock.now()), requestId)),
			);
			cursor = next ?? undefined;
		} while (cursor !== undefined);
	}
}

/** Opens payment's documents and the payment processor. */
function open(broker: ServiceBroker) {
	const { config, clock, random, openStore } = shopOf(broker);
	const logger = broker.getLogger("payment");
	const data = openData(broker, "payment", {
		attempts: { ...PUBLISHING, ...DUE_INDEX, refunds: ["refundAt"], orders: ["orderId", "createdAt"] },
		claims: {},
	});
	const store = openStore(PROVIDER, PROVIDER_COLLECTIONS);
	const processor = new SimulatedProcessor({ store, faults: config.simulated, clock, random });
	data.run({ start: () => processor.open(), stop: () => processor.close() });
	const attempts = data.publishing<Attempt, PaymentEvents>("attempts", PaymentEvents);
	const listed = data.collection<Saved<Attempt>>("attempts");
	const claims = new Claims(data.collection<Claim>("claims"), listed);
	const pace = new ProcessorPace();
	const { timeoutMs } = config.payment;
	const processing = new PaymentProcess({ attempts, claims, processor, pace, clock, logger, timeoutMs });
	const claim = (attempt: Saved<Attempt>, now: number) => processing.lease(attempt, now);
	data.dueWork<Saved<Attempt>>("attempts", {
		atOnce: () => pace.settledAtOnce,
		claim,
		work: (attempt) => processing.settle(attempt),
	});
	data.dueWork<Saved<Attempt>>("attempts", {
		index: "refunds",
		atOnce: () => pace.refundedAtOnce,
		claim,
		work: (attempt) => processing.refund(attempt),
	});
	return {
		attempts,
		listed,
		processing,
		processor,
		clock,
		settings: config.payment,
		mixin: data.mixin,
	};
}
