import { LmdbEnvironment, type LmdbFolder } from "../../../shared/lmdb/lmdb-environment";

/** An LMDB environment in this folder, whose writes need not be on disk. */
export function temporaryEnvironment(folder: string | LmdbFolder): LmdbEnvironment {
	return new LmdbEnvironment({ ...(typeof folder === "string" ? { path: folder } : folder), durable: false });
}
