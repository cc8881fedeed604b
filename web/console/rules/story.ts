import type { components } from "../operator-api";

type Story = components["schemas"]["Story"];

/** One line of an order's story. */
export type Line =
	| { kind: "command"; at: string; command: Story["commands"][number] }
	| { kind: "event"; at: string; event: Story["events"][number] }
	| { kind: "ledger"; at: string; entry: Story["ledger"][number] }
	| { kind: "message"; at: string; message: Story["messages"][number] }
	| { kind: "deadLetter"; at: string; deadLetter: Story["deadLetters"][number] };

/** Of the same time, what causes comes before what follows. */
const ORDER: ReadonlyArray<Line["kind"]> = ["command", "ledger", "event", "message", "deadLetter"];

/** All that happened to an order as one timeline, oldest first. */
export function timelineOf(story: Story): Line[] {
	const { commands, events, ledger, messages, deadLetters } = story;
	const lines: Line[] = [
		...commands.map((command): Line => ({ kind: "command", at: begunAt(command, story), command })),
		...events.map((event): Line => ({ kind: "event", at: event.at, event })),
		...ledger.map((entry): Line => ({ kind: "ledger", at: entry.at, entry })),
		...messages.map((message): Line => ({ kind: "message", at: message.createdAt, message })),
		...deadLetters.map((deadLetter): Line => ({ kind: "deadLetter", at: deadLetter.at, deadLetter })),
	];
	return lines.sort(
		(one, other) => Date.parse(one.at) - Date.parse(other.at) || ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind),
	);
}

/** When a command is known to have begun: a payment's command has its time from its first event, and the processor acted before that. */
function begunAt(command: Story["commands"][number], { events, ledger }: Story): string {
	if (command.command !== "pay") return command.at;
	const subjects = events.filter(({ id }) => command.events.includes(id)).map(({ subject }) => subject);
	const acts = ledger.filter(({ paymentId }) => subjects.includes(paymentId)).map(({ at }) => at);
	return [command.at, ...acts].reduce((one, other) => (Date.parse(other) < Date.parse(one) ? other : one));
}
