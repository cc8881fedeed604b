// Measures what idle processes of a cluster cost: heartbeats and descriptions of their services, which each process sends to all others, and the
// looks of JetStream's consumers for events.
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type NatsConnection } from "nats";
import { SERVICE_NAMES } from "../../../config";
import { startCluster } from "../../support/cluster/cluster";
import { freePort } from "../../support/cluster/processes";
import { usageOf } from "../usage";
import { natsState } from "./nats-monitor";

/** Processes that start at the same time: a start takes a second of processor time. */
const AT_ONCE = 4;
const READY_WITHIN_MS = 60_000;
const SETTLED_AFTER_MS = 3_000;

/** Of one number of processes, while nobody shops. */
export interface Idle {
	processes: number;
	/** How many of them are of each service, at most. */
	ofEach: number;
	connections: number;
	consumers: number;
	/** Moleculer's packets that processes publish, each second; NATS delivers most of them to all other processes. */
	published: { heartbeats: number; others: number };
	/** All that NATS delivers, each second. */
	delivered: { messages: number; kilobytes: number };
	/** Of one process on average, and of NATS: thousandths of a core. */
	milliCores: { process: number; nats: number };
	/** Until the process that was added last was ready, and the size of the description that it sent to all. */
	lastStart: { readyMs: number; infoBytes: number };
}

/** Grows one cluster to these numbers of processes, spread over all services, and measures each for so many seconds. */
export async function measureIdle(sizes: readonly number[], seconds: number): Promise<Idle[]> {
	const monitorPort = await freePort();
	const monitorUrl = `http://127.0.0.1:${monitorPort}`;
	const cluster = await startCluster({ nats: ["-m", String(monitorPort)] });
	const listener = await connect({ servers: cluster.nats.url });
	try {
		const packets = countPackets(listener);
		const measured: Idle[] = [];
		for (const size of sizes) {
			let readyMs = Number.NaN;
			while (cluster.processes().length < size) {
				const first = cluster.processes().length;
				const count = Math.min(AT_ONCE, size - first);
				const since = performance.now();
				const added = await Promise.all(
					Array.from({ length: count }, (_, index) =>
						cluster.add(SERVICE_NAMES[(first + index) % SERVICE_NAMES.length]!),
					),
				);
				await Promise.all(added.map((shopProcess) => shopProcess.ready(READY_WITHIN_MS)));
				readyMs = performance.now() - since;
			}
			await sleep(SETTLED_AFTER_MS);
			const pids = cluster.processes().map(({ child }) => child.pid!);
			const look = async () => ({
				state: await natsState(monitorUrl),
				own: await usageOf(pids, []),
				nats: await usageOf([cluster.nats.process.pid!], []),
				packets: { ...packets },
				atS: performance.now() / 1_000,
			});
			const before = await look();
			await sleep(seconds * 1_000);
			const after = await look();
			const each = (of: (at: typeof after) => number) => (of(after) - of(before)) / (after.atS - before.atS);
			measured.push({
				processes: size,
				ofEach: Math.ceil(size / SERVICE_NAMES.length),
				connections: after.state.connections - 1,
				consumers: after.state.consumers,
				published: { heartbeats: each((at) => at.packets.heartbeats), others: each((at) => at.packets.others) },
				delivered: {
					// The listener's own are not the shop's.
					messages: each((at) => at.state.delivered.messages - at.packets.heartbeats - at.packets.others),
					kilobytes: each((at) => at.state.delivered.bytes - at.packets.bytes) / 1_000,
				},
				milliCores: { process: each((at) => at.own.cpuMs) / size, nats: each((at) => at.nats.cpuMs) },
				lastStart: { readyMs, infoBytes: packets.infoBytes },
			});
		}
		await cluster.audit();
		return measured;
	} finally {
		await listener.close();
		await cluster.stop();
	}
}

/** Counts Moleculer's packets from now on, in the object that it returns. */
function countPackets(listener: NatsConnection) {
	const counted = { heartbeats: 0, others: 0, bytes: 0, infoBytes: 0 };
	listener.subscribe("MOL.>", {
		callback: (_error, { subject, data }) => {
			if (subject === "MOL.HEARTBEAT") counted.heartbeats++;
			else counted.others++;
			counted.bytes += data.length;
			if (subject.startsWith("MOL.INFO")) counted.infoBytes = data.length;
		},
	});
	return counted;
}
