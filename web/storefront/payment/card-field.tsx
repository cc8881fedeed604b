import { useId } from "preact/hooks";

interface Props {
	name: string;
	label: string;
	value: string;
	/** What is wrong, in words. */
	fault?: string;
	/** The text as it is shown: called while it is typed, if the cursor is at its end, and when the field is left. */
	shown?: (typed: string) => string;
	change: (value: string) => void;
	placeholder?: string;
	/** What a browser fills in, such as `cc-number`. */
	autocomplete: string;
	maxLength: number;
	disabled: boolean;
}

/** A field of a form with its label, and with what is wrong with it. */
export function CardField({ label, value, fault, shown = (typed) => typed, change, ...input }: Props) {
	const id = useId();
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<input
				{...input}
				id={id}
				value={value}
				inputMode="numeric"
				aria-invalid={fault !== undefined}
				aria-describedby={fault === undefined ? undefined : `${id}-fault`}
				onInput={({ currentTarget }) => {
					const { value: typed, selectionStart } = currentTarget;
					// Else the cursor would jump, and what is deleted would come back.
					const isAppended = selectionStart === typed.length && typed.length > value.length;
					change(isAppended ? shown(typed) : typed);
				}}
				onBlur={({ currentTarget }) => change(shown(currentTarget.value))}
			/>
			{fault !== undefined && (
				<span class="fault" id={`${id}-fault`}>
					{fault}
				</span>
			)}
		</div>
	);
}
