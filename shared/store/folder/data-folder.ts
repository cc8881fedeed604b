import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { StartError } from "../../domain/start-error";
import { FORMAT_FILE, type Layout, newFormat, readFormat, sharedFolder } from "./folder-layout";
import { checkLmdbFile } from "../../lmdb/lmdb-file";
import { writeOnce } from "./write-once";

/**
 * Creates a data folder or checks it, before anything opens it: it must be writable, have a format of this version and no damaged file.
 * Several processes may do so at once. Returns the folder's id, which is the same for all processes that share it.
 * @throws StartError that names the folder or file
 */
export function prepareDataDir(path: string): string {
	let found: { layout: Layout; id: string };
	const file = join(path, FORMAT_FILE);
	try {
		makeFolder(path);
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
		if (!existsSync(file)) {
			if (existsSync(join(sharedFolder(path), "data.mdb")))
				throw new StartError(`${file} is missing beside the shop's data; restore it from a backup`);
			writeOnce(file, newFormat(randomUUID()));
		}
		found = readFormat(file);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (!code) throw error;
		throw new StartError(`DATA_DIR=${path} cannot be used (${code}); name a folder that can be written`);
	}
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		const folder = join(path, entry.name);
		// Folders of the other layout are left of a change that was cut off; they may be torn, and are removed.
		const layout = folder === sharedFolder(path) ? "together" : "apart";
		if (entry.isDirectory() && layout === found.layout) checkLmdbFile(join(folder, "data.mdb"));
	}
	return found.id;
}

/** Creates the folder and its parents. Node's `recursive` never returns where the system allows no folder, as below /proc. */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	const parent = dirname(path);
	if (parent !== path) makeFolder(parent);
	try {
		mkdirSync(path);
	} catch (error) {
		// Another process created it first.
		if (!existsSync(path)) throw error;
	}
}
