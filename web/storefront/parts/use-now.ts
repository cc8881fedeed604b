import { useEffect, useState } from "preact/hooks";

/** The time by `clock`, in milliseconds since 1970, each second anew. */
export function useNow(clock: () => number): number {
	const [now, setNow] = useState(clock);
	useEffect(() => {
		const timer = setInterval(() => setNow(clock()), 1_000);
		return () => clearInterval(timer);
	}, []);
	return now;
}
