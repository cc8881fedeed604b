import { useEffect } from "preact/hooks";
import { CustomerPanel } from "./customer-panel";
import { Messages } from "./messages";
import { OrderRow } from "./order-row";
import { Page } from "../parts/page";
import { isLoaded, link, loadOlder, older, orders, follow, waiting } from "../state/live-page";
import { money, texts } from "../state/visitor";

export function MyPage() {
	const { myPage: text, loading } = texts.value;
	useEffect(follow, []);
	const unpaid = waiting.value;
	const [first] = unpaid;
	const toPay = first && { ...first.total, amount: unpaid.reduce((sum, { total }) => sum + total.amount, 0) };
	const others = orders.value.filter((order) => !unpaid.includes(order));
	return (
		<Page title={text.title}>
			<p class={`link ${link.value}`} role="status">
				{link.value === "live" && text.live}
				{link.value === "connecting" && text.connecting}
			</p>
			{!isLoaded.value && link.value !== "away" && <p class="calm">{loading}</p>}
			<div class="columns">
				<div>
					<section aria-label={text.cart}>
						<h2>{text.cart}</h2>
						{isLoaded.value && !toPay && <p class="calm">{text.cartEmpty}</p>}
						<ul class="orders">
							{unpaid.map((order) => (
								<OrderRow key={order.id} order={order} />
							))}
						</ul>
						{toPay && (
							<p class="total">
								<span>{text.cartTotal}</span> <strong>{money(toPay)}</strong>
							</p>
						)}
					</section>
					{(others.length > 0 || !toPay) && (
						<section aria-label={text.orders}>
							<h2>{text.orders}</h2>
							{isLoaded.value && others.length === 0 && <p class="calm">{text.ordersEmpty}</p>}
							<ul class="orders">
								{others.map((order) => (
									<OrderRow key={order.id} order={order} />
								))}
							</ul>
						</section>
					)}
					{older.value !== null && (
						<button type="button" class="quiet wide" onClick={() => void loadOlder()}>
							{text.older}
						</button>
					)}
				</div>
				<div>
					<CustomerPanel />
					<Messages />
				</div>
			</div>
		</Page>
	);
}
