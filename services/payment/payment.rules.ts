import { toRfc3339 } from "../../shared/domain/clock";
import type { Money } from "../../shared/domain/money";
import { conflict } from "../../shared/domain/refusals";
import type { PaymentEvents } from "./payment.events";
import type { Outcome } from "./payment.processor";
import type { Charged, Payment, PaymentStatus, Settled } from "./payment.schemas";
import type { Card } from "../../shared/domain/cards";
import type { Change } from "../../shared/aggregates/aggregate";

/** What is to be paid, by which card. */
export interface Asked {
	paymentId: string;
	orderId: string;
	customerId: string;
	amount: Money;
	card: Card;
}

/** One attempt to pay an order, saved before the card processor is asked. Pending ends as approved, declined or voided, once. */
export interface Attempt extends Asked {
	status: PaymentStatus;
	/** Why the card was declined. */
	code?: string;
	/** The order is cancelled: what is or turns out captured is to be given back. */
	refundWanted?: boolean;
	/** Whether `payment.delayed` was told. */
	delayed?: boolean;
	/** How often the processor did not say what was to be known next. */
	tries: number;
	createdAt: number;
	/** When the processor is to be asked, in milliseconds since 1970: to settle while pending, to refund once approved. */
	dueAt?: number;
}

type Decision = Change<Attempt, PaymentEvents> | undefined;

const FIRST_RETRY_MS = 500;
/** With a call's deadline this stays within the 10 s in which the shop promises to settle once the processor answers again. */
const LONGEST_RETRY_MS = 4_000;

/**
 * A charge begins, or begins again under its id. `dueAt` is when somebody else is to settle it if the charge has not.
 * @throws Refusal PAYMENT_ID_TAKEN where the id stands for something else
 */
export function open(attempt: Attempt | undefined, asked: Asked, now: number, dueAt: number): Decision {
	if (!attempt) return { state: { ...asked, status: "pending", tries: 0, createdAt: now, dueAt } };
	checkSame(attempt, asked);
	// Once the processor has left it open, it is settled on its schedule, however often it is charged again.
	return attempt.status === "pending" && attempt.tries === 0 ? { state: { ...attempt, dueAt } } : undefined;
}

/**
 * The attempt is to come to its end; `refund`: without the order paying. Of one that is not known the processor was never asked, as it
 * is saved before: it is voided, so that a charge that comes late finds it decided.
 * @throws Refusal as {@link open}
 */
export function close(attempt: Attempt | undefined, asked: Asked, refund: boolean, now: number): Decision {
	if (!attempt) return record({ ...asked, status: "pending", tries: 0, createdAt: now }, { status: "voided" }, now);
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

/** The order is cancelled. What is not captured yet is refunded when it turns out to be. */
export function wantRefund(attempt: Attempt | undefined, now: number): Decision {
	if (!attempt || attempt.refundWanted) return undefined;
	if (attempt.status === "pending") return { state: { ...attempt, refundWanted: true } };
	if (attempt.status === "approved") return { state: { ...attempt, refundWanted: true, tries: 0, dueAt: now } };
	return undefined;
}

/** The processor has told what became of the attempt. Only the first such answer counts. */
export function record(attempt: Attempt | undefined, outcome: Outcome, now: number): Decision {
	if (attempt?.status !== "pending") return undefined;
	const told = toldOf(attempt);
	const decided = { ...attempt, tries: 0, dueAt: undefined };
	switch (outcome.status) {
		case "captured":
			return {
				state: { ...decided, status: "approved", dueAt: attempt.refundWanted ? now : undefined },
				events: [{ type: "payment.approved", data: told }],
			};
		case "declined":
			return {
				state: { ...decided, status: "declined", code: outcome.code },
				events: [{ type: "payment.declined", data: { ...told, code: outcome.code } }],
			};
		case "voided":
			return { state: { ...decided, status: "voided" }, events: [{ type: "payment.voided", data: told }] };
	}
}

/** The processor did not say: it is asked again after a while. That the outcome is not known yet is told once. */
export function delay(attempt: Attempt | undefined, now: number): Decision {
	if (attempt?.dueAt === undefined) return undefined;
	const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt.tries, 10));
	const state = { ...attempt, tries: attempt.tries + 1, dueAt: now + wait };
	if (attempt.status !== "pending" || attempt.delayed) return { state };
	return { state: { ...state, delayed: true }, events: [{ type: "payment.delayed", data: toldOf(attempt) }] };
}

/** The processor has given back what was captured. */
export function refunded(attempt: Attempt | undefined): Decision {
	if (attempt?.status !== "approved") return undefined;
	return {
		state: { ...attempt, status: "refunded", dueAt: undefined },
		events: [{ type: "payment.refunded", data: toldOf(attempt) }],
	};
}

function toldOf({ paymentId, orderId, customerId, amount, card }: Attempt): Asked {
	return { paymentId, orderId, customerId, amount, card };
}

/** Undefined while the outcome is not known. */
export function toSettled({ status, code }: Attempt): Settled | undefined {
	return status === "pending" ? undefined : { status, code };
}

/** An attempt that was refunded since was approved as a charge. Undefined as {@link toSettled}. */
export function toCharged({ status, code }: Attempt): Charged | undefined {
	if (status === "pending") return undefined;
	if (status === "declined") return { status, code: code! };
	return { status: status === "voided" ? "voided" : "approved" };
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
