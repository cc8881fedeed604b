import { type Config, mongoUriOf, STORING_SERVICES, type StoreName } from "../config";
import type * as mongo from "../shared/store/mongo/mongo-store";
import type { Stored } from "../shared/store/store";
import { withDeadline } from "../shared/timing/deadline";
import { partOf } from "../shared/store/folder/folder-layout";
import { LmdbReader } from "../shared/lmdb/lmdb-reader";

const CONNECT_WITHIN_MS = 5_000;

/** The settings of a shop that say where it stores documents and events. */
export type Places = Pick<Config, "dataDir"> & Partial<Pick<Config, "mongoUris" | "natsUrls" | "namespace">>;

/** One store of the shop, opened for reading only; the shop may be running. */
export interface Documents {
	/** The folder or server, without the password of a URI. */
	place: string;
	/** All documents of a collection, by id; none where the collection does not exist. */
	all<D extends Stored>(collection: string): AsyncIterable<D>;
	close(): Promise<void>;
}

/** Whether the shop stores anything in its data folder. */
export function usesDataDir(places: Places): boolean {
	return !places.natsUrls || STORING_SERVICES.some((name) => mongoUriOf(places, name) === undefined);
}

/** Opens a store for reading. @throws Error where the file is damaged, or MongoDB refuses or does not answer within 5 s */
export async function openDocuments(
	places: Places,
	store: StoreName,
	collections: readonly string[],
): Promise<Documents> {
	const uri = mongoUriOf(places, store);
	return uri === undefined ? inFolder(places.dataDir, store) : inMongo(uri, store, collections);
}

async function inFolder(dataDir: string, store: StoreName): Promise<Documents> {
	const reader = await LmdbReader.open(partOf(dataDir, store));
	return {
		place: dataDir,
		async *all<D>(collection: string) {
			for await (const { value } of reader.entries<D>(collection, true)) yield value;
		},
		close: () => reader.close(),
	};
}

async function inMongo(uri: string, service: StoreName, names: readonly string[]): Promise<Documents> {
	// No indexes are declared, so that the store creates none.
	const collections = Object.fromEntries(names.map((name) => [name, {}]));
	const { MongoStore } = require("../shared/store/mongo/mongo-store") as typeof mongo;
	const store = new MongoStore({ uri, service, collections, logger: { warn: () => undefined } });
	try {
		await withDeadline(store.connect(), CONNECT_WITHIN_MS, () => new Error(`MongoDB at ${store.name} does not answer`));
	} catch (error) {
		await store.disconnect();
		throw error;
	}
	return {
		place: `MongoDB at ${store.name}`,
		all: (collection) => store.collection<never>(collection).all(),
		close: () => store.disconnect(),
	};
}
