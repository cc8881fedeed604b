import type { ComponentChildren } from "preact";
import type { Refused } from "../calls/asking";
import { texts } from "../state/visitor";

/** @param tone `bad` is read out at once, the others when a screen reader has finished */
export function Notice({ tone, children }: { tone: "good" | "bad" | "calm"; children: ComponentChildren }) {
	return (
		<div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
			{children}
		</div>
	);
}

/** Why the shop did not do or show something, in the visitor's language where the page knows the code. */
export function Refusal({ refused: { status, code, problem } }: { refused: Refused }) {
	const { problems, problem: unknown } = texts.value;
	const known = problems[code ?? ""];
	if (known === undefined && (status === undefined || status === 503 || status === 429)) return <Away />;
	return (
		<Notice tone="bad">
			<p>{known ?? problem?.detail ?? unknown}</p>
			{code === "OUT_OF_STOCK" && <p lang="en">{problem?.detail}</p>}
		</Notice>
	);
}

/** The shop is away: says what to do. */
export function Away() {
	const { away } = texts.value;
	return (
		<Notice tone="bad">
			<p>
				<strong>{away.title}</strong>
			</p>
			<p>{away.explain}</p>
			<p>{away.what}</p>
		</Notice>
	);
}
