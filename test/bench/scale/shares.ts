// Measures what a checkout costs each service of a cluster, NATS, and the disks: the figures that a platform is sized by.
import { SERVICE_NAMES } from "../../../config";
import { startCluster } from "../../support/cluster/cluster";
import { freePort } from "../../support/cluster/processes";
import type { CheckoutFigures } from "../load/checkouts";
import { load } from "../load/run";
import { addProducts } from "../measure";
import { usageOf } from "../usage";
import { natsState } from "./nats-monitor";

const WARM_UP_S = 5;

/** Of one checkout. */
export interface Shares {
	perSecond: number;
	/** Milliseconds of processor time, by service, and of NATS. */
	cpuMs: Array<[name: string, ms: number]>;
	/** Messages that NATS received and delivered, and the kilobytes that it delivered. */
	received: number;
	delivered: number;
	deliveredKb: number;
	/** Kilobytes that documents and events take on the disk. */
	documentsKb: number;
	eventsKb: number;
}

export async function measureShares(clients: number, seconds: number): Promise<Shares> {
	const monitorPort = await freePort();
	const cluster = await startCluster({ nats: ["-m", String(monitorPort)] });
	try {
		const url = cluster.urls[0]!;
		const asked = { url, clients, products: await addProducts(url, 1), obey: true, onlyOrdering: 0 };
		await load("load/checkouts", { ...asked, prefix: "warm-up", seconds: WARM_UP_S });
		const pids = new Map<string, number>([
			...SERVICE_NAMES.map((name) => [name, cluster.processes(name)[0]!.child.pid!] as const),
			["NATS", cluster.nats.process.pid!],
		]);
		const look = async () => ({
			used: new Map(
				await Promise.all([...pids].map(async ([name, pid]) => [name, (await usageOf([pid], [])).cpuMs] as const)),
			),
			nats: await natsState(`http://127.0.0.1:${monitorPort}`),
			documents: (await usageOf([], [cluster.env.DATA_DIR!])).diskBytes,
			events: (await usageOf([], [cluster.nats.dataDir])).diskBytes,
		});
		const before = await look();
		const figures = await load<CheckoutFigures>("load/checkouts", { ...asked, prefix: "run", seconds });
		await cluster.audit();
		const after = await look();
		const each = (of: (at: typeof after) => number) => (of(after) - of(before)) / figures.ended;
		return {
			perSecond: figures.perSecond,
			cpuMs: [...pids.keys()].map((name) => [name, each(({ used }) => used.get(name)!)]),
			received: each(({ nats }) => nats.received.messages),
			delivered: each(({ nats }) => nats.delivered.messages),
			deliveredKb: each(({ nats }) => nats.delivered.bytes) / 1_000,
			documentsKb: each(({ documents }) => documents) / 1_000,
			eventsKb: each(({ events }) => events) / 1_000,
		};
	} finally {
		await cluster.stop();
	}
}
