import { Page } from "../parts/page";
import { Facts } from "../parts/table";
import { urlOf } from "../rules/route";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { number, texts, time } from "../state/words";
import { LetterButtons } from "./letter-doings";

/** One dead letter with its event. */
export function DeadLetterPage({ service, eventId }: { service: string; eventId: string }) {
	const { deadLetters: words } = texts.value;
	const query = { service, eventId } as { service: "cart"; eventId: string };
	const { data: letter, refused } = usePolled(
		(signal) => operator.GET("/operator/api/dead-letter", { signal, params: { query } }),
		[service, eventId],
	);
	const isGone = refused?.status === 404;
	return (
		<Page
			title={letter?.type ?? words.title}
			back={<a href={urlOf.deadLetters()}>{words.back}</a>}
			refused={isGone ? undefined : refused}
		>
			{isGone && <div class="notice good">{words.gone}</div>}
			{letter && !isGone && (
				<>
					<Facts
						facts={[
							[words.service, letter.service],
							[words.subject, letter.subject],
							[words.tries, number(letter.tries)],
							[words.at, time(letter.at)],
							[words.reason, letter.reason],
						]}
					/>
					<LetterButtons letter={letter} />
					<h2>{words.event}</h2>
					<pre class="panel">{JSON.stringify(letter.event, null, 2)}</pre>
				</>
			)}
		</Page>
	);
}
