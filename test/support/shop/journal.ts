import type { ServiceBroker } from "moleculer";
import { openDocuments } from "../../../operator/store-reader";
import {
	type LedgerEntry,
	type JournalEntry,
	PROVIDER,
	readJournal as read,
} from "../../../services/payment/processor.simulated";
import { shopOf } from "../../../service-context";

/** The journal of this shop's payment processor; `dataDir` is the shop's own by default. */
export async function readJournal(broker: ServiceBroker, dataDir = shopOf(broker).dataDir): Promise<JournalEntry[]> {
	const { config } = shopOf(broker);
	const ledger = await openDocuments({ ...config, dataDir }, PROVIDER, ["payments"]);
	try {
		return await read(ledger.all<LedgerEntry>("payments"));
	} finally {
		await ledger.close();
	}
}
