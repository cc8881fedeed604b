import type { ServiceBroker } from "moleculer";
import { openDocuments } from "../../operator/store-reader";
import {
	type LedgerEntry,
	type JournalEntry,
	PROVIDER,
	readJournal as read,
} from "../../services/payment/processor.simulated";
import { shopOf } from "../../service-context";

/** What the card processor of this shop really did. */
export async function readJournal(broker: ServiceBroker): Promise<JournalEntry[]> {
	const { config, dataDir } = shopOf(broker);
	const books = await openDocuments({ ...config, dataDir }, PROVIDER, ["payments"]);
	try {
		return await read(books.all<LedgerEntry>("payments"));
	} finally {
		await books.close();
	}
}
