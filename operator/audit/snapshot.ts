import { join } from "node:path";
import type { Logger } from "moleculer";
import { STORING_SERVICES, type StoreName } from "../../config";
import { type LedgerEntry, readJournal } from "../../services/payment/processor.simulated";
import { embeddedSnapshot } from "../../shared/events/embedded/embedded-snapshot";
import { jetStreamSnapshot } from "../../shared/events/jetstream/jetstream-snapshot";
import { LmdbReader } from "../../shared/store/lmdb/lmdb-store";
import { natsServers } from "../../shared/calls/nats-servers";
import type { Stored } from "../../shared/store/store";
import type { Books } from "./rules";
import { type Documents, openDocuments, type Places } from "../store-reader";

/** What is read of whom. */
const COLLECTIONS = {
	order: ["orders", "products"],
	payment: ["attempts"],
	provider: ["payments"],
	product: ["products", "reservations"],
	cart: ["entries"],
	customer: ["orders", "products", "shown"],
	notification: ["messages"],
} as const satisfies Record<StoreName, readonly string[]>;

/** Every service that stores also hears. */
const CONSUMERS = STORING_SERVICES;
/** What a reader has to say is not the audit's answer. */
const QUIET = { warn: () => undefined } as unknown as Logger;

/** A document of my page: views of several generations are kept side by side, with ids `<generation>/<id>`. */
interface OfGeneration extends Stored {
	generation: string;
}

/** Reads all that a shop has written down, wherever it is; the shop may be running. */
export class SnapshotReader {
	private constructor(
		private readonly from: Places,
		private readonly now: () => number,
		private readonly stores: ReadonlyMap<StoreName, Documents>,
		/** The embedded log, where events are not on JetStream. */
		private readonly log: LmdbReader | undefined,
	) {}

	/** @throws Error on a damaged file, or where a database does not answer or refuses */
	static async open(places: Places, now: () => number): Promise<SnapshotReader> {
		const stores = new Map<StoreName, Documents>();
		const log = places.natsUrls ? undefined : new LmdbReader(join(places.dataDir, "events"));
		const reader = new SnapshotReader(places, now, stores, log);
		try {
			for (const [name, collections] of Object.entries(COLLECTIONS)) {
				stores.set(name as StoreName, await openDocuments(places, name as StoreName, collections));
			}
			return reader;
		} catch (error) {
			await reader.close();
			throw error;
		}
	}

	/** Where it reads, without what is secret of URLs. */
	get places(): string[] {
		const { natsUrls, dataDir } = this.from;
		const events = natsUrls ? `NATS at ${natsServers(natsUrls).servers.join(",")}` : dataDir;
		return [...new Set([...[...this.stores.values()].map(({ place }) => place), events])];
	}

	/** Documents first, then the log: so the events of each document that was read are there. */
	async read(): Promise<Books> {
		const documents = {
			cartEntries: await this.all<Books["cartEntries"][number]>("cart", "entries"),
			...(await this.page()),
			messages: await this.all<Books["messages"][number]>("notification", "messages"),
			knownProducts: await this.all<Books["knownProducts"][number]>("order", "products"),
			orders: await this.all<Books["orders"][number]>("order", "orders"),
			attempts: await this.all<Books["attempts"][number]>("payment", "attempts"),
			journal: await readJournal(this.stores.get("provider")!.all<LedgerEntry>("payments")),
			products: await this.all<Books["products"][number]>("product", "products"),
			reservations: await this.all<Books["reservations"][number]>("product", "reservations"),
		};
		const { events, progress, deadLetters } = await this.events();
		return { ...documents, events, consumers: progress, deadLetters, now: this.now() };
	}

	async close(): Promise<void> {
		await Promise.all([...this.stores.values(), ...(this.log ? [this.log] : [])].map((opened) => opened.close()));
	}

	private events() {
		const { natsUrls: urls, namespace = "" } = this.from;
		if (!urls) return embeddedSnapshot(this.log!, CONSUMERS);
		return jetStreamSnapshot({ urls, namespace, clock: { now: this.now }, logger: QUIET }, CONSUMERS);
	}

	/** My page, as it is shown. */
	private async page(): Promise<Pick<Books, "pageOrders" | "pageProducts">> {
		const [shown] = await this.all<OfGeneration>("customer", "shown");
		const ofShown = async <D extends Stored>(collection: string) =>
			(await this.all<D & OfGeneration>("customer", collection)).flatMap(({ generation, _id, ...document }) =>
				generation === shown?.generation
					? [{ ...document, _id: _id.slice(generation.length + 1) } as unknown as D]
					: [],
			);
		return {
			pageOrders: await ofShown<Books["pageOrders"][number]>("orders"),
			pageProducts: await ofShown<Books["pageProducts"][number]>("products"),
		};
	}

	private async all<D extends Stored>(store: StoreName, collection: string): Promise<D[]> {
		const documents: D[] = [];
		for await (const document of this.stores.get(store)!.all<D>(collection)) documents.push(document);
		return documents;
	}
}
