import type { ServiceBroker } from "moleculer";
import { type JournalEntry, PROVIDER_FOLDER, readJournal as read } from "../../services/payment/payment.simulated";
import { openEnvironment } from "../../shared/lmdb-store";
import { shopOf } from "../../shop";

/** What the card processor of this shop really did. */
export async function readJournal(broker: ServiceBroker): Promise<JournalEntry[]> {
	const environment = openEnvironment(shopOf(broker).folder(PROVIDER_FOLDER), false);
	const entries: JournalEntry[] = [];
	for await (const entry of read(environment)) entries.push(entry);
	await environment.close();
	return entries;
}
