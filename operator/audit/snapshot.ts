import type { Logger } from "moleculer";
import { HANDLING_SERVICES, type StoreName } from "../../config";
import { type LedgerEntry, readJournal } from "../../services/payment/processor.simulated";
import { embeddedSnapshot } from "../../shared/events/embedded/embedded-snapshot";
import type * as jetstream from "../../shared/events/jetstream/jetstream-snapshot";
import { natsServers } from "../../shared/calls/nats-servers";
import type { Stored } from "../../shared/store/store";
import type { AuditSnapshot } from "./difference";
import { type Documents, openDocuments, type Places } from "../store-reader";
import { EVENTS, partOf } from "../../shared/store/folder/folder-layout";
import { LmdbReader } from "../../shared/lmdb/lmdb-reader";

/** The collections that are read of each store. */
export const COLLECTIONS = {
	order: ["orders", "products"],
	payment: ["attempts"],
	provider: ["payments"],
	product: ["products", "reservations"],
	cart: ["entries"],
	customer: ["orderViews", "productViews"],
	notification: ["messages"],
} as const satisfies Record<Exclude<StoreName, "operator">, readonly string[]>;

export const CONSUMERS = HANDLING_SERVICES;
/** The readers log nothing: the audit's output is its report. */
const QUIET = { warn: () => undefined } as unknown as Logger;

/** How many documents of one kind are read, and why not more, as the end of a sentence. */
export interface ReadLimit {
	most: number;
	because: string;
}

/** Takes snapshots of a shop from its stores and its event log; the shop may be running. */
export class SnapshotReader {
	private constructor(
		private readonly from: Places,
		private readonly now: () => number,
		private readonly stores: ReadonlyMap<StoreName, Documents>,
		/** The embedded event log; undefined where events are on JetStream. */
		private readonly log: LmdbReader | undefined,
		private readonly isRunning: () => Promise<boolean>,
		private readonly limit: ReadLimit,
	) {}

	/**
	 * @param isRunning whether a process runs the shop; asked only where events are in the data folder
	 * @param limit {@link read} rejects where there are more
	 * @throws Error on a damaged file, or where a database does not answer or refuses
	 */
	static async open(
		places: Places,
		now: () => number,
		isRunning: () => Promise<boolean>,
		limit: ReadLimit,
	): Promise<SnapshotReader> {
		const stores = new Map<StoreName, Documents>();
		const log = places.natsUrls ? undefined : await LmdbReader.open(partOf(places.dataDir, EVENTS));
		const reader = new SnapshotReader(places, now, stores, log, isRunning, limit);
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

	/** The folders and servers that are read, without the passwords of their URLs. */
	get places(): string[] {
		const { natsUrls, dataDir } = this.from;
		const events = natsUrls ? `NATS at ${natsServers(natsUrls).servers.join(",")}` : dataDir;
		return [...new Set([...[...this.stores.values()].map(({ place }) => place), events])];
	}

	/** Reads documents before the log, so that the log has the events of each document that was read. */
	async read(): Promise<AuditSnapshot> {
		const documents = {
			cartEntries: await this.all<AuditSnapshot["cartEntries"][number]>("cart", "entries"),
			pageOrders: await this.all<AuditSnapshot["pageOrders"][number]>("customer", "orderViews"),
			pageProducts: await this.all<AuditSnapshot["pageProducts"][number]>("customer", "productViews"),
			messages: await this.all<AuditSnapshot["messages"][number]>("notification", "messages"),
			knownProducts: await this.all<AuditSnapshot["knownProducts"][number]>("order", "products"),
			orders: await this.all<AuditSnapshot["orders"][number]>("order", "orders"),
			attempts: await this.all<AuditSnapshot["attempts"][number]>("payment", "attempts"),
			journal: await readJournal(this.stores.get("provider")!.all<LedgerEntry>("payments")),
			products: await this.all<AuditSnapshot["products"][number]>("product", "products"),
			reservations: await this.all<AuditSnapshot["reservations"][number]>("product", "reservations"),
		};
		const { events, trimmedUntil, progress, deadLetters } = await this.events();
		return { ...documents, events, trimmedUntil, consumers: progress, deadLetters, now: this.now() };
	}

	async close(): Promise<void> {
		await Promise.all([...this.stores.values(), ...(this.log ? [this.log] : [])].map((opened) => opened.close()));
	}

	private async events() {
		const { natsUrls: urls, namespace = "" } = this.from;
		if (!urls) return embeddedSnapshot(this.log!, CONSUMERS, await this.isRunning());
		const { jetStreamSnapshot } = require("../../shared/events/jetstream/jetstream-snapshot") as typeof jetstream;
		return jetStreamSnapshot({ urls, namespace, logger: QUIET }, CONSUMERS);
	}

	private async all<D extends Stored>(store: StoreName, collection: string): Promise<D[]> {
		const { most, because } = this.limit;
		const documents: D[] = [];
		for await (const document of this.stores.get(store)!.all<D>(collection)) {
			if (documents.length >= most) throw new Error(`There are more than ${most} documents of one kind, ${because}`);
			documents.push(document);
		}
		return documents;
	}
}
