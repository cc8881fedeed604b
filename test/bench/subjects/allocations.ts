import type { HeapProfiler } from "node:inspector";

/** Functions in a summary. */
const SHOWN = 60;

/** A line for each of the functions that allocated the most, with bytes in MB (10^6) and their share of all. */
export function allocationSummary(head: HeapProfiler.SamplingHeapProfileNode): string {
	const bytesOf = new Map<string, number>();
	const open = [head];
	for (let node = open.pop(); node; node = open.pop()) {
		const { functionName, url, lineNumber } = node.callFrame;
		const place = `${functionName || "(anonymous)"} ${url.replace(/^file:\/\//, "")}${url ? `:${lineNumber + 1}` : ""}`;
		bytesOf.set(place, (bytesOf.get(place) ?? 0) + node.selfSize);
		open.push(...node.children);
	}
	const all = [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
	const greatest = [...bytesOf].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
	const lines = greatest.map(
		([place, bytes]) =>
			`${(bytes / 1e6).toFixed(1).padStart(10)} MB ${((bytes / all) * 100).toFixed(1).padStart(5)} %  ${place}`,
	);
	return `${(all / 1e6).toFixed(1)} MB were allocated; by function, without the functions that it called:\n${lines.join("\n")}\n`;
}
