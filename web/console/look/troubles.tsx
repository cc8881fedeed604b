import { type Trouble, troublesOf } from "../rules/troubles";
import type { Schemas } from "../state/operator";
import { duration, texts } from "../state/words";

/** What is wrong in words, the worst first, each with what to do next. */
export function Troubles({ state }: { state: Schemas["State"] }) {
	const { look } = texts.value;
	const troubles = troublesOf(state);
	if (troubles.length === 0)
		return (
			<div class="notice good">
				<p>
					<strong>{look.well}</strong> {look.wellMore}
				</p>
			</div>
		);
	return (
		<section aria-labelledby="troubles">
			<h2 id="troubles">{look.troubles}</h2>
			<ul class="troubles">
				{troubles.map((trouble) => (
					<li key={`${trouble.what} ${trouble.about}`} class={`notice ${trouble.weight === "bad" ? "bad" : "calm"}`}>
						<Sentence trouble={trouble} />
					</li>
				))}
			</ul>
		</section>
	);
}

function Sentence({ trouble: { what, about, count, ms, href } }: { trouble: Trouble }) {
	const { troubles, look } = texts.value;
	const { says, next } = troubles[what]({ about, count, age: ms > 0 ? duration(ms) : "" });
	return (
		<>
			<p>
				<strong>{says}</strong>
			</p>
			<p>
				{next} <a href={href}>{look.go}</a>
			</p>
		</>
	);
}
