import type { Money } from "../../shared/domain/money";

export type Cell = string | number | undefined;

/** Columns as wide as their widest cell; `empty` where there are no rows. */
export function table(heads: readonly string[], rows: ReadonlyArray<readonly Cell[]>, empty = "none"): string {
	if (rows.length === 0) return `  ${empty}`;
	const lines = [heads, ...rows].map((row) => row.map((cell) => String(cell ?? "")));
	const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
	return lines
		.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd())
		.join("\n");
}

/** For example `18000 KRW`, in minor units. */
export function amountOf({ amount, currency }: Money): string {
	return `${amount} ${currency}`;
}
