import { useMemo } from "preact/hooks";
import { perMinute } from "../rules/rates";
import { operator, type Schemas } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { number, texts } from "../state/words";
import { Chart, type ChartLine } from "./chart";

const EVERY_MS = 5_000;
const NAMES = ["ordered", "paid", "declined", "cancelled"] as const;
const REST = ["unknown", "refunded", "requests", "busy", "refused", "failed"] as const;

/** Whether the shop is selling: now, and over the last minutes. */
export function Selling({ lastMinute }: { lastMinute: Schemas["State"]["lastMinute"] }) {
	const { selling } = texts.value;
	const { data } = usePolled((signal) => operator.GET("/operator/api/selling", { signal }), [], EVERY_MS);
	const rates = useMemo(() => data && perMinute(data.slots, data.slotMs, NAMES), [data]);
	const lines: ChartLine[] = NAMES.map((name) => ({ name: selling.series[name], colour: name }));
	return (
		<section class="panel" aria-labelledby="selling">
			<h2 id="selling">{selling.title}</h2>
			<ul class="tiles">
				{NAMES.map((name) => (
					<li key={name} class={`tile ${name}`}>
						<b>{number(lastMinute[name])}</b>
						<span>{selling.series[name]}</span>
					</li>
				))}
			</ul>
			{rates && rates.times.length > 1 ? (
				<figure>
					<Chart
						times={rates.times}
						timeName={selling.time}
						series={NAMES.map((name) => rates.series[name])}
						lines={lines}
					/>
					<figcaption class="calm">{selling.caption}</figcaption>
				</figure>
			) : (
				<p class="calm">{selling.few}</p>
			)}
			<p class="calm rest">
				{REST.map((name) => `${number(lastMinute[name])} ${selling.rest[name]}`).join(" · ")} ({selling.now})
			</p>
		</section>
	);
}
