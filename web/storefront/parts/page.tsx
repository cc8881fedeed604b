import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { hasMoved } from "../state/router";
import { texts } from "../state/visitor";

/** A place of the storefront. Its heading gets the focus when the visitor comes here from another one, so that a screen reader goes on there. */
export function Page({
	title,
	back,
	children,
}: {
	title: string;
	back?: ComponentChildren;
	children: ComponentChildren;
}) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		if (hasMoved) heading.current?.focus({ preventScroll: true });
	}, []);
	useEffect(() => {
		document.title = `${title} · ${texts.value.shop.name}`;
	}, [title]);
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
