import type { Line } from "../rules/story";
import { urlOf } from "../rules/route";
import { clock, milliseconds, money, texts } from "../state/words";

/** One line of an order's story, with its time to the millisecond. */
export function StoryLine({ line }: { line: Line }) {
	const { kinds } = texts.value.story;
	return (
		<li class={line.kind}>
			<p class="row">
				<span class="kind">{kinds[line.kind]}</span>
				<time class="calm" dateTime={line.at}>
					{clock(line.at)}
				</time>
			</p>
			<Content line={line} />
		</li>
	);
}

function Content({ line }: { line: Line }) {
	const { story: words } = texts.value;
	switch (line.kind) {
		case "command":
			return (
				<>
					<p>{words.command[line.command.command]}</p>
					<p class="calm">
						{words.request} <code>{line.command.requestId}</code>
					</p>
				</>
			);
		case "event":
			return <EventContent event={line.event} />;
		case "ledger":
			return (
				<p>
					{words.ledger[line.entry.type]} {money(line.entry.amount)} ({line.entry.card.brand} {line.entry.card.last4})
				</p>
			);
		case "message":
			return (
				<>
					<p>{words.message(line.message.type)}</p>
					<p class="calm" lang="en">
						{line.message.text} ({line.message.status})
					</p>
				</>
			);
		case "deadLetter":
			return (
				<p>
					<a href={urlOf.deadLetter(line.deadLetter.service, line.deadLetter.eventId)}>
						{words.gaveUp(line.deadLetter.service)}
					</a>
					: {line.deadLetter.reason}
				</p>
			);
	}
}

function EventContent({ event }: { event: Extract<Line, { kind: "event" }>["event"] }) {
	const { story: words } = texts.value;
	return (
		<>
			<p>
				<b>{event.type}</b> <span class="calm">{words.publishedBy(event.publisher)}</span>
			</p>
			<ul class="calm handled">
				{event.handled.length === 0 && <li>{words.unhandled}</li>}
				{event.handled.map(({ service, nodeId, ms, ok, at }) => (
					<li key={`${service} ${at}`}>
						{ok ? words.handled(service, nodeId, milliseconds(ms)) : words.failedIn(service, nodeId)}
					</li>
				))}
			</ul>
			{event.data !== undefined && (
				<details>
					<summary>{words.data}</summary>
					<pre>{JSON.stringify(event.data, null, 2)}</pre>
				</details>
			)}
		</>
	);
}
