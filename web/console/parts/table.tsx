import type { ComponentChildren } from "preact";
import { texts } from "../state/words";

/** A table that scrolls within itself where the window is narrow. */
export function Table({ caption, heads, children }: { caption: string; heads: string[]; children: ComponentChildren }) {
	return (
		<div class="scroll" tabIndex={0} role="group" aria-label={caption}>
			<table>
				<caption class="unseen">{caption}</caption>
				<thead>
					<tr>
						{heads.map((head, at) =>
							head === "" ? (
								<td key={at} />
							) : (
								<th key={at} scope="col">
									{head}
								</th>
							),
						)}
					</tr>
				</thead>
				<tbody>{children}</tbody>
			</table>
		</div>
	);
}

/** Says that a list has more than is shown. */
export function Newest({ list }: { list: { items: readonly unknown[]; next: string | null } }) {
	return list.next === null ? null : <p class="calm">{texts.value.newest(list.items.length)}</p>;
}

/** Names with their values. */
export function Facts({ facts }: { facts: Array<[name: string, value: ComponentChildren]> }) {
	return (
		<dl class="facts">
			{facts.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}

export function Badge({ tone, children }: { tone: "good" | "warn" | "bad" | "calm"; children: ComponentChildren }) {
	return <span class={`badge ${tone}`}>{children}</span>;
}
