import { type Static, Type } from "@sinclair/typebox";

/** The events that notification publishes, for subscribers outside the shop; the subject is the notification. */
export const NotificationEvents = {
	/** A channel has taken the message. */
	"notification.sent": Type.Object({
		notificationId: Type.String(),
		customerId: Type.String(),
		orderId: Type.String(),
		/** Type of the event that the message is about. */
		about: Type.String(),
	}),
};
export type NotificationEvents = {
	[Name in keyof typeof NotificationEvents]: Static<(typeof NotificationEvents)[Name]>;
};
