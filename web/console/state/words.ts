import { computed } from "@preact/signals";
import { formatMoney, type Money } from "../../shared/formats";
import { language } from "../../shared/state/language";
import { ageOf } from "../rules/ages";
import { en } from "../texts/en";
import { ko } from "../texts/ko";

const TEXTS = { en, ko };

/** All text in the operator's language. */
export const texts = computed(() => TEXTS[language.value]);

export const money = (sum: Money) => formatMoney(sum, language.value);
export const number = (value: number) => new Intl.NumberFormat(language.value).format(value);
export const percent = (rate: number) =>
	new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(rate);

/** A duration, such as `40 sec`. */
export function duration(ms: number): string {
	const { count, unit } = ageOf(ms);
	return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "short" }).format(count);
}

export const milliseconds = (ms: number) =>
	new Intl.NumberFormat(language.value, {
		style: "unit",
		unit: "millisecond",
		unitDisplay: "short",
		maximumFractionDigits: ms < 10 ? 1 : 0,
	}).format(ms);

/** To the second, as operators compare with logs. @param at RFC 3339 */
export const time = (at: string) =>
	new Intl.DateTimeFormat(language.value, { dateStyle: "short", timeStyle: "medium" }).format(new Date(at));
/** To the millisecond, within a day. @param at RFC 3339 */
export const clock = (at: string) =>
	new Intl.DateTimeFormat(language.value, {
		hour: "2-digit",
		minute: "2-digit",
		second: "2-digit",
		fractionalSecondDigits: 3,
		hourCycle: "h23",
	}).format(new Date(at));
