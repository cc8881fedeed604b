import { LmdbEnvironment } from "../../../shared/store/lmdb/lmdb-environment";

/** An LMDB environment in this folder, whose writes need not be on disk. */
export function temporaryEnvironment(path: string): LmdbEnvironment {
	return new LmdbEnvironment({ path, durable: false });
}
