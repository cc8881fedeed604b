import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { shop } from "../../shared/shop";
import { Sending } from "../calls/sending";
import type { Order } from "../rules/orders";
import { announcement } from "../../shared/state/announcement";
import { learnOrder } from "../state/live-page";
import { texts } from "../state/visitor";
import { SendingNotice } from "../parts/sending-notice";

export function CancelForm({ order }: { order: Order }) {
	const { cancel: text } = texts.value;
	const sending = useMemo(() => new Sending(), []);
	const [reason, setReason] = useState("");
	const id = useId();
	const { at } = sending.state.value;
	const isBusy = at === "sending" || at === "waiting";
	useEffect(() => () => sending.leave(), []);

	const cancel = async () => {
		const body = reason.trim() === "" ? {} : { reason: reason.trim() };
		const cancelled = await sending.send(`cancel.${order.id}`, body, (key) =>
			shop.POST("/orders/{orderId}/cancellation", {
				params: { path: { orderId: order.id }, header: { "Idempotency-Key": key } },
				body,
			}),
		);
		if (!cancelled) return;
		announcement.value = text.done;
		learnOrder(cancelled);
	};

	return (
		<details class="panel cancel">
			<summary>{text.title}</summary>
			<form
				onSubmit={(event) => {
					event.preventDefault();
					void cancel();
				}}
			>
				<p class="calm">{order.status === "completed" ? text.explainPaid : text.explainUnpaid}</p>
				<label for={id}>{text.reason}</label>
				<textarea
					id={id}
					rows={2}
					maxLength={2_000}
					value={reason}
					disabled={isBusy}
					onInput={({ currentTarget }) => setReason(currentTarget.value)}
				/>
				<SendingNotice sending={sending} />
				<button type="submit" class="danger" disabled={isBusy}>
					{at === "sending" ? text.cancelling : text.button}
				</button>
			</form>
		</details>
	);
}
