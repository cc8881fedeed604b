import { Type } from "@sinclair/typebox";

export const MoneyShape = Type.Object({
	amount: Type.Integer(),
	currency: Type.String({ pattern: "^[A-Z]{3}$" }),
});

/** An amount in the currency's minor units (KRW has none, so 1 = one won); always a safe integer. */
export interface Money {
	amount: number;
	currency: string;
}

/** Of more than can be told exactly, the most that can: see {@link capped}. */
export function times(price: Money, quantity: number): Money {
	return { amount: capped(price.amount * quantity), currency: price.currency };
}

/** Sum of prices in one currency, capped as {@link times}; `currency` is that of an empty sum. */
export function sum(prices: readonly Money[], currency: string): Money {
	return prices.reduce((total, price) => ({ amount: capped(total.amount + price.amount), currency: total.currency }), {
		amount: 0,
		currency: prices[0]?.currency ?? currency,
	});
}

/** No order comes near this; a cart of many absurd ones does, and has to be shown all the same. */
function capped(amount: number): number {
	return Math.min(amount, Number.MAX_SAFE_INTEGER);
}
