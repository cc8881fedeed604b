import { useId } from "preact/hooks";

/** A labelled field of a form. */
export function Field({
	label,
	name,
	type = "text",
	value,
	hint,
	...rest
}: {
	label: string;
	name: string;
	type?: "text" | "number" | "password" | "search" | "datetime-local";
	value?: string | number;
	hint?: string;
	min?: number;
	max?: number;
	step?: number | "any";
	required?: boolean;
	maxLength?: number;
	autocomplete?: string;
	onInput?: (text: string) => void;
}) {
	const id = useId();
	const { onInput, ...plain } = rest;
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<input
				{...(plain as object)}
				{...({ type } as object)}
				{...(onInput ? { value } : { defaultValue: value })}
				id={id}
				name={name}
				aria-describedby={hint ? `${id}-hint` : undefined}
				onInput={({ currentTarget }) => onInput?.(currentTarget.value)}
			/>
			{hint && (
				<p class="calm hint" id={`${id}-hint`}>
					{hint}
				</p>
			)}
		</div>
	);
}

/** The text of a form's field. */
export function textOf(form: HTMLFormElement, name: string): string {
	const text = new FormData(form).get(name);
	return typeof text === "string" ? text.trim() : "";
}

/** The number in a form's field; undefined where it is empty. */
export function numberOf(form: HTMLFormElement, name: string): number | undefined {
	const text = textOf(form, name);
	return text === "" ? undefined : Number(text);
}
