import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "moleculer";
import { StartError } from "../../domain/start-error";
import { type Clock, systemClock } from "../../domain/clock";
import { errorType } from "../../domain/refusals";
import type { Indexes, Store, Stored } from "../store";
import { MongoCollection } from "./mongo-collection";
import { closed, MongoLink, type ServerState } from "./mongo-connection";
import { untrustedCertificate } from "./mongo-errors";

const PING_DEADLINE_MS = 1_000;
const CONNECT_AGAIN_AFTER_MS = 250;
/** The clock of a process may differ from the server's by this much, so two processes by twice as much. */
const MAX_CLOCK_SKEW_MS = 500;
/** The log says at this interval that the start waits for indexes. */
const INDEXES_SLOW_MS = 10_000;
/** Warnings that this process has logged, with their URI. */
const warned = new Set<string>();

export interface MongoStoreOptions {
	/** With or without a database; the default is "funshop". */
	uri: string;
	/** The service that owns the documents: MongoDB's collections are named `<service>.<collection>`. */
	service: string;
	collections: Readonly<Record<string, Indexes>>;
	/** Must agree with the server's clock, because documents hold leases. A store that is only read needs no clock. */
	clock?: Clock;
	logger: Pick<Logger, "warn">;
}

/**
 * A service's documents in MongoDB. On a replica set, also of one member, an acknowledged write survives a failover. A standalone server
 * works too, with one logged warning for each URI and process.
 */
export class MongoStore implements Store {
	readonly appendsEvents = false;
	private readonly link: MongoLink;
	private readonly opened = new Map<string, MongoCollection<Stored>>();
	private stopped = new AbortController();

	/** @throws StartError, without secrets, where the URI cannot be used */
	constructor(private readonly options: MongoStoreOptions) {
		this.link = new MongoLink(options.uri, options.service);
	}

	/** Hosts and database, without what is secret of the URI. */
	get name(): string {
		return this.link.place.name;
	}

	/** @throws StartError where the server refuses the shop; Refusal STORE_UNAVAILABLE where the store is closed meanwhile */
	async connect(): Promise<void> {
		this.stopped = new AbortController();
		this.link.open();
		this.warnOfIgnoredOptions();
		for (;;) {
			let obstacle: string;
			try {
				await this.link.connect();
				const { aheadMs, standalone } = await this.serverState();
				if (Math.abs(aheadMs) <= MAX_CLOCK_SKEW_MS) {
					if (standalone) this.warnOfStandalone();
					return await this.createIndexes();
				}
				const apart = `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
				obstacle = `has a clock that is ${apart}, waiting until they agree; let a time server set both`;
			} catch (error) {
				if (!this.link.isOpen) throw closed();
				const { message, cause } = error as Error;
				const untrusted = untrustedCertificate(cause);
				if (errorType(error) !== "STORE_UNAVAILABLE" || untrusted !== undefined) {
					await this.disconnect();
					const reason =
						untrusted === undefined
							? `refuses ${this.options.service}: ${message}`
							: `has a certificate that is not trusted: ${untrusted}`;
					throw new StartError(`MongoDB at ${this.name} ${reason}`, { cause: error });
				}
				obstacle = `is not there yet, waiting (${(cause as Error | undefined)?.message ?? "no answer"})`;
			}
			const line = `MongoDB at ${this.name} ${obstacle}`;
			if (this.link.mayWarn(line)) this.options.logger.warn(line);
			await sleep(CONNECT_AGAIN_AFTER_MS);
		}
	}

	disconnect(): Promise<void> {
		this.stopped.abort();
		return this.link.close();
	}

	async isAvailable(): Promise<boolean> {
		try {
			return Math.abs((await this.serverState(PING_DEADLINE_MS)).aheadMs) <= MAX_CLOCK_SKEW_MS;
		} catch {
			return false;
		}
	}

	collection<D extends Stored>(name: string): MongoCollection<D> {
		const { service, collections } = this.options;
		const indexes = collections[name];
		if (!indexes) throw new Error(`this store has no collection "${name}"`);
		let collection = this.opened.get(name);
		if (!collection) {
			collection = new MongoCollection(`${service}.${name}`, indexes, this.link);
			this.opened.set(name, collection);
		}
		return collection as unknown as MongoCollection<D>;
	}

	/** As {@link MongoLink.serverState}; a store without a clock does not compare clocks. */
	private async serverState(withinMs?: number): Promise<ServerState> {
		const state = await this.link.serverState(this.options.clock ?? systemClock, withinMs);
		return this.options.clock ? state : { ...state, aheadMs: 0 };
	}

	private warnOfStandalone(): void {
		this.warnOnce(
			`MongoDB at ${this.name} is a standalone server: it may show a write that it then loses when it is killed; use a replica set, one member is enough`,
		);
	}

	private warnOfIgnoredOptions(): void {
		const { name, ignored } = this.link.place;
		if (ignored.length > 0)
			this.warnOnce(
				`The URI of MongoDB at ${name} sets ${ignored.join(", ")}, which has no effect: the shop reads and writes what a majority has, at the primary`,
			);
	}

	private warnOnce(line: string): void {
		if (warned.has(`${this.options.uri} ${line}`)) return;
		warned.add(`${this.options.uri} ${line}`);
		this.options.logger.warn(line);
	}

	/** Creates missing indexes, however long that takes. @throws Refusal STORE_UNAVAILABLE where MongoDB goes away or the store is closed meanwhile */
	private async createIndexes(): Promise<void> {
		const { service, collections, logger } = this.options;
		const since = performance.now();
		const slow = setInterval(() => {
			const seconds = Math.round((performance.now() - since) / 1_000);
			logger.warn(`MongoDB at ${this.name} builds indexes of ${service} since ${seconds} s; the start waits for them`);
		}, INDEXES_SLOW_MS);
		const createAll = async () => {
			for (const name of Object.keys(collections)) await this.collection(name).createIndexes();
		};
		try {
			await Promise.race([createAll(), aborted(this.stopped.signal)]);
		} finally {
			clearInterval(slow);
		}
	}
}

/** Rejects once the store is closed. */
function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => signal.addEventListener("abort", () => reject(closed()), { once: true }));
}
