import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, mongoUriOf, STORING_SERVICES } from "./config";
import { layoutOf } from "./shared/store/folder/folder-layout";
import { shapeOf } from "./shared/store/folder/folder-shape";
import type * as mongo from "./shared/store/mongo/mongo-options";

/**
 * By service, the id of its store; the same for two processes that share the store. All MongoDB databases have the same id, because two URIs
 * may name one database.
 */
export function storesOf(config: Config, dataDirId: string): Record<string, string> {
	const storing = STORING_SERVICES.filter((name) => config.services.includes(name));
	return Object.fromEntries(
		storing.map((name) => [name, mongoUriOf(config, name) === undefined ? `lmdb:${dataDirId}` : "mongodb"]),
	);
}

/** The places of this process's documents, and of events that stay inside it, in words for people; without the secrets of a URI. */
export function placesOf(config: Pick<Config, "services" | "dataDir" | "natsUrls" | "mongoUris">): string[] {
	const uris = STORING_SERVICES.filter((name) => config.services.includes(name)).map((name) =>
		mongoUriOf(config, name),
	);
	const inFolder = !config.natsUrls || uris.includes(undefined);
	const folder = config.dataDir === ":memory:" ? "kept nowhere" : config.dataDir;
	const databases = uris.flatMap((uri) => (uri === undefined ? [] : `MongoDB at ${databaseOf(uri)}`));
	return [...(inFolder ? [folder] : []), ...new Set(databases)];
}

/** Hosts and database of a URI, without its secrets. */
function databaseOf(uri: string): string {
	const { readMongoUri } = require("./shared/store/mongo/mongo-options") as typeof mongo;
	return readMongoUri(uri, "a service").name;
}

/**
 * Whether the data folder is this shop's: it stores events or documents there. So is a folder with events of one process and no documents, as those
 * are in MongoDB; where events and documents are together, what becomes of them is asked for too.
 */
export function isOwnFolder(config: Config, dataDir: string): boolean {
	const storing = STORING_SERVICES.filter((name) => config.services.includes(name));
	if (!config.natsUrls || storing.some((name) => !mongoUriOf(config, name))) return true;
	const hasDocuments = STORING_SERVICES.some((name) => existsSync(join(dataDir, name, "data.mdb")));
	const isTogether = layoutOf(dataDir) === "together";
	return shapeOf(dataDir)?.shape === "process" && (isTogether ? storing.length > 0 : !hasDocuments);
}
