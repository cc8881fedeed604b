/** An amount in the currency's minor units. */
export interface Money {
	amount: number;
	currency: string;
}

/** Money as people of this language write it, such as ₩18,000. */
export function formatMoney({ amount, currency }: Money, language: string): string {
	const format = new Intl.NumberFormat(language, { style: "currency", currency });
	return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}

/** @param time RFC 3339 */
export function formatTime(time: string, language: string): string {
	return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}
