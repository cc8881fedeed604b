import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Call, Refused } from "../../shared/asking";
import { isUndecided } from "../../shared/rules/retry";
import { nextLookMs } from "../rules/polling";
import { ask, tokenNeeded } from "./operator";

/** Counts what the operator has done on this page: all that is shown is asked for again. */
export const doings = signal(0);

export interface Polled<Data> {
	data?: Data;
	/** Of the last look. */
	refused?: Refused;
}

const ONCE_MS = 2_000;

/**
 * Looks again and again while the page is visible, more seldom while the shop does not answer, and at once when the operator comes back to the tab or
 * has done something. A question under way is ended when the page is left or hidden.
 * @param everyMs undefined: looks until it is answered
 */
export function usePolled<Data>(
	call: (signal: AbortSignal) => ReturnType<Call<Data>>,
	inputs: readonly unknown[],
	everyMs?: number,
): Polled<Data> {
	const [polled, setPolled] = useState<Polled<Data>>({});
	const { value: done } = doings;
	useEffect(() => setPolled({}), inputs);
	useEffect(() => {
		let leaving = new AbortController();
		let timer: ReturnType<typeof setTimeout>;
		let failures = 0;
		const look = async () => {
			const { signal } = leaving;
			const answered = await ask(() => call(signal)).catch(() => undefined);
			if (signal.aborted || !answered) return;
			if ("data" in answered) {
				failures = 0;
				setPolled(answered);
			} else {
				failures++;
				setPolled(({ data }) => ({ data, refused: answered.refused }));
				if (tokenNeeded.value !== "no") return;
				if (everyMs === undefined && !isUndecided(answered.refused)) return;
			}
			if (everyMs !== undefined || failures > 0)
				timer = setTimeout(() => void look(), nextLookMs(everyMs ?? ONCE_MS, failures));
		};
		const start = () => {
			clearTimeout(timer);
			leaving.abort();
			leaving = new AbortController();
			if (!document.hidden) void look();
		};
		start();
		document.addEventListener("visibilitychange", start);
		return () => {
			document.removeEventListener("visibilitychange", start);
			clearTimeout(timer);
			leaving.abort();
		};
	}, [...inputs, everyMs, done]);
	return polled;
}
