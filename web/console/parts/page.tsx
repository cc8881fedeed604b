import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Refused } from "../../shared/asking";
import { Place } from "../../shared/parts/place";
import { outcome } from "../state/doing";
import { texts } from "../state/words";

/** A place of the console. */
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
	useEffect(() => {
		outcome.value = "";
	}, []);
	return (
		<Place title={title} of={texts.value.title} back={back}>
			{refused && <Refusal refused={refused} />}
			{outcome.value !== "" && <div class="notice good">{outcome.value}</div>}
			{children}
		</Place>
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
