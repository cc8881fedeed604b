import { useEffect, useMemo, useState } from "preact/hooks";
import { shop } from "../../shared/shop";
import { pendingIntent } from "../calls/intents";
import { Sending } from "../calls/sending";
import { useProducts } from "../calls/use-products";
import { Notice, Refusal } from "../parts/notice";
import { Page } from "../parts/page";
import { BasketLine } from "./basket-line";
import { SendingNotice } from "../parts/sending-notice";
import { obstacleOf, totalOf } from "../rules/basket";
import { isResumed } from "../rules/intent";
import { urlOf } from "../rules/route";
import { basket, takeOrdered } from "../state/basket";
import { learnOrder } from "../state/live-page";
import { navigate } from "../../shared/state/router";
import { customerId, money, texts } from "../state/visitor";

const PLACING = "order";
type PlaceOrder = { customerId: string; items: Array<{ productId: string; quantity: number }> };

export function Basket() {
	const { basket: text } = texts.value;
	const lines = basket.value;
	const sending = useMemo(() => new Sending(), []);
	const { known, refused, lookAgain } = useProducts(lines.map(({ productId }) => productId));
	const [hasResumed, setResumed] = useState(false);
	const { at } = sending.state.value;

	const place = async (order: PlaceOrder) => {
		const placed = await sending.send(PLACING, order, (key) =>
			shop.POST("/orders", { body: order, params: { header: { "Idempotency-Key": key } } }),
		);
		lookAgain();
		if (!placed) return;
		takeOrdered(placed);
		learnOrder(placed);
		// Who is elsewhere by now stays there.
		if (!sending.hasLeft) navigate(urlOf.order(placed.id), "replace");
	};

	useEffect(() => {
		// The page was loaded again while the order was on its way: the shop may have it, or not.
		const pending = pendingIntent<PlaceOrder>(PLACING);
		if (pending?.body && isResumed(pending, customerId.value, Date.now())) {
			setResumed(true);
			void place(pending.body);
		}
		return () => sending.leave();
	}, []);

	const isBusy = at === "sending" || at === "waiting";
	const total = totalOf(lines, (id) => known.get(id));
	const isBlocked = lines.some((line) => obstacleOf(line, known.get(line.productId)));
	return (
		<Page title={text.title}>
			{hasResumed && isBusy && <Notice tone="calm">{text.resumed}</Notice>}
			<SendingNotice sending={sending} />
			{refused && at !== "refused" && <Refusal refused={refused} />}
			{lines.length === 0 ? (
				<p class="calm">
					{text.empty} <a href={urlOf.catalogue()}>{text.browse}</a>
				</p>
			) : (
				<>
					<ul class="lines" aria-label={text.title}>
						{lines.map((line) => (
							<BasketLine key={line.productId} line={line} product={known.get(line.productId)} isLocked={isBusy} />
						))}
					</ul>
					<div class="checkout">
						<p class="total">
							<span>{text.total}</span> <strong>{total ? money(total) : "…"}</strong>
						</p>
						<button
							type="button"
							disabled={isBusy || isBlocked || !total}
							onClick={() => void place({ customerId: customerId.value, items: lines })}
						>
							{at === "sending" ? text.ordering : text.order}
						</button>
						<p class="calm">
							{text.note} {text.kept}
						</p>
					</div>
				</>
			)}
		</Page>
	);
}
