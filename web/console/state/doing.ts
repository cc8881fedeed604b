import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Call, Refused } from "../../shared/asking";
import { announcement } from "../../shared/state/announcement";
import { ask, type Schemas } from "./operator";
import { doings } from "./use-polled";

/** Something that the operator is asked about once before it is done. */
export interface Doing {
	title: string;
	/** What will happen. */
	explain: ComponentChildren;
	/** The word on the button that does it. */
	button: string;
	isDangerous?: boolean;
	/** Resolves with the outcome in words. */
	run: () => Promise<{ outcome: string } | { refused: Refused }>;
}

/** The doing that the dialog asks about. */
export const asked = signal<Doing | undefined>(undefined);
/** How the last doing ended. */
export const outcome = signal("");

export function askFor(doing: Doing): void {
	outcome.value = "";
	asked.value = doing;
}

/** Notes that it is done: closes its dialog, says the outcome, and lets all that is shown be asked for again. */
export function noteDone(doing: Doing, words: string): void {
	if (asked.value === doing) asked.value = undefined;
	outcome.value = words;
	announcement.value = words;
	doings.value++;
}

/** The doing by a call whose answer is its entry in the trail. */
export function byTrail(call: Call<Schemas["TrailEntry"]>): Doing["run"] {
	return async () => {
		const answered = await ask(call);
		if ("refused" in answered) return answered;
		const { action, status, outcome: words } = answered.data;
		return { outcome: words ?? `${action}: ${status}` };
	};
}
