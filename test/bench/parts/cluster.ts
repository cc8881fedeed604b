import { lackOf } from "../../support/cluster/servers";
import { type OverNats, startOverNats } from "../clusters";
import { measureCheckouts, type Run, type Settings } from "../measure";
import { add, type PartResult, type Ratio } from "./part";

const SHOP = "shop over NATS";
const BASELINES: readonly OverNats[] = ["naive over NATS", "NATS hop"];

/** Checkouts of the shop as processes over NATS, of a naive one, and of requests that do nothing behind one hop. */
export async function cluster(settings: Settings): Promise<PartResult> {
	const runs: Run[] = [];
	const ratios: Ratio[] = [];
	const skipped = lackOf("nats");
	if (skipped) return { runs, ratios, skipped };
	for (let round = 0; round < settings.rounds; round++) {
		for (const clients of settings.clients) {
			const shop = await measureOverNats(SHOP, clients, settings);
			runs.push(shop);
			for (const kind of BASELINES) {
				const run = await measureOverNats(kind, clients, settings);
				runs.push(run);
				const values = [shop.perSecond / run.perSecond];
				add(ratios, { name: `checkouts/s over NATS, ${clients} clients: shop ÷ ${kind}`, values });
			}
		}
	}
	return { runs, ratios };
}

async function measureOverNats(kind: OverNats, clients: number, settings: Settings): Promise<Run> {
	const subject = await startOverNats(kind);
	try {
		return await measureCheckouts(subject, kind, clients, settings);
	} finally {
		await subject.stop();
	}
}
