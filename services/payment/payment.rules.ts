import { toRfc3339 } from "../../shared/domain/clock";
import { lifeCycle } from "../../shared/domain/life-cycle";
import type { Money } from "../../shared/domain/money";
import { conflict } from "../../shared/domain/refusals";
import { backoff } from "../../shared/timing/backoff";
import type { PaymentEvents } from "./payment.events";
import type { Outcome } from "./payment.processor";
import type { Charged, Payment, PaymentStatus } from "./payment.schemas";
import type { Card } from "../../shared/domain/cards";
import type { Change, Saved } from "../../shared/aggregates/aggregate";

/** The part of an attempt that comes from its order. */
export interface Asked {
	paymentId: string;
	orderId: string;
	customerId: string;
	amount: Money;
	card: Card;
}

/** One attempt to pay an order, saved before the payment processor is asked. */
export interface Attempt extends Asked {
	status: PaymentStatus;
	/** Why the card was declined. */
	code?: string;
	/** The order is cancelled, or paid by another attempt: the amount is refunded if it is or gets captured. */
	refundWanted?: boolean;
	/** `payment.delayed` is published. */
	delayed?: boolean;
	/** Requests in a row that the processor did not answer. */
	tries: number;
	/** Milliseconds since 1970. */
	createdAt: number;
	/** When the processor is asked next to settle, in milliseconds since 1970. Earlier versions also kept the time of a refund here. */
	dueAt?: number;
	/** When the processor is asked next to refund, in milliseconds since 1970. */
	refundAt?: number;
}

type Decision = Change<Attempt, PaymentEvents> | undefined;

const FIRST_RETRY_MS = 500;
/** Together with the deadline of 5 s this is less than 10 s: an attempt is settled that soon after the processor answers again. */
const LONGEST_RETRY_MS = 4_000;

const checkStep = lifeCycle<PaymentStatus>({
	initial: "pending",
	final: ["declined", "voided", "refunded"],
	transitions: {
		pending: ["approved", "declined", "voided"],
		approved: ["refunded"],
		declined: [],
		voided: [],
		refunded: [],
	},
});

/** The only way in which an attempt's status changes. @throws Error for a step outside the life cycle: a defect */
function become(attempt: Attempt, status: PaymentStatus, refundAt?: number): Attempt {
	checkStep(attempt.status, status);
	return { ...attempt, status, tries: 0, dueAt: undefined, refundAt };
}

/** Whether the attempt holds money, or may still capture it. */
export function isLive({ status }: Attempt): boolean {
	return status === "pending" || status === "approved";
}

/** Whether the processor has not said in time what became of the attempt. `now`: milliseconds since 1970. */
export function isUnknown({ status, tries, dueAt = Infinity }: Attempt, now: number): boolean {
	return status === "pending" && (tries > 0 || dueAt <= now);
}

/** Whether, of two attempts of an order that has no claim, the other one may capture: it has captured, or it began first. */
export function mayCaptureFirst(other: Saved<Attempt>, attempt: Saved<Attempt>): boolean {
	if (other.status !== "pending") return isLive(other);
	return other.createdAt < attempt.createdAt || (other.createdAt === attempt.createdAt && other._id < attempt._id);
}

/**
 * A charge begins, or begins again under its id. `dueAt`: when the attempt is settled if the charge has not decided it.
 * @throws Refusal PAYMENT_ID_TAKEN where the id stands for something else
 */
export function open(attempt: Attempt | undefined, asked: Asked, now: number, dueAt: number): Decision {
	if (!attempt) return { state: { ...asked, status: "pending", tries: 0, createdAt: now, dueAt } };
	checkSame(attempt, asked);
	// After a request without an answer, further charges do not put off the time at which the attempt is settled.
	return attempt.status === "pending" && attempt.tries === 0 ? { state: { ...attempt, dueAt } } : undefined;
}

/**
 * Ends an attempt whose outcome order does not know (`refund`: the order is cancelled). It is decided by its own due work. One that is not
 * stored is stored as pending and due, so that the processor decides: it may have captured it before payment's store was restored from an
 * older copy.
 * @throws Refusal as {@link open}
 */
export function close(attempt: Attempt | undefined, asked: Asked, refund: boolean, now: number): Decision {
	if (!attempt) {
		const state: Attempt = { ...asked, status: "pending", tries: 0, createdAt: now, dueAt: now };
		return { state: refund ? { ...state, refundWanted: true } : state };
	}
	checkSame(attempt, asked);
	return refund ? wantRefund(attempt, now) : undefined;
}

function checkSame(attempt: Attempt, { orderId, amount }: Asked): void {
	const same =
		attempt.orderId === orderId &&
		attempt.amount.amount === amount.amount &&
		attempt.amount.currency === amount.currency;
	if (!same) throw conflict("PAYMENT_ID_TAKEN", "This payment id stands for another order or amount.");
}

/** The order does not want this payment. A pending attempt is refunded if it turns out to be captured. */
export function wantRefund(attempt: Attempt | undefined, now: number): Decision {
	if (!attempt || attempt.refundWanted) return undefined;
	if (attempt.status === "pending") return { state: { ...attempt, refundWanted: true } };
	if (attempt.status === "approved") return { state: { ...attempt, refundWanted: true, tries: 0, refundAt: now } };
	return undefined;
}

/** The processor has decided the attempt. Only its first answer counts. */
export function record(attempt: Attempt | undefined, outcome: Outcome, now: number): Decision {
	if (attempt?.status !== "pending") return undefined;
	const data = dataOf(attempt);
	switch (outcome.status) {
		case "captured":
			return {
				state: become(attempt, "approved", attempt.refundWanted ? now : undefined),
				events: [{ type: "payment.approved", data }],
			};
		case "declined":
			return {
				state: { ...become(attempt, "declined"), code: outcome.code },
				events: [{ type: "payment.declined", data: { ...data, code: outcome.code } }],
			};
		case "voided":
			return { state: become(attempt, "voided"), events: [{ type: "payment.voided", data }] };
	}
}

/** The processor did not answer: it is asked again after a pause. `payment.delayed` is published once. */
export function delay(attempt: Attempt | undefined, now: number): Decision {
	if (attempt?.dueAt === undefined && attempt?.refundAt === undefined) return undefined;
	const tries = attempt.tries + 1;
	const next = now + backoff(tries, FIRST_RETRY_MS, LONGEST_RETRY_MS);
	if (attempt.status !== "pending") return { state: { ...attempt, tries, dueAt: undefined, refundAt: next } };
	const state = { ...attempt, tries, dueAt: next };
	if (attempt.delayed) return { state };
	return { state: { ...state, delayed: true }, events: [{ type: "payment.delayed", data: dataOf(attempt) }] };
}

/** The processor has refunded the amount. */
export function refunded(attempt: Attempt | undefined): Decision {
	if (attempt?.status !== "approved") return undefined;
	return {
		state: become(attempt, "refunded"),
		events: [{ type: "payment.refunded", data: dataOf(attempt) }],
	};
}

function dataOf({ paymentId, orderId, customerId, amount, card, createdAt }: Attempt) {
	return { paymentId, orderId, customerId, amount, card, createdAt: toRfc3339(createdAt) };
}

/**
 * The answer to a charge: undefined while the outcome is not known. A refunded attempt was approved as a charge. `other` is the attempt of the
 * order that had the claim.
 */
export function toCharged({ status, code }: Attempt, other?: Attempt): Charged | undefined {
	if (status === "pending") return undefined;
	if (status === "declined") return { status, code: code! };
	if (status !== "voided") return { status: "approved" };
	if (other?.status !== "approved") return { status };
	return { status, paidBy: { paymentId: other.paymentId, card: other.card } };
}

export function toPayment({ paymentId: id, orderId, amount, status, card, code, createdAt }: Attempt): Payment {
	return {
		id,
		orderId,
		amount,
		status,
		card,
		...(code === undefined ? {} : { code }),
		createdAt: toRfc3339(createdAt),
	};
}
