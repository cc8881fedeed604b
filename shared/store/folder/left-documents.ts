import { existsSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../domain/start-error";

/**
 * Checks that a data folder has no documents of these stores, which are kept in MongoDB: a shop that goes on there would leave them behind.
 * @throws StartError that names the stores
 */
export function refuseLeftDocuments(folder: string, stores: readonly string[]): void {
	const left = stores.filter((name) => existsSync(join(folder, name, "data.mdb")));
	if (left.length === 0) return;
	throw new StartError(
		`DATA_DIR=${folder} has the documents of ${left.join(", ")}, which MONGO_URI would leave behind; leave MONGO_URI away, or name another folder`,
	);
}
