import type { Sending } from "../calls/sending";
import { secondsUntil } from "../rules/countdown";
import { texts } from "../state/visitor";
import { Notice, Refusal } from "./notice";
import { useNow } from "./use-now";

/** How far a command is that the shop has not taken at once: it waits to be sent again, or was refused. */
export function SendingNotice({ sending }: { sending: Sending }) {
	const state = sending.state.value;
	if (state.at === "refused") return <Refusal refused={state.refused} />;
	if (state.at === "waiting") return <Waiting {...state} stop={() => sending.stop()} />;
	return null;
}

function Waiting({ why, until, stop }: { why: "busy" | "unreachable"; until: number; stop: () => void }) {
	const { waiting } = texts.value;
	const seconds = secondsUntil(until, useNow(Date.now));
	return (
		<Notice tone="calm">
			<p>
				<span aria-hidden="true">{seconds > 0 ? waiting[why](seconds) : waiting.now}</span>
				<span class="unseen">{waiting.now}</span> {waiting.safe}
			</p>
			<button type="button" class="quiet" onClick={stop}>
				{waiting.stop}
			</button>
		</Notice>
	);
}
