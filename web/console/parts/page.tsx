import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Refused } from "../../shared/asking";
import { hasMoved } from "../../shared/state/router";
import { outcome } from "../state/doing";
import { texts } from "../state/words";

/** A place of the console. Its heading gets the focus when the operator comes here from another one. */
export function Page({
	title,
	back,
	refused,
	children,
}: {
	title: string;
	back?: ComponentChildren;
	/** Why the last look got no answer. */
	refused?: Refused;
	children?: ComponentChildren;
}) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		outcome.value = "";
		if (hasMoved) heading.current?.focus({ preventScroll: true });
	}, []);
	useEffect(() => {
		document.title = `${title} · ${texts.value.title}`;
	}, [title]);
	return (
		<main id="content" class="page">
			{back && <p class="back">{back}</p>}
			<h1 ref={heading} tabIndex={-1}>
				{title}
			</h1>
			{refused && <Refusal refused={refused} />}
			{outcome.value !== "" && <div class="notice good">{outcome.value}</div>}
			{children}
		</main>
	);
}

/** Why the shop did not do or show something; where it is away, what happens next. */
export function Refusal({ refused: { status, problem } }: { refused: Refused }) {
	const { away, problem: unknown } = texts.value;
	const isAway = status === undefined || status === 503;
	const fields = problem?.errors?.map(({ field, message }) => `${field}: ${message}`).join("; ");
	return (
		<div class="notice bad" role="alert">
			{isAway && (
				<p>
					<strong>{away.title}</strong> {away.explain}
				</p>
			)}
			{problem && (
				<p lang="en">
					{problem.code} {fields ?? problem.detail ?? unknown}
				</p>
			)}
		</div>
	);
}
