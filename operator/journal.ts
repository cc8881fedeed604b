import { existsSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readConfig } from "../config";
import { PROVIDER_FOLDER, readJournal } from "../services/payment/payment.simulated";

/** Prints what the simulated card processor really did, one JSON object a line; the shop may be running. */
async function printJournal(): Promise<void> {
	const { dataDir } = readConfig(process.env);
	const path = join(dataDir, PROVIDER_FOLDER);
	if (!existsSync(join(path, "data.mdb"))) {
		throw new Error(`There is no journal in ${dataDir} yet: start the shop there first, or set DATA_DIR to its folder`);
	}
	await pipeline(Readable.from(lines(path)), process.stdout);
}

async function* lines(path: string): AsyncIterable<string> {
	for await (const entry of readJournal(path)) yield `${JSON.stringify(entry)}\n`;
}

printJournal().catch((error: NodeJS.ErrnoException) => {
	// Whoever reads, such as `head`, has seen enough.
	if (error.code === "EPIPE") return;
	console.error(error.message);
	process.exitCode = 1;
});
