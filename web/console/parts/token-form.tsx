import { useState } from "preact/hooks";
import type { Refused } from "../../shared/asking";
import { giveToken, tokenNeeded } from "../state/operator";
import { texts } from "../state/words";
import { Field, textOf } from "./field";
import { Page, Refusal } from "./page";

/** Asks for the operator's token, which this tab keeps. */
export function TokenForm() {
	const words = texts.value.token;
	const [working, setWorking] = useState(false);
	const [refused, setRefused] = useState<Refused>();
	const enter = async (form: HTMLFormElement) => {
		setWorking(true);
		setRefused(undefined);
		const answered = await giveToken(textOf(form, "token"));
		setWorking(false);
		if ("refused" in answered && answered.refused.status !== 401) setRefused(answered.refused);
	};
	return (
		<Page title={words.title}>
			<p>{words.explain}</p>
			<form
				class="panel narrow"
				onSubmit={(event) => {
					event.preventDefault();
					void enter(event.currentTarget);
				}}
			>
				<Field label={words.label} name="token" type="password" autocomplete="off" required maxLength={512} />
				{tokenNeeded.value === "wrong" && (
					<p class="fault" role="alert">
						{words.wrong}
					</p>
				)}
				{refused && <Refusal refused={refused} />}
				<button type="submit" disabled={working}>
					{words.button}
				</button>
			</form>
		</Page>
	);
}
