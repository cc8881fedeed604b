import { rmSync } from "node:fs";
import { checkRoomForCopy, collectionsIn, copyCollections } from "../../shared/store/lmdb/copy-collections";
import { changeLayout, type Layout, layoutOf, partOf, sharedFolder } from "../../shared/store/folder/folder-layout";
import { LmdbEnvironment } from "../../shared/lmdb/lmdb-environment";
import { LmdbReader } from "../../shared/lmdb/lmdb-reader";
import { sync } from "../../shared/store/folder/write-once";

/**
 * Copies the documents that a data folder has together into an environment for each of these stores. It may be killed at any point, and begins anew when it is
 * called again. Resolves with their number once the disk has them; the layout is still "together" then.
 */
export async function copyApart(dataDir: string, stores: readonly string[]): Promise<number> {
	for (const name of stores) rmSync(partOf(dataDir, name, "apart").path, { recursive: true, force: true });
	checkRoomForCopy(dataDir, new Set([sharedFolder(dataDir)]));
	let copied = 0;
	for (const name of stores) {
		const { path } = partOf(dataDir, name, "apart");
		const reader = await LmdbReader.open(partOf(dataDir, name, "together"));
		if (collectionsIn(reader).length > 0) copied += await copyTo(path, reader);
		await reader.close();
	}
	return copied;
}

async function copyTo(path: string, reader: LmdbReader): Promise<number> {
	try {
		return await copyCollections(reader, new LmdbEnvironment({ path, durable: true }));
	} finally {
		sync(path);
	}
}

/**
 * Ends the move of a folder whose shape is a cluster's already: its documents and events have been copied, and no cluster starts on it before the
 * layout is noted.
 * @throws Error where a copy has fewer documents than there are together: then nothing is removed
 */
export async function leaveTogether(dataDir: string, stores: readonly string[]): Promise<void> {
	if (layoutOf(dataDir) === "together") {
		for (const name of stores) {
			const [copies, documents] = [await countIn(dataDir, name, "apart"), await countIn(dataDir, name, "together")];
			if (copies < documents)
				throw new Error(
					`${dataDir} has ${copies} of ${documents} documents of ${name} in a store of their own; nothing is removed`,
				);
		}
		changeLayout(dataDir, "apart");
	}
	rmSync(sharedFolder(dataDir), { recursive: true, force: true });
}

async function countIn(dataDir: string, name: string, layout: Layout): Promise<number> {
	const reader = await LmdbReader.open(partOf(dataDir, name, layout));
	try {
		return collectionsIn(reader).reduce((sum, collection) => sum + reader.count(collection), 0);
	} finally {
		await reader.close();
	}
}
