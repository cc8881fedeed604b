import { useRef } from "preact/hooks";
import { Field, numberOf } from "../parts/field";
import { Page } from "../parts/page";
import { Facts, Table } from "../parts/table";
import { askFor, byTrail } from "../state/doing";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { milliseconds, number, percent, texts, time } from "../state/words";

const EVERY_MS = 3_000;
const RATES = ["failRate", "hangRate", "loseAnswerRate"] as const;

/** Makes the simulated payment processor slow, failing or forgetful for a time. */
export function Faults() {
	const { faults: words, loading } = texts.value;
	const { data, refused } = usePolled((signal) => operator.GET("/operator/api/faults", { signal }), [], EVERY_MS);
	const heads = [words.process, words.latencyMs, ...RATES.map((name) => words[name]), words.concurrency, words.until];
	return (
		<Page title={words.title} refused={refused}>
			<p class="calm">{words.explain}</p>
			{!data && !refused && <p class="calm">{loading}</p>}
			{data && !data.isSimulated && <div class="notice calm">{words.real}</div>}
			{data?.isSimulated && (
				<>
					<h2>{words.now}</h2>
					<Table caption={words.now} heads={heads}>
						{data.processes.map(({ nodeId, faults, until }) => (
							<tr key={nodeId}>
								<th scope="row">{nodeId}</th>
								{faults ? (
									<>
										<td class="amount">{milliseconds(faults.latencyMs)}</td>
										{RATES.map((name) => (
											<td key={name} class="amount">
												{percent(faults[name])}
											</td>
										))}
										<td class="amount">{faults.concurrency === 0 ? words.unlimited : number(faults.concurrency)}</td>
										<td>{until ? time(until) : words.settings}</td>
									</>
								) : (
									<td colSpan={6}>{words.silent}</td>
								)}
							</tr>
						))}
					</Table>
					<FaultsForm />
				</>
			)}
		</Page>
	);
}

function FaultsForm() {
	const { faults: words } = texts.value;
	const form = useRef<HTMLFormElement>(null);
	const set = () => {
		const number = (name: string) => numberOf(form.current!, name) ?? 0;
		const rates = Object.fromEntries(RATES.map((name) => [name, number(name) / 100]));
		const body = {
			latencyMs: number("latencyMs"),
			concurrency: number("concurrency"),
			...(rates as Record<(typeof RATES)[number], number>),
			forS: number("forS"),
		};
		askFor({
			title: words.set,
			explain: (
				<>
					<p>{words.setAsk}</p>
					<Facts
						facts={[
							[words.latencyMs, body.latencyMs],
							...RATES.map((name): [string, string] => [words[name], percent(body[name])]),
							[words.concurrency, body.concurrency],
							[words.forS, body.forS],
						]}
					/>
				</>
			),
			button: words.set,
			isDangerous: true,
			run: byTrail(() => operator.POST("/operator/api/faults", { body })),
		});
	};
	const end = () =>
		askFor({
			title: words.end,
			explain: <p>{words.endAsk}</p>,
			button: words.end,
			run: byTrail(() => operator.POST("/operator/api/faults/reset", { body: {} })),
		});
	return (
		<form
			ref={form}
			class="panel"
			onSubmit={(event) => {
				event.preventDefault();
				set();
			}}
		>
			<h2>{words.set}</h2>
			<div class="fields">
				<Field label={words.latencyMs} name="latencyMs" type="number" value={0} min={0} max={600_000} required />
				{RATES.map((name) => (
					<Field key={name} label={words[name]} name={name} type="number" value={0} min={0} max={100} required />
				))}
				<Field label={words.concurrency} name="concurrency" type="number" value={0} min={0} max={100_000} required />
				<Field label={words.forS} name="forS" type="number" value={300} min={1} max={3_600} required />
			</div>
			<div class="actions">
				<button type="submit" class="danger">
					{words.set}
				</button>
				<button type="button" class="quiet" onClick={end}>
					{words.end}
				</button>
			</div>
		</form>
	);
}
