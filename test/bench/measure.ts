// Measures the checkouts of one subject under one load.
import { clientOf } from "../support/http/http";
import { combine, type Counts } from "../support/shop/counts";
import { median } from "./figures";
import type { CheckoutFigures, CheckoutLoad } from "./load/checkouts";
import { load } from "./load/run";
import { profiled } from "./profiles";
import { type OneProcess, startOneProcess, type Subject } from "./subject";
import type { Usage } from "./usage";

export interface Settings {
	rounds: number;
	/** Of each measurement. */
	seconds: number;
	/** Of load before each measurement. */
	warmUpSeconds: number;
	clients: number[];
	/** The number of stored orders that a shop with many has. */
	stored: number;
	/** Where the shop's profiles go; undefined: none are taken. */
	profileFolder: string | undefined;
	progress(line: string): void;
}

/** One measured load of checkouts. */
export interface Run extends CheckoutFigures {
	name: string;
	clients: number;
	/** For each checkout. */
	cpuMs: number;
	diskBytes: number;
	/** In the end. */
	residentBytes: number;
	ownBytes: number;
	/** For each checkout of the shop. */
	counts?: Counts;
}
/** A load of checkouts: over how many products, and how customers behave. */
export type Behaviour = Pick<CheckoutLoad, "obey" | "onlyOrdering" | "livePages"> & { products: number };
const CHECKOUTS: Behaviour = { products: 1, obey: true, onlyOrdering: 0, livePages: 0 };

/** Measures checkouts of a subject of one process that is started for it. @throws Error where the shop's audit finds a difference */
export async function measure(
	kind: OneProcess,
	clients: number,
	settings: Settings,
	parameters: Partial<Behaviour> = {},
	name: string = kind,
): Promise<Run> {
	const subject = await startOneProcess(kind);
	try {
		return await measureCheckouts(subject, name, clients, settings, parameters);
	} finally {
		await subject.stop();
	}
}

/** Measures checkouts of a running subject. */
export async function measureCheckouts(
	subject: Subject,
	name: string,
	clients: number,
	settings: Settings,
	parameters: Partial<Behaviour> = {},
): Promise<Run> {
	const { seconds, warmUpSeconds, profileFolder, progress } = settings;
	const behaviour = { ...CHECKOUTS, ...parameters };
	const products = await addProducts(subject.url, behaviour.products);
	const asked = { ...behaviour, products, url: subject.url, clients };
	if (warmUpSeconds > 0) await load("load/checkouts", { ...asked, prefix: "warm-up", seconds: warmUpSeconds });
	const usedBefore = await subject.usage();
	const countsBefore = await subject.counts();
	const work = () => load<CheckoutFigures>("load/checkouts", { ...asked, prefix: "run", seconds });
	// Only the shop counts, and only the shop is profiled.
	const figures = await (profileFolder && countsBefore
		? profiled(subject.processes, profileFolder, `${name}, ${clients} clients`, work)
		: work());
	const used = eachUsed(figures.ended, usedBefore, await subject.usage());
	const counts = eachCounted(figures.ended, countsBefore, await subject.counts());
	const run = { name, clients, ...figures, ...used, ...(counts && { counts }) };
	progress(
		`${name}, ${clients} clients: ${run.perSecond.toFixed(1)} checkouts/s, ${run.cpuMs.toFixed(2)} ms of CPU each`,
	);
	return run;
}

/** The ids of new products, by default with more stock than can be sold. */
export async function addProducts(url: string, count: number, stock = 1_000_000_000): Promise<string[]> {
	const { post } = clientOf(url);
	const ids: string[] = [];
	for (let number = 0; number < count; number++) {
		const price = { amount: 100, currency: "KRW" };
		const product = { name: `Tea ${number}`, price, stock };
		ids.push((await post("/products", product)).body.id as string);
	}
	return ids;
}

function eachUsed(ended: number, before: Usage, after: Usage): Usage {
	return {
		cpuMs: (after.cpuMs - before.cpuMs) / ended,
		diskBytes: (after.diskBytes - before.diskBytes) / ended,
		residentBytes: after.residentBytes,
		ownBytes: after.ownBytes,
	};
}

function eachCounted(ended: number, before: Counts | undefined, after: Counts | undefined): Counts | undefined {
	return before && after && combine(after, before, (later, earlier) => (later - earlier) / ended);
}

/** By the name of these runs, the median of each count. */
export function medianCounts(
	runs: readonly Run[],
): Array<[name: string, counts: Array<[what: string, value: number]>]> {
	const byName = new Map<string, Counts[]>();
	for (const { name, counts } of runs) if (counts) byName.set(name, [...(byName.get(name) ?? []), counts]);
	return [...byName].map(([name, counted]) => {
		const kinds = Object.keys(counted[0]!) as Array<keyof Counts>;
		return [name, kinds.map((kind) => [kind, median(counted.map((counts) => counts[kind]))])];
	});
}
