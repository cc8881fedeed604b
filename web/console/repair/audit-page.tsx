import { useEffect, useState } from "preact/hooks";
import { Page } from "../parts/page";
import { Facts } from "../parts/table";
import { urlOf } from "../rules/route";
import { operator, type Schemas } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { number, texts, time } from "../state/words";

const EVERY_MS = 2_000;

/** One audit: what differs, and what was compared. */
export function AuditPage({ id }: { id: string }) {
	const { audits: words, loading } = texts.value;
	const [isOver, setOver] = useState(false);
	const { data: audit, refused } = usePolled(
		(signal) => operator.GET("/operator/api/audits/{id}", { signal, params: { path: { id } } }),
		[id],
		isOver ? undefined : EVERY_MS,
	);
	useEffect(() => setOver(audit !== undefined && audit.status !== "running"), [audit?.status]);
	return (
		<Page
			title={audit ? words.one(time(audit.startedAt)) : words.title}
			back={<a href={urlOf.audits()}>{words.back}</a>}
			refused={refused}
		>
			{!audit && !refused && <p class="calm">{loading}</p>}
			{audit && audit.status !== "done" && (
				<div class="notice calm" role="status">
					{words.statuses[audit.status]}, {words.looks(audit.looks)} {audit.error}
				</div>
			)}
			{audit?.report && <AuditReport report={audit.report} />}
		</Page>
	);
}

type Report = NonNullable<Schemas["Audit"]["report"]>;

function AuditReport({ report }: { report: Report }) {
	const { audits: words } = texts.value;
	const counts = (by: Record<string, number>) =>
		Object.entries(by)
			.map(([name, count]) => `${number(count)} ${name}`)
			.join(", ");
	return (
		<>
			{report.differences.length === 0 && <div class="notice good">{words.agrees}</div>}
			<Differences title={words.differs} differences={report.differences} tone="bad" />
			<Differences title={words.underWay} differences={report.underWay} tone="calm" />
			<section class="panel">
				<h2>{words.counted}</h2>
				<Facts
					facts={[
						[words.events, number(report.events)],
						[words.orders, counts(report.orders)],
						[words.payments, counts(report.payments)],
						[words.captured, counts(report.captured)],
						[words.refunded, counts(report.refunded)],
						[words.places, report.places.join(", ")],
					]}
				/>
			</section>
		</>
	);
}

function Differences({
	title,
	differences,
	tone,
}: {
	title: string;
	differences: Report["differences"];
	tone: "bad" | "calm";
}) {
	const { audits: words } = texts.value;
	if (differences.length === 0) return null;
	return (
		<section>
			<h2>{title}</h2>
			<ul class="troubles">
				{differences.map(({ invariant, subject, says }, at) => (
					<li key={at} class={`notice ${tone}`}>
						<p>
							<strong>{words.invariants[invariant] ?? invariant}</strong> <Subject subject={subject} /> {says}
						</p>
					</li>
				))}
			</ul>
		</section>
	);
}

/** Such as `order 42`, which leads to that order's story. */
function Subject({ subject }: { subject: string }) {
	const [, id] = /^order (\S+)$/.exec(subject) ?? [];
	return id === undefined ? <>{subject}</> : <a href={urlOf.order(id)}>{subject}</a>;
}
