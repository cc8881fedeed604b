import { computed } from "@preact/signals";
import { isCustomerId } from "../rules/customer";
import { formatMoney, formatTime, type Money } from "../../shared/formats";
import { en } from "../texts/en";
import { ko } from "../texts/ko";
import { language } from "../../shared/state/language";
import { randomId } from "../../shared/state/random-id";
import { stored } from "../../shared/state/stored";

const TEXTS = { en, ko };

/** Who the visitor is to the shop, as there is no sign-in. */
export const customerId = stored("customer", (kept) => (isCustomerId(kept) ? kept : `guest-${randomId(12)}`));

/** All text in the visitor's language. */
export const texts = computed(() => TEXTS[language.value]);

export const money = (sum: Money) => formatMoney(sum, language.value);
export const time = (at: string) => formatTime(at, language.value);
/** The part of an order's id that people are shown. */
export const refOf = (orderId: string) => orderId.slice(-8).toUpperCase();
