// Measures how a cluster of this machine grows: what idle processes cost, and the checkouts of one, two and three processes of order.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { runCommand, UsageError } from "../../../operator/command-line";
import compile from "../../support/compile";
import { startShopOverNats } from "../clusters";
import { spread } from "../figures";
import { measureCheckouts, type Settings } from "../measure";
import { measureIdle } from "./discovery";
import { measureShares } from "./shares";

const USAGE = `usage: npm run bench:scale -- [--sizes 10,25,50] [--seconds 20] [--orders 1,2,3] [--rounds 2] [--clients 50]
Measures a cluster over NATS on LMDB, first what a checkout costs each service; needs a nats-server, on the path or named by NATS_SERVER:
  --sizes   numbers of processes, spread over all services: heartbeats, messages, connections, consumers and processor time while nobody shops
  --orders  numbers of processes of order, one of each other service: checkouts a second
Each run ends with an audit.`;

async function main(args: string[]): Promise<void> {
	const text = { type: "string" } as const;
	const { values } = parseArgs({
		args,
		options: { sizes: text, seconds: text, orders: text, rounds: text, clients: text },
	});
	const numbers = (list: string) => list.split(",").filter(Boolean).map(wholeNumber);
	const [sizes, orders] = [numbers(values.sizes ?? "10,25,50"), numbers(values.orders ?? "1,2,3")];
	const seconds = wholeNumber(values.seconds ?? "20");
	const rounds = wholeNumber(values.rounds ?? "2");
	const clients = wholeNumber(values.clients ?? "50");
	compile();
	const [processor] = cpus();
	const load = loadavg()[0]!.toFixed(1);
	console.log(`${cpus().length} × ${processor?.model}, Node ${process.version}; load of others before: ${load}`);

	const { perSecond, cpuMs, received, delivered, deliveredKb, documentsKb, eventsKb } = await measureShares(
		clients,
		seconds,
	);
	console.log(
		[
			`each checkout, at ${perSecond.toFixed(1)}/s with ${clients} clients`,
			`  processor  ${cpuMs.map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(", ")} ms`,
			`  NATS       ${received.toFixed(1)} messages in, ${delivered.toFixed(1)} out, ${deliveredKb.toFixed(1)} kB out`,
			`  disk       ${documentsKb.toFixed(1)} kB of documents, ${eventsKb.toFixed(1)} kB of JetStream`,
		].join("\n"),
	);
	for (const idle of await measureIdle(sizes, seconds)) {
		const { published, delivered, milliCores, lastStart } = idle;
		console.log(
			[
				`${idle.processes} processes (at most ${idle.ofEach} of a service): ${idle.connections} connections, ${idle.consumers} consumers`,
				`  published  ${published.heartbeats.toFixed(1)} heartbeats/s, ${published.others.toFixed(1)} other packets/s`,
				`  delivered  ${delivered.messages.toFixed(0)} messages/s, ${delivered.kilobytes.toFixed(0)} kB/s`,
				`  processor  ${milliCores.process.toFixed(1)} thousandths of a core each, NATS ${milliCores.nats.toFixed(1)}`,
				`  last start ${lastStart.readyMs.toFixed(0)} ms until ready, described itself in ${lastStart.infoBytes} bytes`,
			].join("\n"),
		);
	}
	await measureOrders(orders, { rounds, seconds, clients });
}

async function measureOrders(
	counts: readonly number[],
	{ rounds, seconds, clients }: Pick<Settings, "rounds" | "seconds"> & { clients: number },
): Promise<void> {
	const settings: Settings = {
		rounds,
		seconds,
		warmUpSeconds: 5,
		clients: [clients],
		stored: 0,
		profileFolder: undefined,
		progress: (line) => void process.stderr.write(`${line}\n`),
	};
	const perSecond = new Map<number, number[]>(counts.map((count) => [count, []]));
	for (let round = 0; round < rounds; round++) {
		for (const count of counts) {
			const subject = await startShopOverNats({ processes: { order: count } });
			try {
				const run = await measureCheckouts(subject, `${count} of order`, clients, settings);
				perSecond.get(count)!.push(run.perSecond);
				const counts = Object.entries(run.counts!).map(([what, value]) => `${what} ${value.toFixed(1)}`);
				settings.progress(`  each: ${counts.join(", ")}`);
			} finally {
				await subject.stop();
			}
		}
	}
	const first = perSecond.get(counts[0]!) ?? [];
	for (const [count, values] of perSecond) {
		const ratios = values.map((value, round) => value / first[round]!);
		console.log(`${count} of order: ${spread(values)} checkouts/s, ${spread(ratios, 2)} of that of ${counts[0]}`);
	}
}

function wholeNumber(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new UsageError(`"${text}" is no number from 1`);
	return value;
}

runCommand(USAGE, main);
