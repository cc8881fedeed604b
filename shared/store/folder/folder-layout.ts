import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../domain/start-error";
import type { Part } from "../../lmdb/lmdb-reader";
import { DICTIONARY } from "./dictionary";
import { replace } from "./write-once";

/** The file with the format and the id of a data folder. */
export const FORMAT_FILE = "format.json";
/** The name of the event log's part. */
export const EVENTS = "events";
/** The folder, within a data folder, of the environment that services and the event log share. */
const SHARED_FOLDER = "store";

/**
 * Where a data folder has its documents. "apart": each service in an environment of its own, and so the event log, if it is there. "together": all in one
 * environment, so that a document and its events are written in one transaction; only for a shop of one process.
 */
export type Layout = "apart" | "together";

/** A format is raised when old and new versions cannot read each other's folders: versions up to 0.4.0 know only folders apart. */
const FORMATS: Readonly<Record<Layout, number>> = { apart: 3, together: 4 };

/** The text of a new folder's {@link FORMAT_FILE}. */
export function newFormat(id: string): string {
	return toText("apart", id);
}

/** The layout of a folder that exists or is to be made. @throws StartError where its note is damaged or another version's */
export function layoutOf(dataDir: string): Layout {
	const file = join(dataDir, FORMAT_FILE);
	return existsSync(file) ? readFormat(file).layout : "apart";
}

/** Notes another layout; call it once the data is there. */
export function changeLayout(dataDir: string, layout: Layout): void {
	const file = join(dataDir, FORMAT_FILE);
	replace(file, toText(layout, readFormat(file).id));
}

/** Where a service's documents, the event log ({@link EVENTS}) or the settings (`shop`) are. */
export function partOf(dataDir: string, name: string, layout = layoutOf(dataDir)): Part {
	return layout === "together"
		? { path: join(dataDir, SHARED_FOLDER), prefix: `${name}.`, dictionary: DICTIONARY }
		: { path: join(dataDir, name), prefix: "" };
}

/** The folder of an environment that all share, whether or not it is there. */
export function sharedFolder(dataDir: string): string {
	return join(dataDir, SHARED_FOLDER);
}

/** @throws StartError where the format is another version's or the file is damaged */
export function readFormat(file: string): { layout: Layout; id: string } {
	let found: { format?: unknown; id?: unknown } = {};
	try {
		found = JSON.parse(readFileSync(file, "utf8")) as typeof found;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	const { format, id } = found;
	if (typeof format !== "number") throw new StartError(`${file} is damaged; restore it from a backup`);
	if (format > FORMATS.together)
		throw new StartError(`${file} says that a newer version of the shop wrote this folder; start that version`);
	if (format < FORMATS.apart)
		throw new StartError(
			`${file} says that an older version of the shop wrote this folder, which this one cannot read; name another folder`,
		);
	if (typeof id !== "string") throw new StartError(`${file} is damaged; restore it from a backup`);
	return { layout: format === FORMATS.together ? "together" : "apart", id };
}

function toText(layout: Layout, id: string): string {
	return `${JSON.stringify({ format: FORMATS[layout], id })}\n`;
}
