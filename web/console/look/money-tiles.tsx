import { msSince } from "../rules/ages";
import { urlOf } from "../rules/route";
import type { Schemas } from "../state/operator";
import { duration, money, number, texts, time } from "../state/words";

type Waiting = Schemas["WaitingPayments"] | null;

/** Whether money is safe: payments whose outcome is not known, refunds that are pending, and the last audit. */
export function MoneyTiles({ state: { at, money: safe } }: { state: Schemas["State"] }) {
	const words = texts.value.money;
	return (
		<section class="panel" aria-labelledby="money">
			<h2 id="money">{words.title}</h2>
			<WaitingPayments title={words.unknown} waiting={safe.unknown} at={at} />
			<WaitingPayments title={words.refunds} waiting={safe.refunds} at={at} />
			<h3>{words.audit}</h3>
			{safe.audit ? <LastAudit audit={safe.audit} /> : <p class="calm">{words.never}</p>}
		</section>
	);
}

function WaitingPayments({ title, waiting, at }: { title: string; waiting: Waiting; at: string }) {
	const words = texts.value.money;
	return (
		<>
			<h3>
				{title} <b class="figure">{waiting ? `${number(waiting.count)}${waiting.isMore ? "+" : ""}` : "?"}</b>
			</h3>
			{!waiting && <p class="fault">{words.notAsked}</p>}
			{waiting && waiting.oldest.length > 0 && (
				<ul class="lines">
					{waiting.oldest.map(({ paymentId, orderId, amount, since, tries }) => (
						<li key={paymentId} class="row">
							<a href={urlOf.order(orderId)}>{money(amount)}</a>
							<span class="calm">
								{duration(msSince(since, at))}, {words.tries(tries)}
							</span>
						</li>
					))}
				</ul>
			)}
		</>
	);
}

function LastAudit({ audit }: { audit: Schemas["AuditSummary"] }) {
	const words = texts.value;
	return (
		<p>
			<a href={urlOf.audit(audit.id)}>{time(audit.startedAt)}</a>: {words.audits.statuses[audit.status]}
			{audit.differences !== undefined && <>, {words.money.differences(audit.differences)}</>}
		</p>
	);
}
