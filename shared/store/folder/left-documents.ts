import { existsSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../domain/start-error";
import { layoutOf, partOf } from "./folder-layout";
import { collectionsIn } from "../lmdb/copy-collections";
import { LmdbReader } from "../../lmdb/lmdb-reader";

/**
 * Checks that a data folder has no documents of these stores, which are kept in MongoDB: a shop that goes on there would leave them behind. For stores
 * that are apart; {@link refuseLeftTogether} looks at those that are together.
 * @throws StartError that names the stores
 */
export function refuseLeftDocuments(folder: string, stores: readonly string[]): void {
	if (layoutOf(folder) === "apart")
		refuse(
			folder,
			stores.filter((name) => existsSync(join(folder, name, "data.mdb"))),
		);
}

/** Does the same in the environment that stores share. @throws StartError that names the stores */
export async function refuseLeftTogether(folder: string, stores: readonly string[]): Promise<void> {
	const left: string[] = [];
	for (const name of stores) {
		const reader = await LmdbReader.open(partOf(folder, name, "together"));
		if (collectionsIn(reader).some((collection) => reader.count(collection) > 0)) left.push(name);
		await reader.close();
	}
	refuse(folder, left);
}

function refuse(folder: string, left: readonly string[]): void {
	if (left.length === 0) return;
	throw new StartError(
		`DATA_DIR=${folder} has the documents of ${left.join(", ")}, which MONGO_URI would leave behind; leave MONGO_URI away, or name another folder`,
	);
}
