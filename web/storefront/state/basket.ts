import { computed } from "@preact/signals";
import { countOf, type Line, readBasket, takeOut } from "../rules/basket";
import { stored } from "../../shared/state/stored";

export const basket = stored("basket", readBasket);
export const basketCount = computed(() => countOf(basket.value));

/** Ids of orders whose lines are out of the basket. */
const takenOut = new Set<string>();

/** Takes out of the basket what this order is of. Once: a visitor who left the basket and came back to it may get the answer twice. */
export function takeOrdered({ id, items }: { id: string; items: readonly Line[] }): void {
	if (takenOut.has(id)) return;
	takenOut.add(id);
	basket.value = takeOut(basket.value, items);
}
