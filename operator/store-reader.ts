import { join } from "node:path";
import { type Config, mongoUriOf, STORING_SERVICES, type StoreName } from "../config";
import { LmdbReader } from "../shared/store/lmdb/lmdb-store";
import { MongoStore } from "../shared/store/mongo/mongo-store";
import type { Stored } from "../shared/store/store";
import { withDeadline } from "../shared/timing/deadline";

const CONNECT_WITHIN_MS = 5_000;

/** Where a shop keeps what it writes down, as it is configured itself. */
export type Places = Pick<Config, "dataDir"> & Partial<Pick<Config, "mongoUris" | "natsUrls" | "namespace">>;

/** What one of them has stored, wherever that is; the shop may be running, and nothing is written. */
export interface Documents {
	/** Where they are, without what is secret of a URI. */
	place: string;
	/** Every document of a collection, by id; none where nobody has stored any. */
	all<D extends Stored>(collection: string): AsyncIterable<D>;
	close(): Promise<void>;
}

/** Whether anything of the shop is in its data folder. */
export function usesDataDir(places: Places): boolean {
	return !places.natsUrls || STORING_SERVICES.some((name) => mongoUriOf(places, name) === undefined);
}

/** @throws Error on a damaged file, or where MongoDB does not answer or refuses */
export async function openDocuments(
	places: Places,
	store: StoreName,
	collections: readonly string[],
): Promise<Documents> {
	const uri = mongoUriOf(places, store);
	return uri === undefined ? inFolder(places.dataDir, store) : inMongo(uri, store, collections);
}

function inFolder(dataDir: string, store: StoreName): Documents {
	const reader = new LmdbReader(join(dataDir, store));
	return {
		place: dataDir,
		async *all<D>(collection: string) {
			for await (const { value } of reader.entries<D>(collection, true)) yield value;
		},
		close: () => reader.close(),
	};
}

async function inMongo(uri: string, service: StoreName, names: readonly string[]): Promise<Documents> {
	// Without indexes, so that none is made.
	const collections = Object.fromEntries(names.map((name) => [name, {}]));
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
