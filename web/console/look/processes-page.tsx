import { msSince } from "../rules/ages";
import { Page } from "../parts/page";
import { Badge, Facts } from "../parts/table";
import { askFor, byTrail } from "../state/doing";
import { operator, type Schemas } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { duration, texts, time } from "../state/words";

const EVERY_MS = 3_000;
const SERVICES = ["product", "payment", "order", "cart", "customer", "notification"] as const;
type Service = (typeof SERVICES)[number];

/** The processes one by one, with their readiness checks, and what may be done to them. */
export function ProcessesPage() {
	const { processes: words, loading } = texts.value;
	const { data: state, refused } = usePolled((signal) => operator.GET("/operator/api/state", { signal }), [], EVERY_MS);
	const rebuild = () =>
		askFor({
			title: words.rebuild,
			explain: <p>{words.rebuildAsk}</p>,
			button: words.rebuild,
			run: byTrail(() => operator.POST("/operator/api/my-page/rebuild", { body: {} })),
		});
	return (
		<Page title={words.title} refused={refused}>
			{!state && !refused && <p class="calm">{loading}</p>}
			{state?.processes.map((each) => (
				<OneProcess key={each.nodeId} process={each} state={state} />
			))}
			<section class="panel">
				<h2>{words.upkeep}</h2>
				<button type="button" class="quiet" onClick={rebuild}>
					{words.rebuild}
				</button>
			</section>
		</Page>
	);
}

function OneProcess({
	process: { nodeId, hostname, version, status, services, report },
	state: { at, missing },
}: {
	process: Schemas["Process"];
	state: Schemas["State"];
}) {
	const { processes: words, parts } = texts.value;
	const runs = (name: string) => services.includes(name);
	const stopped = SERVICES.filter((name) => missing.includes(name));
	const ask = (verb: "stop" | "start", service: Service) =>
		askFor({
			title: verb === "stop" ? words.stop(service) : `${words.start}: ${service}`,
			explain: <p>{verb === "stop" ? words.stopAsk(service, nodeId) : words.startAsk(service, nodeId)}</p>,
			button: verb === "stop" ? words.stop(service) : words.start,
			isDangerous: verb === "stop",
			run: byTrail(() =>
				verb === "stop"
					? operator.POST("/operator/api/services/stop", { body: { nodeId, service } })
					: operator.POST("/operator/api/services/start", { body: { nodeId, service } }),
			),
		});
	return (
		<section class="panel" aria-label={nodeId}>
			<h2>
				{nodeId} <Badge tone={status === "here" ? "good" : "bad"}>{parts.status[status]}</Badge>
			</h2>
			<Facts
				facts={[
					[parts.version, version],
					[words.host, hostname],
					...(report ? ([[words.started, time(report.startedAt)]] as Array<[string, string]>) : []),
				]}
			/>
			{report && (
				<>
					<h3>{words.checks}</h3>
					<ul class="badges">
						{report.readiness.checks.map(({ name, ok, since }) => (
							<li key={name}>
								<Badge tone={ok ? "good" : "bad"}>
									{name}
									{since && ` ${words.since(duration(msSince(since, at)))}`}
								</Badge>
							</li>
						))}
					</ul>
				</>
			)}
			{status === "here" && (
				<>
					<h3>{parts.services}</h3>
					<ul class="badges">
						{SERVICES.filter(runs).map((service) => (
							<li key={service}>
								<button type="button" class="quiet small" onClick={() => ask("stop", service)}>
									{words.stop(service)}
								</button>
							</li>
						))}
						{stopped.map((service) => (
							<li key={service}>
								<button type="button" class="small" onClick={() => ask("start", service)}>
									{words.start}: {service}
								</button>
							</li>
						))}
					</ul>
				</>
			)}
		</section>
	);
}
