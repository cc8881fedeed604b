/** The events of my page's stream: an EventSource delivers only those that it is asked for by name. */
export const LIVE_EVENTS = [
	"order.placed",
	"order.paying",
	"order.reopened",
	"order.completed",
	"order.cancelled",
	"payment.delayed",
	"payment.approved",
	"payment.declined",
	"payment.voided",
	"payment.refunded",
] as const;
