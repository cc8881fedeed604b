import { useRef } from "preact/hooks";
import { Field, numberOf } from "../parts/field";
import { Page } from "../parts/page";
import { Badge, Newest, Table } from "../parts/table";
import { urlOf } from "../rules/route";
import { askFor, byTrail } from "../state/doing";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { texts, time } from "../state/words";

const EVERY_MS = 2_000;

/** Runs the audit, and lists the latest ones. */
export function Audits() {
	const { audits: words, loading, money } = texts.value;
	const { data, refused } = usePolled((signal) => operator.GET("/operator/api/audits", { signal }), [], EVERY_MS);
	const form = useRef<HTMLFormElement>(null);
	const run = () => {
		const waitS = form.current ? numberOf(form.current, "waitS") : undefined;
		askFor({
			title: words.run,
			explain: <p>{words.runAsk}</p>,
			button: words.run,
			run: byTrail(() => operator.POST("/operator/api/audits", { body: { waitS } })),
		});
	};
	return (
		<Page title={words.title} refused={refused}>
			<p class="calm">{words.explain}</p>
			<form
				ref={form}
				class="panel row find"
				onSubmit={(event) => {
					event.preventDefault();
					run();
				}}
			>
				<Field label={words.wait} name="waitS" type="number" value={10} min={0} max={600} required />
				<button type="submit">{words.run}</button>
			</form>
			{!data && !refused && <p class="calm">{loading}</p>}
			{data?.items.length === 0 && <p class="calm">{words.empty}</p>}
			{data && data.items.length > 0 && (
				<Table caption={words.title} heads={[words.started, words.by, words.status, words.differences]}>
					{data.items.map(({ id, startedAt, by, status, differences, looks }) => (
						<tr key={id}>
							<th scope="row">
								<a href={urlOf.audit(id)}>{time(startedAt)}</a>
							</th>
							<td>{by}</td>
							<td>
								{words.statuses[status]}
								{status === "running" && `, ${words.looks(looks)}`}
							</td>
							<td>
								{differences !== undefined && (
									<Badge tone={differences > 0 ? "bad" : "good"}>{money.differences(differences)}</Badge>
								)}
							</td>
						</tr>
					))}
				</Table>
			)}
			{data && <Newest list={data} />}
		</Page>
	);
}
