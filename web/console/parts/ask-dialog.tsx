import { useEffect, useRef, useState } from "preact/hooks";
import type { Refused } from "../../shared/asking";
import { asked, type Doing, noteDone } from "../state/doing";
import { texts } from "../state/words";
import { Refusal } from "./page";

/** Asks once before something is done, and says what will happen. */
export function AskDialog() {
	const doing = asked.value;
	return doing ? <Ask doing={doing} /> : null;
}

function Ask({ doing }: { doing: Doing }) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [working, setWorking] = useState(false);
	const [refused, setRefused] = useState<Refused>();
	const words = texts.value.dialog;
	useEffect(() => dialog.current?.showModal(), []);
	const act = async () => {
		setWorking(true);
		setRefused(undefined);
		const ended = await doing.run();
		setWorking(false);
		if ("refused" in ended) setRefused(ended.refused);
		else noteDone(doing, ended.outcome);
	};
	const close = () => {
		// Else nobody would hear of a refusal. Browsers close a dialog on the second Escape, whatever the page says to it.
		if (working) dialog.current?.showModal();
		else if (asked.value === doing) asked.value = undefined;
	};
	return (
		<dialog
			ref={dialog}
			aria-labelledby="ask-title"
			onCancel={(event) => working && event.preventDefault()}
			onClose={close}
		>
			<h2 id="ask-title">{doing.title}</h2>
			<div>{doing.explain}</div>
			<p class="calm">{words.trail}</p>
			{refused && <Refusal refused={refused} />}
			<div class="actions">
				<button type="button" class="quiet" disabled={working} onClick={() => dialog.current?.close()}>
					{words.back}
				</button>
				<button
					type="button"
					class={doing.isDangerous ? "danger" : undefined}
					disabled={working}
					onClick={() => void act()}
				>
					{working ? words.working : doing.button}
				</button>
			</div>
		</dialog>
	);
}
