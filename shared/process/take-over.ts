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
import { LmdbEnvironment } from "../lmdb/lmdb-environment";
import { LmdbReader } from "../lmdb/lmdb-reader";
import { sync } from "../store/folder/write-once";

export interface TakeOverOptions {
	/** The data folder of a shop of one process. */
	dataDir: string;
	/** The names of all stores in it. */
	stores: readonly string[];
	/** Of these, the ones that are in MongoDB now. */
	elsewhere: readonly string[];
	logger(): Logger;
}

/** Of this process, which takes over one folder when it starts. */
let copying: Promise<unknown> | undefined;
let isCutOff = false;

/**
 * Ends a copy that is under way after the documents that are being written. Call it before the process exits: one that exited in the middle of a
 * write was seen to hang. Resolves once nothing is written.
 */
export async function cutOffTakeOver(): Promise<void> {
	isCutOff = true;
	await copying?.catch(() => undefined);
}

/**
 * Two middlewares that give the data folder of a shop of one process the layout "together". `copy`, before anything is opened, copies the documents
 * and events that a version up to 0.4.0 has left apart. `settle`, before any service starts and after all that may refuse the start, notes the layout
 * and removes the folders of the earlier version: until then that version may go on. The process may be killed at any point.
 */
export function takeOverFolder({ dataDir, stores, elsewhere, logger }: TakeOverOptions): {
	copy: Middleware;
	settle: Middleware;
} {
	let taken = { documents: 0, events: 0 };
	const copy = {
		name: "CopyFolder",
		async starting() {
			if (layoutOf(dataDir) === "apart") {
				const copied = copyTogether(dataDir, stores);
				copying = copied;
				taken = await copied;
				// The process ends.
				if (isCutOff) await new Promise(() => undefined);
			}
			await refuseLeftTogether(dataDir, elsewhere);
		},
	};
	const settle = {
		name: "SettleFolder",
		async starting() {
			if (layoutOf(dataDir) === "apart") changeLayout(dataDir, "together");
			for (const name of [...stores, EVENTS]) rmSync(join(dataDir, name), { recursive: true, force: true });
			const { documents, events } = taken;
			if (documents + events > 0)
				logger().info(
					`${dataDir} has ${documents} documents and ${events} events of an earlier version in one store now`,
				);
		},
	};
	return { copy: copy as Middleware, settle: settle as Middleware };
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
			documents += await reading(dataDir, name, (from) =>
				copyCollections(from, shared, { prefix, change: take, isOver }),
			);
			await append(log, unsent);
		}
		return { documents, events };
	} finally {
		await log.close();
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

function isOver(): boolean {
	return isCutOff;
}

/** Resolves with the number of events. */
async function copyLog(from: LmdbReader, { batch, ...to }: EmbeddedDatabases): Promise<number> {
	const copied: number[] = [];
	for (const name of ["events", "positions", "progress", "types", "retries", "dead", "trimmed"] as const) {
		const database = to[name] as Database<unknown>;
		const count = await inChunks(
			from.entries<unknown, Key>(name),
			(chunk) =>
				batch(() => {
					for (const { key, value } of chunk) void database.put(key, value);
				}),
			isOver,
		);
		copied.push(count);
	}
	return copied[0]!;
}

async function append({ batch, events, positions }: EmbeddedDatabases, unsent: readonly CloudEvent[]): Promise<void> {
	const [last = 0] = events.getKeys({ reverse: true, limit: 1 });
	await batch(() => {
		unsent.forEach((event, index) => {
			void events.put(last + index + 1, event);
			void positions.put(event.id, last + index + 1);
		});
	});
}
