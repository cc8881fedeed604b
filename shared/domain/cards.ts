import { type Static, Type } from "@sinclair/typebox";

export const CardShape = Type.Object({
	brand: Type.String(),
	last4: Type.String({ pattern: "^[0-9]{4}$" }),
});
/** The part of a card that the shop stores. */
export type Card = Static<typeof CardShape>;

// Prefixes by network, as published in the networks' number ranges (ISO/IEC 7812 issuer identification numbers).
const BRANDS: ReadonlyArray<[brand: string, prefix: RegExp]> = [
	["visa", /^4/],
	["mastercard", /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/],
	["amex", /^3[47]/],
	["discover", /^(6011|64[4-9]|65)/],
	["jcb", /^35/],
	["diners", /^(30[0-5]|36|38)/],
	["unionpay", /^62/],
];

/** Reduces a card number to the part that may be stored: its brand and last four digits. */
export function toCard(cardNo: string): Card {
	const brand = BRANDS.find(([, prefix]) => prefix.test(cardNo))?.[0] ?? "unknown";
	return { brand, last4: cardNo.slice(-4) };
}

/** Whether the month of this `MM/YY` has ended in every time zone. `now` in milliseconds since 1970. */
export function isExpired(expiry: string, now: number): boolean {
	const [month, year] = expiry.split("/").map(Number) as [number, number];
	const twelveHours = 12 * 3_600_000;
	return now >= Date.UTC(2000 + year, month, 1) + twelveHours;
}
