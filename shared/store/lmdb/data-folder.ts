import { randomUUID } from "node:crypto";
import {
	accessSync,
	constants,
	existsSync,
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { StartError } from "../../domain/start-error";
import { checkLmdbFile } from "./lmdb-file";

/** Version of what the shop writes into a data folder; raised when older versions cannot read it, or this one not theirs. */
const FORMAT = 3;

/** The file that says what a data folder is. */
export const FORMAT_FILE = "format.json";

/**
 * Makes sure that a data folder can be used, before anything opens it: it can be written, was written by this version, and no file in
 * it is plainly damaged. Several processes may do so at once. Returns the folder's own id, by which its users know that they share it.
 * @throws StartError
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

/** Not Node's `recursive`, which never returns where the system takes no folder, as below /proc. */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	const parent = dirname(path);
	if (parent !== path) makeFolder(parent);
	try {
		mkdirSync(path);
	} catch (error) {
		// Another process was quicker.
		if (!existsSync(path)) throw error;
	}
}

/** Returns the folder's id. */
function readFormat(file: string): string {
	if (!existsSync(file)) writeFormat(file);
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

/** Written aside and put in place whole; where another process was quicker, its file stays. */
function writeFormat(file: string): void {
	const id = randomUUID();
	const aside = `${file}.${id}`;
	writeFileSync(aside, `${JSON.stringify({ format: FORMAT, id })}\n`);
	try {
		linkSync(aside, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	} finally {
		rmSync(aside);
	}
}
