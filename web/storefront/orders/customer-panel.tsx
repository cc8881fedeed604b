import { useId, useState } from "preact/hooks";
import { isCustomerId } from "../rules/customer";
import { announcement } from "../state/announcement";
import { customerId, texts } from "../state/visitor";

/** Who the visitor is to the shop, and how to be somebody else. */
export function CustomerPanel() {
	const { customer: text } = texts.value;
	const [typed, setTyped] = useState<string>();
	const [isRefused, setRefused] = useState(false);
	const id = useId();
	const change = (event: Event) => {
		event.preventDefault();
		const wanted = (typed ?? "").trim();
		setRefused(!isCustomerId(wanted));
		if (!isCustomerId(wanted)) return;
		customerId.value = wanted;
		setTyped(undefined);
		announcement.value = text.changed(wanted);
	};
	return (
		<section class="panel" aria-label={text.title}>
			<h2>{text.title}</h2>
			<p>
				{text.is}: <strong class="customer-id">{customerId.value}</strong>
			</p>
			<p class="calm">{text.explain}</p>
			{typed === undefined ? (
				<button type="button" class="quiet" onClick={() => setTyped(customerId.value)}>
					{text.change}
				</button>
			) : (
				<form onSubmit={change}>
					<label for={id}>{text.is}</label>
					<input
						id={id}
						value={typed}
						maxLength={64}
						autocomplete="off"
						autocapitalize="off"
						spellcheck={false}
						aria-invalid={isRefused}
						aria-describedby={`${id}-rule`}
						onInput={({ currentTarget }) => setTyped(currentTarget.value)}
					/>
					<span id={`${id}-rule`} class={isRefused ? "fault" : "calm"}>
						{text.rule}
					</span>
					<button type="submit">{text.save}</button>
				</form>
			)}
		</section>
	);
}
