import type { ComponentChildren } from "preact";
import { Place } from "../../shared/parts/place";
import { texts } from "../state/visitor";

/** A place of the storefront. */
export function Page(place: { title: string; back?: ComponentChildren; children: ComponentChildren }) {
	return <Place {...place} of={texts.value.shop.name} />;
}
