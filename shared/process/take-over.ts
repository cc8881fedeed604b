import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Database, Key } from "lmdb";
import type { Logger, Middleware } from "moleculer";
import { emptyOutbox } from "../aggregates/outbox";
import { type EmbeddedDatabases, openDatabases } from "../events/embedded/embedded-databases";
import type { CloudEvent } from "../events/event";
import { checkRoomForCopy, copyCollections, inChunks } from "../store/lmdb/copy-collections";
import { changeLayout, EVENTS, layoutOf, partOf, sharedFolder } from "../store/folder/folder-layout";
import { refuseLeftTogether } from "../store/folder/left-documents";
import { LmdbEnvironment } from "../store/lmdb/lmdb-environment";
import { LmdbReader } from "../store/lmdb/lmdb-reader";
import { sync } from "../store/folder/write-once";

export interface TakeOverOptions {
	/** The data folder of a shop of one process. */
	dataDir: string;
	/** The names of all stores in it. */
	stores: readonly string[];
	/** Of these, the ones that are in MongoDB now. */
	elsewhere: readonly string[];
	logger: Logger;
}

/**
 * A middleware that gives the data folder of a shop of one process the layout "together" before anything is opened: documents and events that a
 * version up to 0.4.0 has left apart are copied. It may be killed at any point: the folders of the earlier version are removed once the copy is complete
 * and on disk.
 */
export function takeOverFolder({ dataDir, stores, elsewhere, logger }: TakeOverOptions): Middleware {
	return {
		name: "TakeOver",
		async starting() {
			if (layoutOf(dataDir) === "apart") {
				const { documents, events } = await copyTogether(dataDir, stores);
				changeLayout(dataDir, "together");
				if (documents + events > 0)
					logger.info(
						`${dataDir} has ${documents} documents and ${events} events of an earlier version in one store now`,
					);
			}
			for (const name of [...stores, EVENTS]) rmSync(join(dataDir, name), { recursive: true, force: true });
			await refuseLeftTogether(dataDir, elsewhere);
		},
	} as Middleware;
}

/** Copies all documents and events into one environment. Events that are still in the outbox of their document are appended to the log. */
async function copyTogether(
	dataDir: string,
	stores: readonly string[],
): Promise<{ documents: number; events: number }> {
	const path = sharedFolder(dataDir);
	// Left of a copy that was cut off.
	rmSync(path, { recursive: true, force: true });
	checkRoomForCopy(dataDir, new Set([...stores, EVENTS].map((name) => partOf(dataDir, name, "apart").path)));
	const together = partOf(dataDir, EVENTS, "together");
	const shared = new LmdbEnvironment({ ...together, durable: true });
	const environment = await shared.open();
	const log = await openDatabases(shared, together.prefix);
	try {
		const events = await reading(dataDir, EVENTS, (from) => copyLog(from, log));
		let documents = 0;
		for (const name of stores) {
			const unsent: CloudEvent[] = [];
			const take = (document: Parameters<typeof emptyOutbox>[0]) => {
				const emptied = emptyOutbox(document, (id) => log.events.get(log.positions.get(id) ?? 0));
				unsent.push(...emptied.unsent);
				return emptied.document;
			};
			const { prefix } = partOf(dataDir, name, "together");
			documents += await reading(dataDir, name, (from) => copyCollections(from, environment, prefix, take));
			await append(log, unsent);
		}
		return { documents, events };
	} finally {
		await log.close();
		await shared.close();
		sync(path);
	}
}

async function reading<T>(dataDir: string, name: string, read: (from: LmdbReader) => Promise<T>): Promise<T> {
	const reader = await LmdbReader.open(partOf(dataDir, name, "apart"));
	try {
		return await read(reader);
	} finally {
		await reader.close();
	}
}

/** Resolves with the number of events. */
async function copyLog(from: LmdbReader, { environment, ...to }: EmbeddedDatabases): Promise<number> {
	const copied: number[] = [];
	for (const name of ["events", "positions", "progress", "types", "retries", "dead", "trimmed"] as const) {
		const database = to[name] as Database<unknown>;
		const count = await inChunks(from.entries<unknown, Key>(name), (chunk) =>
			environment.batch(() => {
				for (const { key, value } of chunk) void database.put(key, value);
			}),
		);
		copied.push(count);
	}
	return copied[0]!;
}

async function append(
	{ environment, events, positions }: EmbeddedDatabases,
	unsent: readonly CloudEvent[],
): Promise<void> {
	const [last = 0] = events.getKeys({ reverse: true, limit: 1 });
	await environment.batch(() => {
		unsent.forEach((event, index) => {
			void events.put(last + index + 1, event);
			void positions.put(event.id, last + index + 1);
		});
	});
}
