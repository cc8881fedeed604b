import type { Order } from "../rules/orders";
import { urlOf } from "../rules/route";
import { money, refOf, texts, time } from "../state/visitor";
import { Expiry, Status } from "../parts/status";

/** An order in a list, with a link to all of it. */
export function OrderRow({ order }: { order: Order }) {
	const { order: text } = texts.value;
	const { id, items, total, status, expiresAt, createdAt } = order;
	const [first, ...others] = items;
	return (
		<li class="order">
			<p class="row">
				<Status order={order} />
				{status === "placed" && expiresAt !== undefined && <Expiry expiresAt={expiresAt} />}
			</p>
			<p class="row">
				<span class="name">
					{first?.name}
					{others.length > 0 && ` ${text.moreItems(others.length)}`}
				</span>
				<strong>{money(total)}</strong>
			</p>
			<p class="row">
				<span class="calm">
					{text.title(refOf(id))} · <time dateTime={createdAt}>{time(createdAt)}</time>
				</span>
				<a
					class={status === "placed" ? "button" : ""}
					href={urlOf.order(id)}
					aria-label={`${status === "placed" ? text.pay : text.show}: ${text.title(refOf(id))}`}
				>
					{status === "placed" ? text.pay : text.show}
				</a>
			</p>
		</li>
	);
}
