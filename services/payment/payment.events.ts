import { type Static, Type } from "@sinclair/typebox";
import { MoneyShape } from "../../shared/domain/money";
import { CardShape } from "../../shared/domain/cards";

const Attempt = {
	paymentId: Type.String(),
	orderId: Type.String(),
	customerId: Type.String(),
	amount: MoneyShape,
	card: CardShape,
	/** RFC 3339: when the attempt began. Earlier versions of the shop left it out. */
	createdAt: Type.Optional(Type.String()),
};

/** The events that payment publishes; the subject of each is the payment: one attempt to pay an order. */
export const PaymentEvents = {
	/** The amount is captured. */
	"payment.approved": Type.Object(Attempt),
	/** The card was refused; nothing is captured. */
	"payment.declined": Type.Object({ ...Attempt, code: Type.String() }),
	/** The processor's answer is missing at the deadline. */
	"payment.delayed": Type.Object(Attempt),
	/** The attempt ends without a capture; a late charge of it is refused. */
	"payment.voided": Type.Object(Attempt),
	/** The captured amount is refunded. */
	"payment.refunded": Type.Object(Attempt),
};
export type PaymentEvents = { [Name in keyof typeof PaymentEvents]: Static<(typeof PaymentEvents)[Name]> };
