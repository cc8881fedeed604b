import { existsSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { mongoUriOf, readConfig } from "../config";
import { type LedgerEntry, PROVIDER, readJournal } from "../services/payment/processor.simulated";
import { refuseWords, runCommand } from "./command-line";
import { openDocuments } from "./store-reader";

const USAGE = `usage: npm run journal
Prints what the simulated payment processor captured, refunded and declined, one JSON object a line; the shop may be running.
Exit code 0: printed; 2: there is no journal, or it cannot be read.`;

runCommand(USAGE, async (args) => {
	refuseWords(args);
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
});
