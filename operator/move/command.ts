import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "moleculer";
import { ConfigError, PLACES, readConfig } from "../../config";
import { systemClock } from "../../shared/domain/clock";
import type { CloudEvent } from "../../shared/events/event";
import { JetStreamEventBus, type JetStreamEventBusOptions } from "../../shared/events/jetstream/jetstream-bus";
import { namesOf } from "../../shared/events/jetstream/jetstream-names";
import { RETRY_POLICY } from "../../shared/events/retry-policy";
import { natsServers } from "../../shared/calls/nats-servers";
import { lockFolder } from "../../shared/process/folder-lock";
import { prepareDataDir } from "../../shared/store/folder/data-folder";
import { EVENTS, FORMAT_FILE, layoutOf, partOf } from "../../shared/store/folder/folder-layout";
import { changeShape, claimShape, shapeOf } from "../../shared/store/folder/folder-shape";
import { claimStream } from "../../shared/store/folder/folder-stream";
import { LmdbReader } from "../../shared/lmdb/lmdb-reader";
import { withDeadline } from "../../shared/timing/deadline";
import type { ManagedProcess } from "../cluster/managed-process";
import { startNats } from "../cluster/servers";
import { refuseWords, runCommand } from "../command-line";
import { copyApart, leaveTogether } from "./documents";
import { moveEvents, type Stream } from "./move";

const USAGE = `usage: npm run move-to-cluster
Makes a cluster's data folder of one that a shop of one process wrote: publishes its events in the stream of a NATS with JetStream.
Stop the shop first. Documents get a store for each service; services handle all events once more, which changes nothing where they were handled.
The command may be killed at any point: run it again, and it goes on.
  DATA_DIR     the folder; ./data if not set
  TRANSPORTER  the NATS; if not set, one that keeps its data in the folder, as npm run cluster starts it
  NAMESPACE    as the cluster will have it
  EVENTS_KEPT_DAYS  as the cluster will have it
Exit code 0: the folder is a cluster's; 2: it is not.`;
const ALL_TYPES = ["*.*"];
const OPEN_WITHIN_MS = 10_000;
const STOP_WITHIN_MS = 10_000;
const TELL_EVERY_MS = 1_000;

runCommand(USAGE, async (words) => {
	refuseWords(words);
	const { dataDir, namespace, natsUrls, eventsKeptMs } = readConfig(process.env);
	if (dataDir === ":memory:") throw new ConfigError("DATA_DIR=:memory: keeps nothing that could be moved");
	if (!existsSync(join(dataDir, FORMAT_FILE)))
		throw new ConfigError(`DATA_DIR=${dataDir} has no shop's data; set it to the folder of the shop`);
	prepareDataDir(dataDir);
	// No shop of one process can start meanwhile, and a cluster is refused by the folder's shape.
	await lockFolder(dataDir);
	const cluster = { shape: "cluster", namespace } as const;
	const found = shapeOf(dataDir);
	if (found?.shape !== "process") {
		// A move that was cut off after the shape was noted.
		if (found) await leaveTogether(dataDir, PLACES);
		claimShape(dataDir, cluster);
		return say(`${dataDir} is a cluster's; there is nothing to move`);
	}
	const servers: ManagedProcess[] = [];
	try {
		const urls = natsUrls ?? [await startNats(dataDir, servers)];
		const moved = await move(dataDir, { urls, namespace, eventsKeptMs });
		if (layoutOf(dataDir) === "together")
			say(`${await copyApart(dataDir, PLACES)} documents are in stores of their own`);
		changeShape(dataDir, cluster);
		await leaveTogether(dataDir, PLACES);
		say(`moved: ${moved} events are in ${nameOf(urls, namespace)}, and ${dataDir} is a cluster's now`);
		say(`start it by: DATA_DIR=${dataDir} ${namespace && `NAMESPACE=${namespace} `}npm run cluster`);
	} finally {
		for (const server of servers) await server.stop(STOP_WITHIN_MS);
	}
});

async function move(dataDir: string, to: Pick<JetStreamEventBusOptions, "urls" | "namespace" | "eventsKeptMs">) {
	const { urls, namespace } = to;
	const name = nameOf(urls, namespace);
	const reader = await LmdbReader.open(partOf(dataDir, EVENTS));
	const bus = new JetStreamEventBus({ ...to, retryPolicy: RETRY_POLICY, clock: systemClock, logger });
	async function* log(): AsyncIterable<CloudEvent> {
		for await (const { value } of reader.entries<CloudEvent, number>("events")) yield value;
	}
	let toldAt = -Infinity;
	const onProgress = (moved: number, all: number) => {
		if (moved < all && performance.now() - toldAt < TELL_EVERY_MS) return;
		toldAt = performance.now();
		say(`${moved} of ${all} events are in ${name}`);
	};
	try {
		await withDeadline(bus.open(), OPEN_WITHIN_MS, () => new Error(`${name} does not answer`));
		const stream: Stream = {
			all: () => bus.history(ALL_TYPES),
			publish: (events) => bus.publish(events),
			backlog: () => bus.backlog(),
		};
		const moved = await moveEvents({ log, stream, name, onProgress });
		for await (const { value } of reader.entries<number>("trimmed")) await bus.noteTrimmed(value);
		claimStream(dataDir, bus.streamId, name);
		return moved;
	} finally {
		await bus.close();
		await reader.close();
	}
}

function nameOf(urls: readonly string[], namespace: string): string {
	return `the stream ${namesOf(namespace).stream} of NATS at ${natsServers(urls).servers.join(",")}`;
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

const tell = (...parts: unknown[]) => void process.stderr.write(`${parts.map(String).join(" ")}\n`);
const quiet = () => undefined;
const logger = { fatal: tell, error: tell, warn: tell, info: quiet, debug: quiet, trace: quiet } as unknown as Logger;
