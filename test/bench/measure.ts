// Measures the checkouts of one subject under one load.
import { mkdirSync } from "node:fs";
import { clientOf } from "../support/http/http";
import type { OperationCounts } from "../support/store/operation-counts";
import { median } from "./figures";
import type { CheckoutFigures, CheckoutLoad } from "./load/checkouts";
import { type Kind, load, Subject, type Usage } from "./subject";

export interface Settings {
	rounds: number;
	/** Of each measurement. */
	seconds: number;
	/** Of load before each measurement. */
	warmUpSeconds: number;
	clients: number[];
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
	residentBytes: number;
	counts?: OperationCounts;
}
/** A load of checkouts: over how many products, and how customers behave. */
export type Behaviour = Pick<CheckoutLoad, "obey" | "onlyOrdering"> & { products: number };
const CHECKOUTS: Behaviour = { products: 1, obey: true, onlyOrdering: 0 };

/** Measures checkouts of a subject that is started for it. @throws Error where the shop's audit finds a difference */
export async function measure(
	kind: Kind,
	clients: number,
	settings: Settings,
	parameters: Partial<Behaviour> = {},
	name: string = kind,
): Promise<Run> {
	const { seconds, warmUpSeconds, profileFolder, progress } = settings;
	if (profileFolder) mkdirSync(profileFolder, { recursive: true });
	const profile = profileFolder && kind === "shop" ? profiling(profileFolder) : [];
	const subject = await Subject.start(kind, {}, profile);
	try {
		const behaviour = { ...CHECKOUTS, ...parameters };
		const products = await addProducts(subject.url, behaviour.products);
		const asked = { ...behaviour, products, url: subject.url, clients };
		if (warmUpSeconds > 0) await load("checkouts", { ...asked, prefix: "warm-up", seconds: warmUpSeconds });
		const before = await subject.usage();
		const figures = await load<CheckoutFigures>("checkouts", { ...asked, prefix: "run", seconds });
		const run = { name, clients, ...figures, ...each(figures.ended, before, await subject.usage()) };
		progress(
			`${name}, ${clients} clients: ${run.perSecond.toFixed(1)} checkouts/s, ${run.cpuMs.toFixed(2)} ms of CPU each`,
		);
		return run;
	} finally {
		await subject.stop();
	}
}

/** The ids of new products with more stock than can be sold. */
async function addProducts(url: string, count: number): Promise<string[]> {
	const { post } = clientOf(url);
	const ids: string[] = [];
	for (let number = 0; number < count; number++) {
		const product = { name: `Tea ${number}`, price: { amount: 100, currency: "KRW" }, stock: 1_000_000_000 };
		ids.push((await post("/products", product)).body.id as string);
	}
	return ids;
}

function profiling(folder: string): string[] {
	return ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--heap-prof", `--heap-prof-dir=${folder}`];
}

/** The difference of two usages for each of these checkouts. */
function each(ended: number, before: Usage, after: Usage): Omit<Run, keyof CheckoutFigures | "name" | "clients"> {
	const per = (difference: number) => difference / ended;
	const names = Object.keys(after.counts ?? {}) as Array<keyof OperationCounts>;
	const counts = names.map((name) => [name, per(after.counts![name] - before.counts![name])]);
	return {
		cpuMs: per(after.cpuMs - before.cpuMs),
		diskBytes: per(after.diskBytes - before.diskBytes),
		residentBytes: after.residentBytes,
		...(after.counts && { counts: Object.fromEntries(counts) as OperationCounts }),
	};
}

/** The median of each count, over these runs. */
export function medianCounts(runs: readonly Run[]): Array<[name: string, value: number]> {
	const [first] = runs.flatMap(({ counts }) => counts ?? []);
	return Object.keys(first ?? {}).map((name) => [
		name,
		median(runs.map(({ counts }) => counts![name as keyof OperationCounts])),
	]);
}
