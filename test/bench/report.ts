// The results as text for a terminal.
import type { Results } from "./bench";
import { median, spread } from "./figures";
import { medianCounts, type Run } from "./measure";
import type { PartResult } from "./parts/part";

/** Medians over all rounds, and in brackets the least and the greatest value. */
export function textReport({ machine, node, rounds, seconds, parts }: Results): string {
	const head = `${machine}, Node ${node}; ${rounds} round(s) of ${seconds} s: median (least to greatest)`;
	return [head, ...Object.entries(parts).map(([name, part]) => partReport(name, part))].join("\n");
}

function partReport(name: string, { runs, ratios, values = [], skipped }: PartResult): string {
	const lines = [`\n${name}`, ...groupsOf(runs).map(runLine)];
	for (const [of, counts] of medianCounts(runs)) {
		const each = counts.map(([what, value]) => `${inWords(what)} ${value.toFixed(1)}`);
		lines.push(`  for each checkout of ${of}: ${each.join(", ")}`);
	}
	lines.push(...values.map((value) => `  ${value.name}: ${spread(value.values)} ${value.unit}`));
	lines.push(...ratios.map((ratio) => `  ${ratio.name}: ${spread(ratio.values, 2)}`));
	if (skipped) lines.push(`  skipped: ${skipped}`);
	return lines.join("\n");
}

/** Runs of the same name and number of clients. */
export function groupsOf(runs: readonly Run[]): Run[][] {
	const groups = new Map<string, Run[]>();
	for (const run of runs) {
		const key = `${run.name} ${run.clients}`;
		groups.set(key, [...(groups.get(key) ?? []), run]);
	}
	return [...groups.values()];
}

function runLine(group: readonly Run[]): string {
	const { name, clients } = group[0]!;
	const of = (value: (run: Run) => number, digits?: number) => spread(group.map(value), digits);
	const refused = median(group.map(({ answers }) => shareRefused(answers)));
	return (
		`  ${name}, ${clients} clients: ${of(({ perSecond }) => perSecond)} checkouts/s; each ${of(({ cpuMs }) => cpuMs, 2)} ms of CPU, ` +
		`${of(({ diskBytes }) => diskBytes / 1_000)} kB on disk; ${of(({ residentBytes }) => residentBytes / 2 ** 20, 0)} MiB; ` +
		`pay p99 ${of(({ payMs }) => payMs.p99, 0)} ms, on my page p99 ${of(({ visibleMs }) => visibleMs.p99, 0)} ms` +
		(refused > 0
			? `; ${(refused * 100).toFixed(0)} % of commands refused, p99 ${of(({ refusalMs }) => refusalMs.p99, 0)} ms`
			: "")
	);
}

function shareRefused(answers: Readonly<Record<string, number>>): number {
	const all = Object.values(answers).reduce((sum, count) => sum + count, 0);
	const refused = Object.entries(answers).filter(([answer]) => / (503|429) /.test(`${answer} `));
	return refused.reduce((sum, [, count]) => sum + count, 0) / all;
}

/** "document writes" of "documentWrites". */
export function inWords(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
