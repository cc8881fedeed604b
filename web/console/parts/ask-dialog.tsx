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
		else noteDone(ended.outcome);
	};
	return (
		<dialog ref={dialog} aria-labelledby="ask-title" onClose={() => (asked.value = undefined)}>
			<h2 id="ask-title">{doing.title}</h2>
			<div>{doing.explain}</div>
			<p class="calm">{words.trail}</p>
			{refused && <Refusal refused={refused} />}
			<div class="actions">
				<button type="button" class="quiet" onClick={() => dialog.current?.close()}>
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
