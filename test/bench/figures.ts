// Arithmetic on measured values.

/** The value below which this share of the values lies; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The values below which half and 99 % of the values lie. */
export interface Quantiles {
	p50: number;
	p99: number;
}

export function quantiles(values: readonly number[]): Quantiles {
	return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** "12.3 (11.9 to 13.0)": the median, the least and the greatest value; "–" where there is none. JSON has null in place of NaN. */
export function spread(measured: ReadonlyArray<number | null>, digits = 1): string {
	const values = measured.map((value) => value ?? Number.NaN);
	const text = (value: number) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
	return values.length < 2
		? text(median(values))
		: `${text(median(values))} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}
