import { type Static, Type } from "@sinclair/typebox";

/** What notification tells, for listeners outside the shop; the subject is the notification. */
export const NotificationFacts = {
	/** A channel has taken the message. */
	"notification.sent": Type.Object({
		notificationId: Type.String(),
		customerId: Type.String(),
		orderId: Type.String(),
		/** The fact that the customer was told of. */
		about: Type.String(),
	}),
};
export type NotificationFacts = { [Name in keyof typeof NotificationFacts]: Static<(typeof NotificationFacts)[Name]> };
