import { Type } from "@sinclair/typebox";

export const MoneyShape = Type.Object({
	amount: Type.Integer(),
	currency: Type.String({ pattern: "^[A-Z]{3}$", description: "a currency of ISO 4217, such as KRW" }),
});

/** An amount in the currency's minor units (KRW has none, so 1 = one won); always a safe integer. */
export interface Money {
	amount: number;
	currency: string;
}

/** The price of `quantity` units, capped at `Number.MAX_SAFE_INTEGER`. */
export function times(price: Money, quantity: number): Money {
	return { amount: capped(price.amount * quantity), currency: price.currency };
}

/**
 * The sum of prices in one currency, capped as {@link times} is. An empty sum is 0 of `currency`.
 * @throws Error for prices in several currencies: a defect
 */
export function sum(prices: readonly Money[], currency: string): Money {
	const total = { amount: 0, currency: prices[0]?.currency ?? currency };
	for (const price of prices) {
		if (price.currency !== total.currency) throw new Error(`${price.currency} cannot be added to ${total.currency}`);
		total.amount = capped(total.amount + price.amount);
	}
	return total;
}

/** The currencies of all money within a JSON value. */
export function currenciesIn(value: unknown): Set<string> {
	if (typeof value !== "object" || value === null) return new Set();
	const { amount, currency } = value as Partial<Money>;
	if (typeof amount === "number" && typeof currency === "string") return new Set([currency]);
	return new Set(Object.values(value).flatMap((part) => [...currenciesIn(part)]));
}

/** The total of a cart with many absurd orders can exceed the safe integers; such a cart is still shown. */
function capped(amount: number): number {
	return Math.min(amount, Number.MAX_SAFE_INTEGER);
}
