import { useEffect } from "preact/hooks";
import { shop } from "../../shared/shop";
import { useAnswer } from "../calls/use-answer";
import { CancelForm } from "./cancel-form";
import { Messages } from "./messages";
import { Notice, Refusal } from "../parts/notice";
import { Cancellation, Items, Payments, Timeline } from "./order-details";
import { Page } from "../parts/page";
import { PaymentForm } from "../payment/payment-form";
import { Expiry, Status } from "../parts/status";
import type { Order } from "../rules/orders";
import { urlOf } from "../rules/route";
import { follow, learnOrder, link, orderOf } from "../state/live-page";
import { customerId, refOf, texts, time } from "../state/visitor";

export function OrderPage({ id }: { id: string }) {
	const { order: text, payment, loading } = texts.value;
	useEffect(follow, []);
	// Read again whenever the shop is back.
	const isAway = link.value === "away";
	const { data, refused } = useAnswer(
		(signal) => shop.GET("/orders/{id}", { params: { path: { id } }, signal }),
		[id, isAway],
	);
	useEffect(() => {
		if (data) learnOrder(data);
	}, [data]);
	const found: Order | undefined = orderOf(id) ?? data;
	const order = found?.customerId === customerId.value ? found : undefined;
	const isUnknown = refused?.status === 404 || (found !== undefined && !order);
	return (
		<Page title={text.title(refOf(id))} back={<a href={urlOf.myPage()}>{text.back}</a>}>
			{isUnknown && <Notice tone="calm">{text.unknown}</Notice>}
			{!order && refused && !isUnknown && !isAway && <Refusal refused={refused} />}
			{!order && !refused && !isUnknown && <p class="calm">{loading}</p>}
			{order && (
				<>
					<p class="row">
						<Status order={order} />
						{order.status === "placed" && order.expiresAt !== undefined && <Expiry expiresAt={order.expiresAt} />}
						<span class="calm">{text.of(time(order.createdAt))}</span>
					</p>
					{order.status === "paying" && <Notice tone="calm">{payment.settling}</Notice>}
					{order.status === "completed" && <Notice tone="good">{payment.paid}</Notice>}
					<Cancellation order={order} />
					<div class="whole-order">
						<div>
							<Items order={order} />
						</div>
						<div class="act">
							{order.status === "placed" && <PaymentForm order={order} />}
							{order.status !== "cancelled" && <CancelForm order={order} />}
							<Timeline timeline={order.timeline} />
						</div>
						<div>
							<Payments order={order} />
							<Messages orderId={order.id} />
						</div>
					</div>
				</>
			)}
		</Page>
	);
}
