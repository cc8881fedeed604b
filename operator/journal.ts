import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readConfig } from "../config";
import { type LedgerEntry, PROVIDER, readJournal } from "../services/payment/processor.simulated";
import { refuseWords, runCommand } from "./command-line";
import { openDocuments } from "./store-reader";

const USAGE = `usage: npm run journal
Prints what the simulated payment processor captured, refunded and declined, one JSON object a line; the shop may be running.
Exit code 0: printed; 2: there is no journal, or it cannot be read.`;

runCommand(USAGE, async (args) => {
	refuseWords(args);
	const config = readConfig(process.env);
	const ledger = await openDocuments(config, PROVIDER, ["payments"]);
	try {
		const entries = await readJournal(ledger.all<LedgerEntry>("payments"));
		if (entries.length === 0)
			throw new Error(
				`There is no journal in ${ledger.place} yet: is it the DATA_DIR or the MONGO_URI of the shop, and has a card been charged?`,
			);
		await pipeline(Readable.from(entries.map((entry) => `${JSON.stringify(entry)}\n`)), process.stdout);
	} finally {
		await ledger.close();
	}
});
