import { computed, signal } from "@preact/signals";
import { routeOf } from "../rules/route";

const place = signal({ pathname: location.pathname, search: location.search });
/** Whether the visitor has moved within the page since it was loaded: then focus moves along. */
export let hasMoved = false;

export const route = computed(() => routeOf(place.value.pathname, place.value.search));

/** @param how `replace`: the place that is left is not in the history; `refine`: the place stays the same, with another query */
export function navigate(url: string, how: "push" | "replace" | "refine" = "push"): void {
	history[how === "push" ? "pushState" : "replaceState"](null, "", url);
	look(how !== "refine");
	if (how === "push") scrollTo(0, 0);
}

/** Lets the browser's buttons, and links to places of the storefront, move within the page. */
export function startRouter(): void {
	addEventListener("popstate", () => look(true));
	document.addEventListener("click", (event) => {
		const link = (event.target as Element).closest("a");
		if (!link || link.origin !== location.origin || link.hasAttribute("download") || link.target !== "") return;
		if (event.defaultPrevented || event.button !== 0) return;
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
		if (link.hash !== "" || routeOf(link.pathname).at === "nowhere") return;
		event.preventDefault();
		navigate(link.pathname + link.search);
	});
}

function look(moved: boolean): void {
	hasMoved ||= moved;
	place.value = { pathname: location.pathname, search: location.search };
}
