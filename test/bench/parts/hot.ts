import { measure, type Run, type Settings } from "../measure";
import type { PartResult, Ratio } from "./part";

/** One product that all order, against 1,000. */
export async function hot(settings: Settings): Promise<PartResult> {
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	for (const clients of [...settings.clients, 400]) {
		const values: number[] = [];
		for (let round = 0; round < settings.rounds; round++) {
			const one = await measure("shop", clients, settings, { products: 1 }, "one product");
			const many = await measure("shop", clients, settings, { products: 1_000 }, "1,000 products");
			runs.push(one, many);
			values.push(one.perSecond / many.perSecond);
		}
		ratios.push({ name: `checkouts/s, ${clients} clients: one product ÷ 1,000 products`, values });
	}
	return { runs, ratios };
}
