import { Field } from "../parts/field";
import { Page } from "../parts/page";
import { Badge, Newest, Table } from "../parts/table";
import { operator, operatorName } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { texts, time } from "../state/words";

const EVERY_MS = 4_000;
const TONES = { running: "warn", done: "good", failed: "bad", interrupted: "warn" } as const;

/** What operators have done. */
export function Trail() {
	const { trail: words, loading, audits } = texts.value;
	const { data, refused } = usePolled(
		(signal) => operator.GET("/operator/api/trail", { signal, params: { query: { limit: 100 } } }),
		[],
		EVERY_MS,
	);
	return (
		<Page title={words.title} refused={refused}>
			<p class="calm">{words.explain}</p>
			<div class="panel find">
				<Field
					label={words.name}
					hint={words.nameHint}
					name="name"
					value={operatorName.value}
					maxLength={64}
					onInput={(name) => (operatorName.value = name)}
				/>
			</div>
			{!data && !refused && <p class="calm">{loading}</p>}
			{data?.items.length === 0 && <p class="calm">{words.empty}</p>}
			{data && data.items.length > 0 && (
				<Table caption={words.title} heads={[words.at, words.by, words.action, words.outcome, words.request]}>
					{data.items.map(({ id, at, by, name, action, params, status, outcome, requestId }) => (
						<tr key={id}>
							<th scope="row">{time(at)}</th>
							<td>
								{by}
								{name !== undefined && ` (${name})`}
							</td>
							<td class="wrap">
								{action.replace(/^operator\./, "")} <code class="calm">{JSON.stringify(params)}</code>
							</td>
							<td class="wrap">
								<Badge tone={TONES[status]}>{audits.statuses[status]}</Badge> {outcome}
							</td>
							<td>
								<code>{requestId}</code>
							</td>
						</tr>
					))}
				</Table>
			)}
			{data && <Newest list={data} />}
		</Page>
	);
}
