// Fills the data folder of a shop that does not run with copies of what it has, directly in its stores and its event log: a process of its own, so that
// its memory is given back.
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readConfig, type StoreName } from "../../../config";
import { messageId } from "../../../services/notification/notification.rules";
import { openDatabases } from "../../../shared/events/embedded/embedded-databases";
import { EmbeddedLog } from "../../../shared/events/embedded/embedded-log";
import type { CloudEvent } from "../../../shared/events/event";
import { EVENTS, partOf } from "../../../shared/store/folder/folder-layout";
import { LmdbEnvironment } from "../../../shared/lmdb/lmdb-environment";
import { LmdbStore } from "../../../shared/store/lmdb/lmdb-store";
import { StoreAdapter } from "../../../shared/store/moleculer-db-adapter";
import type { Collection, Indexes, Stored } from "../../../shared/store/store";
import { createShop } from "../../../shop";
import { printFigures } from "../load/print";
import { Renaming, Template } from "./copy";

export interface Filling {
	dataDir: string;
	/** The number of copies beside the original. */
	copies: number;
}

interface Copied {
	collection: Collection<Stored>;
	templates: Array<Template<Stored>>;
}

async function fill({ dataDir, copies }: Filling): Promise<object> {
	const environment = environmentOf(dataDir);
	const stores = await openStores(dataDir, environment);
	const databases = await openDatabases(environment, partOf(dataDir, EVENTS).prefix);
	const log = new EmbeddedLog(databases);
	const events = [...databases.events.getRange()].map(({ value }) => new Template<CloudEvent>(value));
	const eventOf = new Map(events.map(({ original }) => [messageId(original.id), original.id]));
	const collections = await Promise.all(
		stores.flatMap(({ store, names }) => names.map((name) => templatesOf(store.collection(name)))),
	);
	for (let number = 1; number <= copies; number++) {
		const renaming = new Renaming(number, eventOf);
		await Promise.all([
			...collections.flatMap(({ collection, templates }) =>
				copiesOf(templates, renaming, "_id").map((document) => save(collection, document)),
			),
			log.append(copiesOf(events, renaming, "id"), (put) => databases.batch(() => void put())),
		]);
	}
	// All services have handled all events of the original, and what follows from the events of the copies is copied too.
	await databases.batch(() => {
		for (const consumer of databases.progress.getKeys()) void databases.progress.put(consumer, log.newest);
	});
	await databases.close();
	for (const { store } of stores) await store.disconnect();
	await compact(dataDir);
	return { events: log.newest };
}

/** Writes need not be on disk. */
function environmentOf(dataDir: string): LmdbEnvironment {
	return new LmdbEnvironment({ ...partOf(dataDir, EVENTS), durable: false });
}

/** Opens every store that the shop has, with its indexes. */
async function openStores(
	dataDir: string,
	environment: LmdbEnvironment,
): Promise<Array<{ store: LmdbStore; names: string[] }>> {
	const stores: Array<{ store: LmdbStore; names: string[] }> = [];
	const openStore = (name: StoreName, collections: Readonly<Record<string, Indexes>>) => {
		const store = new LmdbStore({ environment, prefix: partOf(dataDir, name).prefix, collections });
		stores.push({ store, names: Object.keys(collections) });
		return new StoreAdapter(store, collections);
	};
	// Not started: it only says which stores there are.
	const shop = createShop(readConfig({ DATA_DIR: dataDir, LOGLEVEL: "fatal" }), { openStore });
	await shop.stop();
	for (const { store } of stores) await store.connect();
	return stores;
}

async function templatesOf(collection: Collection<Stored>): Promise<Copied> {
	const templates: Copied["templates"] = [];
	for await (const document of collection.all()) templates.push(new Template(document));
	return { collection, templates };
}

/**
 * Replaces the environment by a compact copy that is on disk. Filling leaves so many free pages that each later commit would write
 * its list of them for long, and a commit also waits for the disk to take what was filled.
 */
async function compact(dataDir: string): Promise<void> {
	const { path } = partOf(dataDir, EVENTS);
	const copy = `${path}.compact`;
	await mkdir(copy);
	const shared = environmentOf(dataDir);
	await (await shared.open()).backup(copy, true);
	await shared.close();
	const file = join(path, "data.mdb");
	await rename(join(copy, "data.mdb"), file);
	await rm(copy, { recursive: true });
	const written = await open(file, "r+");
	await written.sync();
	await written.close();
}

/** What keeps its id belongs to the whole shop, as its sample catalogue does, and is not copied. */
function copiesOf<Of extends object>(templates: ReadonlyArray<Template<Of>>, renaming: Renaming, id: keyof Of): Of[] {
	return templates.flatMap((template) => {
		const copy = template.copy(renaming);
		return copy[id] === template.original[id] ? [] : [copy];
	});
}

/** @throws Error where there is a document with this id */
async function save(collection: Collection<Stored>, document: Stored): Promise<void> {
	if (!(await collection.save(document, undefined))) throw new Error(`there are two documents ${document._id}`);
}

if (require.main === module) printFigures(fill);
