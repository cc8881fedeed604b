import { Page } from "../parts/page";
import { Badge, Facts } from "../parts/table";
import { urlOf } from "../rules/route";
import { timelineOf } from "../rules/story";
import { operator, type Schemas } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { money, texts, time } from "../state/words";
import { StoryLine } from "./story-line";

const EVERY_MS = 4_000;

/** All that the shop knows about an order, on one page. */
export function StoryPage({ id }: { id: string }) {
	const { story: words, loading } = texts.value;
	const { data: story, refused } = usePolled(
		(signal) => operator.GET("/operator/api/orders/{id}/story", { signal, params: { path: { id } } }),
		[id],
		EVERY_MS,
	);
	return (
		<Page title={words.title(id.slice(-8))} back={<a href={urlOf.orders()}>{words.back}</a>} refused={refused}>
			{!story && !refused && <p class="calm">{loading}</p>}
			{story && (
				<div class="columns turned">
					<section aria-labelledby="timeline">
						<h2 id="timeline">{words.timeline}</h2>
						<ol class="story">
							{timelineOf(story).map((line, at) => (
								<StoryLine key={at} line={line} />
							))}
						</ol>
						<p class="calm">{words.refresh}</p>
					</section>
					<OrderFacts story={story} />
				</div>
			)}
		</Page>
	);
}

function OrderFacts({ story: { order, page, isInCart, payments, missing } }: { story: Schemas["Story"] }) {
	const { story: words, status, orders, parts, paymentStatus } = texts.value;
	return (
		<section class="panel">
			<h2>{words.facts}</h2>
			<Facts
				facts={[
					[orders.order, <code key="id">{order.id}</code>],
					[
						orders.customer,
						<a key="by" href={urlOf.orders(order.customerId)}>
							{order.customerId}
						</a>,
					],
					[orders.status, status[order.status]],
					[orders.total, money(order.total)],
					[orders.placed, time(order.createdAt)],
					[words.page, page ? status[page.status] : words.notOnPage],
					[words.cart, isInCart ? parts.yes : parts.no],
				]}
			/>
			<h3>{words.items}</h3>
			<ul class="lines">
				{order.items.map(({ productId, name, quantity, unitPrice }) => (
					<li key={productId} class="row">
						<span>
							{quantity} × {name}
						</span>
						<span class="amount">{money(unitPrice)}</span>
					</li>
				))}
			</ul>
			<h3>{words.payments}</h3>
			{payments.length === 0 && <p class="calm">{words.noPayments}</p>}
			<ul class="lines">
				{payments.map(({ id, status: of, amount, card, code }) => (
					<li key={id} class="row">
						<span>
							{card.brand} {card.last4}{" "}
							<Badge tone={of === "approved" ? "good" : of === "pending" ? "warn" : "calm"}>{paymentStatus[of]}</Badge>{" "}
							{code}
						</span>
						<span class="amount">{money(amount)}</span>
					</li>
				))}
			</ul>
			{missing.length > 0 && (
				<div class="notice calm">
					<p>{words.missing}</p>
					<ul>
						{missing.map(({ part, reason }) => (
							<li key={part}>
								{part}: {reason}
							</li>
						))}
					</ul>
				</div>
			)}
		</section>
	);
}
