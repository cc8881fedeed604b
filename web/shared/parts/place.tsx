import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { announcement } from "../state/announcement";
import { hasMoved } from "../state/router";

interface Props {
	title: string;
	/** The name of the page that the place is in. */
	of: string;
	back?: ComponentChildren;
	children?: ComponentChildren;
}

/** A place of a page. Its heading gets the focus when people come here from another one, so that a screen reader goes on there. */
export function Place({ title, of, back, children }: Props) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		if (hasMoved) heading.current?.focus({ preventScroll: true });
	}, []);
	useEffect(() => {
		document.title = `${title} · ${of}`;
	}, [title, of]);
	return (
		<main id="content" class="page">
			{back && <p class="back">{back}</p>}
			<h1 ref={heading} tabIndex={-1}>
				{title}
			</h1>
			{children}
		</main>
	);
}

/** Says the latest announcement to screen readers. */
export function Announcer() {
	return (
		<div class="unseen" role="status">
			{announcement.value}
		</div>
	);
}
