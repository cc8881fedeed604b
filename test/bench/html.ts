// The results as one page without anything from elsewhere: bars as SVG.
import type { Results } from "./bench";
import { median, spread } from "./figures";
import { medianCounts } from "./measure";
import type { PartResult } from "./parts/part";
import { groupsOf, inWords } from "./report";

const BAR = { height: 22, gap: 6, label: 330, width: 420 };

export function htmlPage({ at, machine, node, rounds, seconds, parts }: Results): string {
	const sections = Object.entries(parts).map(([name, part]) => section(name, part));
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Funshop benchmark</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
td { padding: 0 1rem 0 0; } rect { fill: #3b6ea5; } text { font-size: 13px; fill: currentColor; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b; } }
</style>
<h1>Funshop benchmark</h1>
<p>${escaped(`${at}; ${machine}; Node ${node}; ${rounds} round(s) of ${seconds} s; median (least to greatest)`)}</p>
${sections.join("\n")}
</html>
`;
}

function section(name: string, { runs, ratios, values = [], skipped }: PartResult): string {
	const groups = groupsOf(runs);
	const bars = groups.map((group) => ({
		label: `${group[0]!.name}, ${group[0]!.clients} clients`,
		value: median(group.map(({ perSecond }) => perSecond)),
	}));
	const counted = medianCounts(runs).map(([of, counts]) => {
		const rows = counts.map(([what, value]) => [inWords(what), value.toFixed(1)] as const);
		return `<h3>for each checkout of ${escaped(of)}</h3>${table(rows)}`;
	});
	return [
		`<h2>${escaped(name)}</h2>`,
		bars.length > 0 ? `<h3>checkouts a second</h3>${chart(bars)}` : "",
		values.length > 0
			? `<h3>values</h3>${table(values.map((value) => [value.name, `${spread(value.values)} ${value.unit}`]))}`
			: "",
		skipped ? `<p>skipped: ${escaped(skipped)}</p>` : "",
		ratios.length === 0 ? "" : `<h3>ratios</h3>${table(ratios.map((ratio) => [ratio.name, spread(ratio.values, 2)]))}`,
		...counted,
	].join("\n");
}

function chart(bars: ReadonlyArray<{ label: string; value: number }>): string {
	const greatest = Math.max(...bars.map(({ value }) => value));
	const height = bars.length * (BAR.height + BAR.gap);
	const lines = bars.map(({ label, value }, place) => {
		const y = place * (BAR.height + BAR.gap);
		const width = greatest > 0 ? (value / greatest) * BAR.width : 0;
		const middle = y + BAR.height * 0.7;
		return (
			`<text x="0" y="${middle}">${escaped(label)}</text>` +
			`<rect x="${BAR.label}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}"/>` +
			`<text x="${(BAR.label + width + 6).toFixed(1)}" y="${middle}">${value.toFixed(1)}</text>`
		);
	});
	return `<svg width="${BAR.label + BAR.width + 80}" height="${height}" role="img">${lines.join("")}</svg>`;
}

function table(rows: ReadonlyArray<readonly [string, string]>): string {
	return `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`).join("")}</table>`;
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
