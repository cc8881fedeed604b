import { type Static, Type } from "@sinclair/typebox";

export const CardShape = Type.Object({
	brand: Type.String(),
	last4: Type.String({ pattern: "^[0-9]{4}$" }),
});
/** All that the shop keeps of a card. */
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

/** All that may be kept of a card number. */
export function toCard(cardNo: string): Card {
	const brand = BRANDS.find(([, prefix]) => prefix.test(cardNo))?.[0] ?? "unknown";
	return { brand, last4: cardNo.slice(-4) };
}

/** Whether a card of this `MM/YY` can still be used: until its month has ended everywhere. */
export function isExpired(expiry: string, now: number): boolean {
	const [month, year] = expiry.split("/").map(Number) as [number, number];
	const twelveHours = 12 * 3_600_000;
	return now >= Date.UTC(2000 + year, month, 1) + twelveHours;
}
