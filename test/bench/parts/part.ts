import type { Run, Settings } from "../measure";

export interface Ratio {
	name: string;
	/** One for each round. */
	values: number[];
}

/** A measured value that is no checkout, such as a time. */
export interface Value {
	name: string;
	unit: "ms" | "MiB" | "/s" | "%" | "";
	/** One for each round. */
	values: number[];
}

export interface PartResult {
	runs: Run[];
	ratios: Ratio[];
	values?: Value[];
	/** Why the part, or some of it, was not run. */
	skipped?: string;
}

/** A part of the benchmark: runs the shop and what it is compared with in turn, round after round, on fresh data. */
export type Part = (settings: Settings) => Promise<PartResult>;

/** Adds a round's value to that of earlier rounds of this name. */
export function add<Of extends { name: string; values: number[] }>(to: Of[], { values, ...rest }: Of): void {
	const known = to.find(({ name }) => name === rest.name);
	if (known) known.values.push(...values);
	else to.push({ values, ...rest } as Of);
}
