import { measure, type Run, type Settings } from "../measure";
import { add, type PartResult, type Ratio, type Value } from "./part";

const OPEN = 100;

/** Checkouts while a hundred live pages are open, those of the customers who shop among them, beside none. */
export async function live(settings: Settings): Promise<PartResult> {
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	const values: Value[] = [];
	for (let round = 0; round < settings.rounds; round++) {
		for (const clients of settings.clients) {
			const watched = await measure("shop", clients, settings, { livePages: OPEN }, `${OPEN} live pages`);
			const alone = await measure("shop", clients, settings, {}, "no live page");
			runs.push(watched, alone);
			const ratio = watched.perSecond / alone.perSecond;
			add(ratios, { name: `checkouts/s, ${clients} clients: ${OPEN} live pages ÷ none`, values: [ratio] });
			const events = watched.liveEvents / watched.ended;
			add(values, { name: `live events for each checkout, ${clients} clients`, unit: "", values: [events] });
		}
	}
	return { runs, ratios, values };
}
