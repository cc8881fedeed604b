import type { ServiceBroker } from "moleculer";
import { openDocuments } from "../../operator/store-reader";
import {
	type Booked,
	type JournalEntry,
	PROVIDER,
	readJournal as read,
} from "../../services/payment/processor.simulated";
import { shopOf } from "../../shop";

/** What the card processor of this shop really did. */
export async function readJournal(broker: ServiceBroker): Promise<JournalEntry[]> {
	const { config, dataDir } = shopOf(broker);
	const books = await openDocuments({ ...config, dataDir }, PROVIDER, ["payments"]);
	try {
		return await read(books.all<Booked>("payments"));
	} finally {
		await books.close();
	}
}
