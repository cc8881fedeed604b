import type { Money } from "../../shared/domain/money";
import type { Card } from "../../shared/domain/cards";

/** An attempt to pay, as the payment processor knows it; the processor de-duplicates on `paymentId`. */
export interface ProcessorPayment {
	paymentId: string;
	orderId: string;
	amount: Money;
	card: Card;
}

/** Card data that is passed to the processor, and stored nowhere. */
export interface CardDetails {
	cardNo: string;
	expiry?: string;
	cvc?: string;
}

/** The outcome of an attempt, decided once and for good. `voided`: nothing is captured, and a later capture is refused. */
export type Outcome = { status: "captured" } | { status: "declined"; code: string } | { status: "voided" };

/** One act of the processor on a payment, as on its statement. */
export interface Act extends ProcessorPayment {
	/** RFC 3339. */
	at: string;
	type: "captured" | "declined" | "voided" | "refunded";
}

/**
 * The payment processor: the company that moves the money. Every call may be repeated. A call rejects when `signal` fires or the processor
 * fails; it may have taken effect then or not, and `settle` finds out. No error names the card.
 */
export interface CardProcessor {
	open(): Promise<void>;
	close(): Promise<void>;
	/** Captures the amount, unless this attempt is decided already. */
	capture(payment: ProcessorPayment, card: CardDetails, signal: AbortSignal): Promise<Outcome>;
	/** Returns the outcome of an attempt, and voids an attempt that is not decided yet. */
	settle(payment: ProcessorPayment, signal: AbortSignal): Promise<Outcome>;
	/** Refunds the captured amount, once. */
	refund(payment: ProcessorPayment, signal: AbortSignal): Promise<void>;
	/** What the processor did with these payments, the oldest act first. */
	statement(paymentIds: readonly string[]): Promise<Act[]>;
}
