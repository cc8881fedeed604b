import { type Static, Type } from "@sinclair/typebox";

/** What notification tells, for listeners outside the shop; the subject is the notification. */
export const NotificationEvents = {
	/** A channel has taken the message. */
	"notification.sent": Type.Object({
		notificationId: Type.String(),
		customerId: Type.String(),
		orderId: Type.String(),
		/** The event that the customer was told of. */
		about: Type.String(),
	}),
};
export type NotificationEvents = {
	[Name in keyof typeof NotificationEvents]: Static<(typeof NotificationEvents)[Name]>;
};
