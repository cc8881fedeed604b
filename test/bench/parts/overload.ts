import { type Behaviour, measure, type Run, type Settings } from "../measure";
import { add, type PartResult, type Ratio } from "./part";

/** Many more clients than the shop can serve, patient and impatient, and beside customers who only place orders. */
export async function overload(settings: Settings): Promise<PartResult> {
	const saturating = 50;
	const spread = { products: 20 };
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		const full = await measure("shop", saturating, settings, spread, "at saturation");
		runs.push(full);
		const compare = async (name: string, clients: number, parameters: Partial<Behaviour>) => {
			const run = await measure("shop", clients, settings, { ...spread, ...parameters }, name);
			runs.push(run);
			add(ratios, { name, values: [run.perSecond / full.perSecond] });
		};
		for (const times of [5, 20, 50]) {
			await compare(`goodput with ${times} times the clients, patient`, times * saturating, { obey: true });
			await compare(`goodput with ${times} times the clients, impatient`, times * saturating, { obey: false });
		}
		await compare("goodput beside 100 who only place orders", saturating, { onlyOrdering: 100 });
	}
	return { runs, ratios };
}
