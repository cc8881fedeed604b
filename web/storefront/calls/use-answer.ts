import { useEffect, useState } from "preact/hooks";
import { isUndecided, waitFor } from "../rules/retry";
import { ask, type Call, type Refused } from "./asking";

/** An answer that a part of the page shows, with what was refused since. */
export interface Loaded<Data> {
	data?: Data;
	refused?: Refused;
	isLoading: boolean;
}

/**
 * Asks the shop when the part is shown, and again when `inputs` change, which ends a question that is under way. Asks again by itself while the
 * shop is busy or away, and when the visitor comes back to the tab, as much may have been bought meanwhile.
 * @param delayMs waits for this long after a change, for inputs that are typed
 */
export function useAnswer<Data>(
	call: (signal: AbortSignal) => ReturnType<Call<Data>>,
	inputs: readonly unknown[],
	delayMs = 0,
): Loaded<Data> {
	const [loaded, setLoaded] = useState<Loaded<Data>>({ isLoading: true });
	useEffect(() => {
		const leaving = new AbortController();
		let timer: ReturnType<typeof setTimeout>;
		setLoaded((before) => ({ ...before, isLoading: true }));
		const look = async (failures: number) => {
			const answered = await ask(() => call(leaving.signal)).catch(() => undefined);
			if (leaving.signal.aborted || !answered) return;
			if ("data" in answered) return setLoaded({ data: answered.data, isLoading: false });
			const { refused } = answered;
			setLoaded((before) => ({ ...before, refused, isLoading: false }));
			if (isUndecided(refused)) timer = setTimeout(() => void look(failures + 1), waitFor(refused, failures) * 1_000);
		};
		timer = setTimeout(() => void look(1), loaded.data === undefined ? 0 : delayMs);
		const comeBack = () => {
			clearTimeout(timer);
			if (!document.hidden) void look(1);
		};
		document.addEventListener("visibilitychange", comeBack);
		return () => {
			document.removeEventListener("visibilitychange", comeBack);
			leaving.abort();
			clearTimeout(timer);
		};
	}, inputs);
	return loaded;
}
