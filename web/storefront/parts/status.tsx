import { clockOf, secondsUntil } from "../rules/countdown";
import type { Order } from "../rules/orders";
import { shopNow } from "../calls/asking";
import { texts } from "../state/visitor";
import { useNow } from "./use-now";

export function Status({ order: { status, cancellation } }: { order: Order }) {
	const { status: names } = texts.value;
	const refund = cancellation?.refund.status;
	return (
		<span class="statuses">
			<span class={`status ${status}`}>{names[status]}</span>
			{refund === "pending" && <span class="status paying">{names.refundPending}</span>}
			{refund === "refunded" && <span class="status refunded">{names.refunded}</span>}
		</span>
	);
}

/** The time that is left to pay. @param expiresAt RFC 3339 */
export function Expiry({ expiresAt }: { expiresAt: string }) {
	const { order } = texts.value;
	const seconds = secondsUntil(Date.parse(expiresAt), useNow(shopNow));
	return (
		<span class={seconds < 60 ? "expiry soon" : "expiry"} role="timer">
			{seconds > 0 ? order.expiresIn(clockOf(seconds)) : order.expiring}
		</span>
	);
}
