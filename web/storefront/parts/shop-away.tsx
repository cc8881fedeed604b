import { useEffect, useRef, useState } from "preact/hooks";
import { link } from "../state/live-page";
import { texts } from "../state/visitor";
import { Away, Notice } from "./notice";

const BACK_FOR_MS = 6_000;

/** Says that the shop is away while a live page looks on, and that it is back. */
export function ShopAway() {
	const { away } = texts.value;
	const now = link.value;
	const wasAway = useRef(false);
	const [isBack, setBack] = useState(false);
	useEffect(() => {
		if (now === "away") wasAway.current = true;
		if (now === "off") wasAway.current = false;
		if (now !== "live" || !wasAway.current) return undefined;
		wasAway.current = false;
		setBack(true);
		const timer = setTimeout(() => setBack(false), BACK_FOR_MS);
		return () => clearTimeout(timer);
	}, [now]);
	if (now === "away") return <Away />;
	return isBack ? <Notice tone="good">{away.back}</Notice> : null;
}
