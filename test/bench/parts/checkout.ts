import { measure, type Run, type Settings } from "../measure";
import type { OneProcess } from "../subject";
import type { PartResult } from "./part";

/** Checkouts of the shop, of a naive one, and of requests that do nothing. */
export async function checkout(settings: Settings): Promise<PartResult> {
	const kinds: OneProcess[] = ["shop", "naive on file", "naive in memory", "empty"];
	const runs: Run[] = [];
	for (let round = 0; round < settings.rounds; round++)
		for (const clients of settings.clients) for (const kind of kinds) runs.push(await measure(kind, clients, settings));
	const of = (name: string, clients: number) => runs.filter((run) => run.name === name && run.clients === clients);
	const ratios = settings.clients.flatMap((clients) =>
		kinds.slice(1).map((kind) => ({
			name: `checkouts/s, ${clients} clients: shop ÷ ${kind}`,
			values: of("shop", clients).map(({ perSecond }, round) => perSecond / of(kind, clients)[round]!.perSecond),
		})),
	);
	return { runs, ratios };
}
