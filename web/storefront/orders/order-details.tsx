import { useEffect, useState } from "preact/hooks";
import { type Schemas, shop } from "../../shared/shop";
import { ask } from "../calls/asking";
import type { Order } from "../rules/orders";
import { urlOf } from "../rules/route";
import { money, texts, time } from "../state/visitor";

export function Items({ order }: { order: Order }) {
	const { order: text } = texts.value;
	return (
		<table class="items">
			<caption class="unseen">{text.items}</caption>
			<tbody>
				{order.items.map(({ productId, name, quantity, unitPrice }) => (
					<tr key={productId}>
						<th scope="row">
							<a href={urlOf.product(productId)}>{name}</a>
							<span class="calm">
								{quantity} × {money(unitPrice)}
							</span>
						</th>
						<td>{money({ ...unitPrice, amount: unitPrice.amount * quantity })}</td>
					</tr>
				))}
			</tbody>
			<tfoot>
				<tr>
					<th scope="row">{text.total}</th>
					<td>
						<strong>{money(order.total)}</strong>
					</td>
				</tr>
			</tfoot>
		</table>
	);
}

export function Timeline({ timeline = [] }: { timeline?: Order["timeline"] }) {
	const { order: text, events } = texts.value;
	if (timeline.length === 0) return null;
	return (
		<section aria-label={text.timeline}>
			<h2>{text.timeline}</h2>
			<ol class="timeline">
				{timeline.map(({ at, type }, index) => (
					<li key={index}>
						<span>{events[type] ?? type}</span> <time dateTime={at}>{time(at)}</time>
					</li>
				))}
			</ol>
		</section>
	);
}

/** The card's brand as it is written; undefined where the shop does not know it. */
function brandOf(brand: string): string | undefined {
	return brand === "unknown" ? undefined : brand.charAt(0).toUpperCase() + brand.slice(1);
}

/** All attempts to pay the order. */
export function Payments({ order }: { order: Order }) {
	const { order: text, payment, problems } = texts.value;
	const [payments, setPayments] = useState<readonly Schemas["Payment"][]>([]);
	const { id: orderId, version, status } = order;
	useEffect(() => {
		const look = async () => {
			const answered = await ask(() => shop.GET("/paymentLists", { params: { query: { orderId } } }));
			if ("data" in answered) setPayments(answered.data.items);
		};
		void look();
	}, [orderId, version, status, order.timeline?.length, order.payment?.status]);
	if (payments.length === 0) return null;
	return (
		<section aria-label={text.payments}>
			<h2>{text.payments}</h2>
			<ul class="payments">
				{payments.map(({ id, card, amount, status: outcome, code, createdAt }) => (
					<li key={id}>
						<span>
							{payment.card(brandOf(card.brand) ?? payment.anyCard, card.last4)} · {money(amount)}
						</span>{" "}
						<span class={`status ${outcome}`}>{payment.status[outcome]}</span>
						<time dateTime={createdAt}>{time(createdAt)}</time>
						{code !== undefined && <p class="calm">{problems[code]}</p>}
					</li>
				))}
			</ul>
		</section>
	);
}

export function Cancellation({ order: { cancellation, cancelledBy, reason, status } }: { order: Order }) {
	const { cancel: text } = texts.value;
	if (status !== "cancelled") return null;
	const refund = cancellation?.refund;
	return (
		<section class="panel" role="status">
			<p>
				<strong>{text.by[cancelledBy ?? "customer"]}</strong>
			</p>
			{reason !== undefined && cancelledBy === "customer" && <p>{text.because(reason)}</p>}
			{refund?.status === "none" && <p>{text.refund.none}</p>}
			{refund && refund.status !== "none" && refund.amount && <p>{text.refund[refund.status](money(refund.amount))}</p>}
		</section>
	);
}
