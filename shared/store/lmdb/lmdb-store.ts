import type { RootDatabase } from "lmdb";
import { busy, isRefusal } from "../../domain/refusals";
import { StartError } from "../../domain/start-error";
import type { Collection, Indexes, Store, Stored } from "../store";
import type { EventAppender } from "./event-appender";
import { LmdbCollection } from "./lmdb-collection";
import type { LmdbEnvironment } from "../../lmdb/lmdb-environment";

export interface LmdbStoreOptions {
	environment: LmdbEnvironment;
	/** Where several stores share the environment: before the names of this one's databases. */
	prefix?: string;
	collections: Readonly<Record<string, Indexes>>;
	/** The event log in the same environment; absent where events are published from their documents. */
	events?: EventAppender;
}

/**
 * A service's documents in an LMDB environment, which several processes of a machine may share. Every write of one turn of the event loop, also
 * of other stores in the environment, shares a commit.
 */
export class LmdbStore implements Store {
	private opened: RootDatabase | undefined;
	private readonly collections = new Map<string, LmdbCollection<Stored>>();

	constructor(private readonly options: LmdbStoreOptions) {}

	get appendsEvents(): boolean {
		return this.options.events !== undefined;
	}

	/** @throws StartError on a damaged file, and where the store cannot be written */
	async connect(): Promise<void> {
		const { environment, collections } = this.options;
		this.opened ??= await environment.open();
		try {
			for (const name of Object.keys(collections)) await this.collectionOf(name).buildIndexes();
		} catch (error) {
			if (!isRefusal(error)) throw error;
			throw new StartError(`${environment.path} cannot be written: ${error.message}`);
		}
	}

	async disconnect(): Promise<void> {
		const { opened } = this;
		this.opened = undefined;
		if (opened) await this.options.environment.close();
	}

	async isAvailable(): Promise<boolean> {
		try {
			this.connected();
			this.options.environment.checkRoom();
			return true;
		} catch {
			return false;
		}
	}

	collection<D extends Stored>(name: string): Collection<D> {
		return this.collectionOf(name) as unknown as Collection<D>;
	}

	private collectionOf(name: string): LmdbCollection<Stored> {
		const { environment, prefix = "", collections, events } = this.options;
		const indexes = collections[name];
		if (!indexes) throw new Error(`this store has no collection "${name}"`);
		let collection = this.collections.get(name);
		if (!collection) {
			const connected = () => this.connected();
			collection = new LmdbCollection<Stored>({ environment, connected, name: `${prefix}${name}`, indexes, events });
			this.collections.set(name, collection);
		}
		return collection;
	}

	private connected(): RootDatabase {
		if (!this.opened) throw busy("STORE_UNAVAILABLE", "The store is closed.");
		return this.opened;
	}
}
