import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../domain/start-error";
import { replace, writeOnce } from "./write-once";

const STREAM_FILE = "stream.json";

/**
 * Notes the stream that has the events of a cluster's data folder; the first one decides. `id` is the stream's, which it keeps for its whole life; `address` names it
 * for people.
 * @throws StartError where the folder's events are in another stream, or the file is damaged
 */
export function claimStream(folder: string, id: string, address: string): void {
	const file = join(folder, STREAM_FILE);
	writeOnce(file, toText(id));
	if (readId(file) === id) return;
	throw new StartError(
		`DATA_DIR=${folder} has its events in another stream than that of ${address}; set TRANSPORTER to its NATS, or, if that is lost for good, remove ${file}`,
	);
}

/** Notes the stream that took the place of the one that NATS has lost while the cluster ran. */
export function renewStream(folder: string, id: string): void {
	const file = join(folder, STREAM_FILE);
	if (!existsSync(file) || readId(file) !== id) replace(file, toText(id));
}

function readId(file: string): unknown {
	try {
		return (JSON.parse(readFileSync(file, "utf8")) as { id?: unknown }).id;
	} catch (error) {
		if (error instanceof SyntaxError) throw new StartError(`${file} is damaged; restore it from a backup`);
		throw error;
	}
}

function toText(id: string): string {
	return `${JSON.stringify({ id })}\n`;
}
