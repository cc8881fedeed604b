import type { ServiceBroker } from "moleculer";
import { type JournalEntry, PROVIDER_FOLDER, readJournal as read } from "../../services/payment/payment.simulated";
import { shopOf } from "../../shop";

/** What the card processor of this shop really did. */
export async function readJournal(broker: ServiceBroker): Promise<JournalEntry[]> {
	const entries: JournalEntry[] = [];
	for await (const entry of read(shopOf(broker).folder(PROVIDER_FOLDER))) entries.push(entry);
	return entries;
}
