import { useId } from "preact/hooks";

/** A labelled field of a form. */
export function Field({
	label,
	name,
	type = "text",
	rows,
	value,
	hint,
	...rest
}: {
	label: string;
	name: string;
	type?: "text" | "number" | "password" | "search" | "datetime-local";
	/** Of a text that may have line breaks, which an input takes out. */
	rows?: number;
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
	const shared = {
		...plain,
		...(onInput ? { value } : { defaultValue: value }),
		id,
		name,
		"aria-describedby": hint ? `${id}-hint` : undefined,
		onInput: ({ currentTarget }: { currentTarget: { value: string } }) => onInput?.(currentTarget.value),
	} as object;
	return (
		<div class="field">
			<label for={id}>{label}</label>
			{rows === undefined ? <input {...shared} {...({ type } as object)} /> : <textarea {...shared} rows={rows} />}
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
