/** An amount in the currency's minor units (KRW has none, so 1 = one won); always a safe integer. */
export interface Money {
	amount: number;
	currency: string;
}

/** @throws RangeError where the result could no longer be told exactly. */
export function times(price: Money, quantity: number): Money {
	return { amount: exact(price.amount * quantity), currency: price.currency };
}

/** Sum of prices in one currency; `currency` is that of an empty sum. @throws RangeError as {@link times} */
export function sum(prices: readonly Money[], currency: string): Money {
	return prices.reduce((total, price) => ({ amount: exact(total.amount + price.amount), currency: total.currency }), {
		amount: 0,
		currency: prices[0]?.currency ?? currency,
	});
}

function exact(amount: number): number {
	if (!Number.isSafeInteger(amount)) throw new RangeError("an amount beyond 2^53 minor units cannot be told exactly");
	return amount;
}
