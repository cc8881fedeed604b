import type { Money } from "../../shared/domain/money";

export type Cell = string | number | undefined;

/** Formats a table with columns as wide as their widest cell; returns `empty` where there are no rows. */
export function table(heads: readonly string[], rows: ReadonlyArray<readonly Cell[]>, empty = "none"): string {
	if (rows.length === 0) return `  ${empty}`;
	const lines = [heads, ...rows].map((row) => row.map((cell) => String(cell ?? "")));
	const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
	return lines
		.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd())
		.join("\n");
}

/** An amount as text, in minor units, such as `18000 KRW`. */
export function amountOf({ amount, currency }: Money): string {
	return `${amount} ${currency}`;
}
