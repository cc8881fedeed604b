import { join } from "node:path";
import { SERVICE_NAMES } from "../config";
import { type JournalEntry, PROVIDER_FOLDER } from "../services/payment/payment.simulated";
import { readCarrier } from "../shared/embedded-carrier";
import { LmdbReader } from "../shared/lmdb-store";
import type { Books } from "./audit.rules";

/** The gateway hears no facts. */
const CONSUMERS = SERVICE_NAMES.filter((name) => name !== "api");
const FOLDERS = ["order", "payment", PROVIDER_FOLDER, "product", "cart", "customer", "notification", "facts"] as const;
type Folder = (typeof FOLDERS)[number];

/** The files of a shop, opened to look at; the shop may be running on them. */
export class ShopFiles {
	private readonly readers: Map<string, LmdbReader>;

	/** @throws Error on a damaged file */
	constructor(
		dataDir: string,
		private readonly now: () => number,
	) {
		this.readers = new Map(FOLDERS.map((folder) => [folder, new LmdbReader(join(dataDir, folder))]));
	}

	/** Documents first, then the log: so the facts of each document that was read are there. */
	async read(): Promise<Books> {
		const [shown] = await this.documents<{ place: string }>("customer", "shown");
		const place = shown?.place ?? "a";
		const documents = {
			cartEntries: await this.documents<Books["cartEntries"][number]>("cart", "entries"),
			pageOrders: await this.documents<Books["pageOrders"][number]>("customer", `orders-${place}`),
			pageProducts: await this.documents<Books["pageProducts"][number]>("customer", `products-${place}`),
			messages: await this.documents<Books["messages"][number]>("notification", "messages"),
			knownProducts: await this.documents<Books["knownProducts"][number]>("order", "products"),
			orders: await this.documents<Books["orders"][number]>("order", "orders"),
			attempts: await this.documents<Books["attempts"][number]>("payment", "attempts"),
			journal: await valuesOf(this.readers.get(PROVIDER_FOLDER)!.entries<JournalEntry, number>("journal")),
			products: await this.documents<Books["products"][number]>("product", "products"),
			reservations: await this.documents<Books["reservations"][number]>("product", "reservations"),
		};
		const { facts, progress, deadLetters } = await readCarrier(this.readers.get("facts")!, CONSUMERS);
		return { ...documents, facts, consumers: progress, deadLetters, now: this.now() };
	}

	async close(): Promise<void> {
		await Promise.all([...this.readers.values()].map((reader) => reader.close()));
	}

	private async documents<Document>(folder: Folder, collection: string): Promise<Document[]> {
		return valuesOf(this.readers.get(folder)!.entries<Document>(collection, true));
	}
}

async function valuesOf<Value>(entries: AsyncIterable<{ value: Value }>): Promise<Value[]> {
	const values: Value[] = [];
	for await (const { value } of entries) values.push(value);
	return values;
}
