import { existsSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { mongoUriOf, readConfig } from "../config";
import { type LedgerEntry, PROVIDER, readJournal } from "../services/payment/processor.simulated";
import { openDocuments } from "./store-reader";

/** Prints the simulated payment processor's journal, one JSON object per line; the shop may be running. */
async function printJournal(): Promise<void> {
	const config = readConfig(process.env);
	const { dataDir } = config;
	const isInFolder = mongoUriOf(config, PROVIDER) === undefined;
	if (isInFolder && !existsSync(join(dataDir, PROVIDER, "data.mdb"))) {
		throw new Error(
			`There is no journal in ${dataDir} yet: start the shop there first, or set DATA_DIR to its folder, or MONGO_URI as the shop has it`,
		);
	}
	const ledger = await openDocuments(config, PROVIDER, ["payments"]);
	try {
		const entries = await readJournal(ledger.all<LedgerEntry>("payments"));
		if (!isInFolder && entries.length === 0) throw new Error(`There is no journal in ${ledger.place} yet`);
		await pipeline(Readable.from(entries.map((entry) => `${JSON.stringify(entry)}\n`)), process.stdout);
	} finally {
		await ledger.close();
	}
}

printJournal().catch((error: NodeJS.ErrnoException) => {
	// The reader of the output, such as `head`, has closed the pipe.
	if (error.code === "EPIPE") return;
	console.error(error.message);
	process.exitCode = 1;
});
