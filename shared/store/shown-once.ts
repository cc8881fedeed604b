import type { Stored } from "./store";

/**
 * Shows each document once: a store hands out the same document for as long as it does not change, and gets the same item for it. Nobody may change
 * the item.
 */
export function shownOnce<D extends Stored, Item extends object>(
	toItem: (document: D) => Item | undefined,
): (document: D) => Item | undefined {
	const shown = new WeakMap<D, Item>();
	return (document) => {
		const known = shown.get(document);
		if (known) return known;
		const item = toItem(document);
		if (item) shown.set(document, item);
		return item;
	};
}
