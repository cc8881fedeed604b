import { type Static, Type } from "@sinclair/typebox";
import { Id } from "../../shared/domain/ids";
import { ListParams } from "../../shared/store/paging";
import { MoneyShape } from "../../shared/domain/money";
import { type Card, CardShape } from "../../shared/domain/cards";

const PaymentStatusShape = Type.Union([
	Type.Literal("pending"),
	Type.Literal("approved"),
	Type.Literal("declined"),
	Type.Literal("voided"),
	Type.Literal("refunded"),
]);
export type PaymentStatus = Static<typeof PaymentStatusShape>;

/** One attempt to pay an order. */
export const PaymentShape = Type.Object({
	id: Type.String(),
	orderId: Type.String(),
	amount: MoneyShape,
	status: PaymentStatusShape,
	card: CardShape,
	/** Why the card was declined. */
	code: Type.Optional(Type.String()),
	/** RFC 3339. */
	createdAt: Type.String({ format: "date-time" }),
});
export type Payment = Static<typeof PaymentShape>;

export const GetPayment = Type.Object({ id: Id }, { additionalProperties: false });
export type GetPayment = Static<typeof GetPayment>;

export const ListPayments = Type.Object({ orderId: Id, ...ListParams }, { additionalProperties: false });
export type ListPayments = Static<typeof ListPayments>;

/** Params of `payment.statement`. */
export const GetStatement = Type.Object(
	{ paymentIds: Type.Array(Id, { maxItems: 1_000 }) },
	{ additionalProperties: false },
);
export type GetStatement = Static<typeof GetStatement>;

const Rate = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));
/** Params of `payment.setFaults`: those that are left out stay as they are. */
export const SetSimulatedFaults = Type.Object(
	{
		latencyMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
		concurrency: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
		failRate: Rate,
		hangRate: Rate,
		loseAnswerRate: Rate,
		forMs: Type.Integer({ minimum: 1, maximum: 3_600_000 }),
	},
	{ additionalProperties: false },
);
export type SetSimulatedFaults = Static<typeof SetSimulatedFaults>;

/** Params of `payment.charge`; order passes the deadline as the call's timeout. */
export const ChargeParams = Type.Object(
	{
		paymentId: Type.String({ minLength: 1, maxLength: 64 }),
		orderId: Type.String({ minLength: 1, maxLength: 64 }),
		customerId: Type.String({ minLength: 1, maxLength: 64 }),
		amount: MoneyShape,
		cardNo: Type.String({ format: "card-number" }),
		expiry: Type.Optional(Type.String()),
		cvc: Type.Optional(Type.String()),
	},
	{ additionalProperties: false },
);
export type ChargeParams = Static<typeof ChargeParams>;

/**
 * Answer of `payment.charge` where the outcome is certain; else it rejects with Refusal PAYMENT_OUTCOME_UNKNOWN (it may have been
 * captured), or PAYMENT_FAILED (the processor failed, and it is certain that nothing is or will be captured).
 */
export type Charged =
	| { status: "approved" }
	| { status: "declined"; code: string }
	/** This attempt ended without a capture. `paidBy`: the attempt that has paid the order already. */
	| { status: "voided"; paidBy?: { paymentId: string; card: Card } };
