import { msSince } from "../rules/ages";
import { Badge, Table } from "../parts/table";
import type { Schemas } from "../state/operator";
import { duration, milliseconds, number, texts } from "../state/words";

type State = Schemas["State"];
type Report = NonNullable<Schemas["Process"]["report"]>;

const mebibytes = (bytes: number) => `${number(Math.round(bytes / 1_048_576))} MiB`;

/** Each process with what it runs, and whether it can. */
export function ProcessTable({ state: { processes, at } }: { state: State }) {
	const { parts } = texts.value;
	const heads = [
		parts.process,
		parts.version,
		parts.services,
		parts.ready,
		parts.loop,
		parts.mailboxes,
		parts.outbox,
		parts.memory,
		parts.network,
	];
	return (
		<section aria-labelledby="parts">
			<h2 id="parts">{parts.title}</h2>
			<Table caption={parts.title} heads={heads}>
				{processes.map(({ nodeId, status, version, services, report }) => (
					<tr key={nodeId}>
						<th scope="row">
							{nodeId} {status !== "here" && <Badge tone="bad">{parts.status[status]}</Badge>}
						</th>
						<td>{version}</td>
						<td class="wrap">{services.join(", ")}</td>
						{report ? <ReportCells report={report} at={at} /> : <td colSpan={6}>–</td>}
					</tr>
				))}
			</Table>
		</section>
	);
}

function ReportCells({ report, at }: { report: Report; at: string }) {
	const { parts } = texts.value;
	const { readiness, loopDelay, data, rssBytes, network } = report;
	const unsent = data.flatMap(({ unsentSince }) => unsentSince ?? []).sort()[0];
	const failing = readiness.checks.filter(({ ok }) => !ok).map(({ name }) => name);
	return (
		<>
			<td>
				{readiness.ready ? <Badge tone="good">{parts.yes}</Badge> : <Badge tone="bad">{failing.join(", ")}</Badge>}
			</td>
			<td class="amount">{milliseconds(loopDelay.p99Ms)}</td>
			<td class="amount">{number(data.reduce((all, { waiting }) => all + waiting, 0))}</td>
			<td>{unsent ? duration(msSince(unsent, at)) : parts.sent}</td>
			<td class="amount">{mebibytes(rssBytes)}</td>
			<td>{parts.networks[network]}</td>
		</>
	);
}

/** Circuit breakers, bulkheads, gateways and subscribers. */
export function PartTables({ state: { processes, subscribers } }: { state: State }) {
	const { parts } = texts.value;
	const reports = processes.flatMap(({ nodeId, report }) => (report ? [{ nodeId, report }] : []));
	const breakers = reports.flatMap(({ nodeId: from, report }) => report.breakers.map((each) => ({ from, ...each })));
	const bulkheads = reports.flatMap(({ nodeId, report }) => report.bulkheads.map((each) => ({ nodeId, ...each })));
	const gateways = reports.flatMap(({ nodeId, report }) => (report.admission ? [{ nodeId, ...report.admission }] : []));
	return (
		<div class="columns even">
			<section>
				<h2>{parts.breakers}</h2>
				{breakers.length === 0 && <p class="calm">{parts.idle}</p>}
				{breakers.length > 0 && (
					<Table caption={parts.breakers} heads={[parts.action, parts.process, parts.state, parts.calls]}>
						{breakers.map(({ from, action, nodeId, state, calls, failures }) => (
							<tr key={`${from} ${action} ${nodeId}`}>
								<th scope="row">{action}</th>
								<td>{nodeId}</td>
								<td>
									<Badge tone={state === "closed" ? "good" : state === "open" ? "bad" : "warn"}>
										{parts.breaker[state]}
									</Badge>
								</td>
								<td class="amount">{parts.of(number(failures), number(calls))}</td>
							</tr>
						))}
					</Table>
				)}
				<h2>{parts.bulkheads}</h2>
				<Table caption={parts.bulkheads} heads={[parts.action, parts.process, parts.running, parts.queue]}>
					{bulkheads.map(({ nodeId, action, running, concurrency, waiting, queue }) => (
						<tr key={`${nodeId} ${action}`}>
							<th scope="row">{action}</th>
							<td>{nodeId}</td>
							<td class="amount">{parts.of(number(running), number(concurrency))}</td>
							<td class="amount">{parts.of(number(waiting), number(queue))}</td>
						</tr>
					))}
				</Table>
			</section>
			<section>
				<h2>{parts.subscribers}</h2>
				<Table caption={parts.subscribers} heads={[parts.subscriber, parts.waiting, parts.dead]}>
					{(subscribers ?? []).map(({ service, waiting, dead }) => (
						<tr key={service}>
							<th scope="row">{service}</th>
							<td class="amount">{number(waiting)}</td>
							<td class="amount">{dead > 0 ? <Badge tone="bad">{number(dead)}</Badge> : number(dead)}</td>
						</tr>
					))}
				</Table>
				<h2>{parts.gateways}</h2>
				<Table
					caption={parts.gateways}
					heads={[parts.process, parts.requests, parts.orders, parts.refused, parts.streams]}
				>
					{gateways.map(({ nodeId, underWay, limit, orders, orderLimit, refused, streams }) => (
						<tr key={nodeId}>
							<th scope="row">{nodeId}</th>
							<td class="amount">{parts.of(number(underWay), number(limit))}</td>
							<td class="amount">{parts.of(number(orders), number(orderLimit))}</td>
							<td class="amount">{number(refused)}</td>
							<td class="amount">{number(streams)}</td>
						</tr>
					))}
				</Table>
			</section>
		</div>
	);
}
