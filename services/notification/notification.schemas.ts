import { type Static, Type } from "@sinclair/typebox";
import { CustomerId } from "../../shared/domain/ids";
import { ListParams } from "../../shared/store/paging";

export const ListNotifications = Type.Object(
	{ customerId: CustomerId, ...ListParams },
	{ additionalProperties: false },
);
export type ListNotifications = Static<typeof ListNotifications>;

const NotificationStatusShape = Type.Union([
	Type.Literal("pending"),
	Type.Literal("sent"),
	/** Given up: the channel did not take it. */
	Type.Literal("failed"),
]);

export const NotificationShape = Type.Object({
	id: Type.String(),
	customerId: Type.String(),
	orderId: Type.String(),
	/** Type of the event that the message is about. */
	type: Type.String(),
	text: Type.String(),
	status: NotificationStatusShape,
	/** Time of that event, RFC 3339. */
	createdAt: Type.String({ format: "date-time" }),
});
export type Notification = Static<typeof NotificationShape>;
