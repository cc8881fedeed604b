import type { RootDatabase } from "lmdb";
import { busy, isRefusal } from "../../domain/refusals";
import { StartError } from "../../domain/start-error";
import type { Collection, Indexes, Store, Stored } from "../store";
import { passGate } from "./environment-gate";
import { LmdbCollection } from "./lmdb-collection";
import { checkRoom, openEnvironment, WritesUnderWay } from "./lmdb-environment";

export interface LmdbStoreOptions {
	/** Folder of this store's files. */
	path: string;
	collections: Readonly<Record<string, Indexes>>;
	/** Writes are answered once they are on disk; false only for a temporary store. */
	durable: boolean;
}

/**
 * A service's documents in one LMDB environment: several processes of a machine may share it, and every write of one turn
 * of the event loop shares a commit.
 */
export class LmdbStore implements Store {
	private environment: RootDatabase | undefined;
	private readonly collections = new Map<string, LmdbCollection<Stored>>();
	private readonly writes = new WritesUnderWay();

	constructor(private readonly options: LmdbStoreOptions) {}

	/** @throws StartError on a damaged file, and where an index has to be built and the store cannot be written */
	async connect(): Promise<void> {
		const { path, durable } = this.options;
		await passGate(path, () => (this.environment ??= openEnvironment(path, durable)));
		try {
			for (const name of Object.keys(this.options.collections)) await this.opened(name).buildIndexes();
		} catch (error) {
			if (!isRefusal(error)) throw error;
			throw new StartError(`${path} has to build indexes, and cannot be written: ${error.message}`);
		}
	}

	async disconnect(): Promise<void> {
		const environment = this.environment;
		this.environment = undefined;
		if (environment) await passGate(this.options.path, () => environment.close());
	}

	async isAvailable(): Promise<boolean> {
		try {
			this.connected();
			checkRoom(this.options.path);
			return true;
		} catch {
			return false;
		}
	}

	collection<D extends Stored>(name: string): Collection<D> {
		return this.opened(name) as unknown as Collection<D>;
	}

	private opened(name: string): LmdbCollection<Stored> {
		const indexes = this.options.collections[name];
		if (!indexes) throw new Error(`this store has no collection "${name}"`);
		let collection = this.collections.get(name);
		if (!collection) {
			const { path } = this.options;
			collection = new LmdbCollection<Stored>(path, () => this.connected(), this.writes, name, indexes);
			this.collections.set(name, collection);
		}
		return collection;
	}

	private connected(): RootDatabase {
		if (!this.environment) throw busy("STORE_UNAVAILABLE", "The store is closed.");
		return this.environment;
	}
}
