import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkLmdbFile } from "./lmdb-file";

/** Raised when older versions could no longer read what a newer one writes. */
const FORMAT = 1;

/**
 * Makes sure that a data folder can be used, before anything opens it: it can be written, was not written by a newer version,
 * and no file in it is plainly damaged.
 * @throws Error with one line
 */
export function prepareDataDir(path: string): void {
	try {
		makeFolder(path);
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
		checkFormat(join(path, "format.json"));
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw new Error(code ? `DATA_DIR=${path} cannot be used (${code}); name a folder that can be written` : message);
	}
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		if (entry.isDirectory()) checkLmdbFile(join(path, entry.name, "data.mdb"));
	}
}

/** Not Node's `recursive`, which never returns where the system takes no folder, as below /proc. */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	const parent = dirname(path);
	if (parent !== path) makeFolder(parent);
	mkdirSync(path);
}

function checkFormat(file: string): void {
	if (!existsSync(file)) return writeFileSync(file, `${JSON.stringify({ format: FORMAT })}\n`);
	let format: unknown;
	try {
		format = (JSON.parse(readFileSync(file, "utf8")) as { format?: unknown }).format;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	if (typeof format !== "number") throw new Error(`${file} is damaged; restore it from a backup`);
	if (format > FORMAT)
		throw new Error(`${file} says that a newer version of the shop wrote this folder; start that version`);
}
