import { computed } from "@preact/signals";
import { countOf, readBasket } from "../rules/basket";
import { stored } from "./stored";

export const basket = stored("basket", readBasket);
export const basketCount = computed(() => countOf(basket.value));
