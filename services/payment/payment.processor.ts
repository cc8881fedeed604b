import type { Money } from "../../shared/domain/money";
import type { Card } from "../../shared/domain/cards";

/** An attempt to pay, as the card processor knows it; it de-duplicates on `paymentId`. */
export interface ProcessorPayment {
	paymentId: string;
	orderId: string;
	amount: Money;
	card: Card;
}

/** Handed on to the processor, and kept nowhere. */
export interface CardDetails {
	cardNo: string;
	expiry?: string;
	cvc?: string;
}

/** What became of an attempt, decided once and for good; voided: nothing is captured, and a later capture is refused. */
export type Outcome = { status: "captured" } | { status: "declined"; code: string } | { status: "voided" };

/**
 * The company that moves the money. Every call may be repeated, and rejects when `signal` fires or the processor fails: what was
 * asked for may be done then or not, which `settle` tells. Nothing that it throws names the card.
 */
export interface CardProcessor {
	open(): Promise<void>;
	close(): Promise<void>;
	/** Takes the amount, unless this attempt is decided already. */
	capture(payment: ProcessorPayment, card: CardDetails, signal: AbortSignal): Promise<Outcome>;
	/** Tells what became of an attempt; one that was not decided yet is voided by this. */
	settle(payment: ProcessorPayment, signal: AbortSignal): Promise<Outcome>;
	/** Gives back what was captured, once. */
	refund(payment: ProcessorPayment, signal: AbortSignal): Promise<void>;
}
