import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StartError } from "../../domain/start-error";
import { checkLmdbFile } from "../lmdb/lmdb-file";
import { writeOnce } from "./write-once";

/** The version of the data folder's format; raised when old and new versions cannot read each other's folders. */
const FORMAT = 3;

/** The file with the format and the id of a data folder. */
export const FORMAT_FILE = "format.json";

/**
 * Creates a data folder or checks it, before anything opens it: it must be writable, have this version's format and no damaged file.
 * Several processes may do so at once. Returns the folder's id, which is the same for all processes that share it.
 * @throws StartError that names the folder or file
 */
export function prepareDataDir(path: string): string {
	let id: string;
	try {
		makeFolder(path);
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
		id = readFormat(join(path, FORMAT_FILE));
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (!code) throw error;
		throw new StartError(`DATA_DIR=${path} cannot be used (${code}); name a folder that can be written`);
	}
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		if (entry.isDirectory()) checkLmdbFile(join(path, entry.name, "data.mdb"));
	}
	return id;
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

/** Returns the folder's id. @throws StartError where the format is another one or the file is damaged */
function readFormat(file: string): string {
	if (!existsSync(file)) writeOnce(file, `${JSON.stringify({ format: FORMAT, id: randomUUID() })}\n`);
	let found: { format?: unknown; id?: unknown } = {};
	try {
		found = JSON.parse(readFileSync(file, "utf8")) as typeof found;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	const { format, id } = found;
	if (typeof format !== "number") throw new StartError(`${file} is damaged; restore it from a backup`);
	if (format > FORMAT)
		throw new StartError(`${file} says that a newer version of the shop wrote this folder; start that version`);
	if (format < FORMAT)
		throw new StartError(
			`${file} says that an older version of the shop wrote this folder, which this one cannot read; name another folder`,
		);
	if (typeof id !== "string") throw new StartError(`${file} is damaged; restore it from a backup`);
	return id;
}
