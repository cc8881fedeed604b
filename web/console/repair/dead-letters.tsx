import { Field, textOf } from "../parts/field";
import { Page } from "../parts/page";
import { Newest, Table } from "../parts/table";
import { urlOf } from "../rules/route";
import { askFor, byTrail } from "../state/doing";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { number, texts, time } from "../state/words";
import { LetterButtons } from "./letter-doings";

const EVERY_MS = 4_000;

/** The events that services gave up. */
export function DeadLetters() {
	const { deadLetters: words, loading } = texts.value;
	const { data, refused } = usePolled(
		(signal) => operator.GET("/operator/api/dead-letters", { signal, params: { query: { limit: 100 } } }),
		[],
		EVERY_MS,
	);
	const heads = [words.type, words.service, words.subject, words.tries, words.reason, words.at, ""];
	return (
		<Page title={words.title} refused={refused}>
			<p class="calm">{words.explain}</p>
			{!data && !refused && <p class="calm">{loading}</p>}
			{data?.items.length === 0 && <div class="notice good">{words.empty}</div>}
			{data && data.items.length > 0 && (
				<>
					<Table caption={words.title} heads={heads}>
						{data.items.map((letter) => (
							<tr key={`${letter.service} ${letter.eventId}`}>
								<th scope="row">
									<a href={urlOf.deadLetter(letter.service, letter.eventId)}>{letter.type}</a>
								</th>
								<td>{letter.service}</td>
								<td>{letter.subject}</td>
								<td class="amount">{number(letter.tries)}</td>
								<td class="wrap">{letter.reason}</td>
								<td>{time(letter.at)}</td>
								<td>
									<LetterButtons letter={letter} />
								</td>
							</tr>
						))}
					</Table>
					<Newest list={data} />
					<RangeForm />
				</>
			)}
		</Page>
	);
}

function RangeForm() {
	const { deadLetters: words } = texts.value;
	const ask = (form: HTMLFormElement) => {
		const at = (name: string) => (textOf(form, name) === "" ? undefined : new Date(textOf(form, name)).toISOString());
		const body = {
			...(textOf(form, "type") !== "" && { type: textOf(form, "type") }),
			...(at("from") && { from: at("from") }),
			...(at("until") && { until: at("until") }),
		};
		askFor({
			title: words.range,
			explain: <p>{words.rangeAsk}</p>,
			button: words.replay,
			run: byTrail(() => operator.POST("/operator/api/dead-letters/replay-range", { body })),
		});
	};
	return (
		<form
			class="panel"
			onSubmit={(event) => {
				event.preventDefault();
				ask(event.currentTarget);
			}}
		>
			<h2>{words.range}</h2>
			<div class="fields">
				<Field label={words.type} name="type" hint={words.all} maxLength={100} />
				<Field label={words.from} name="from" type="datetime-local" />
				<Field label={words.until} name="until" type="datetime-local" />
			</div>
			<button type="submit" class="quiet">
				{words.range}
			</button>
		</form>
	);
}
