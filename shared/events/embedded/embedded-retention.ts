import type { Logger } from "moleculer";
import type { Clock } from "../../domain/clock";
import { type EmbeddedDatabases, TRIMMED_UNTIL } from "./embedded-databases";
import type { EmbeddedLog } from "./embedded-log";
import { type Entry, isOld, passedByAll, removable, type Retention } from "./embedded-retention.rules";

/** Events that are removed in one commit. It holds up other writes for some milliseconds. */
const CHUNK = 256;
const FIRST_AFTER_MS = 1_000;
const EVERY_MS = 60_000;

export interface EmbeddedRetentionOptions {
	databases: EmbeddedDatabases;
	log: EmbeddedLog;
	clock: Clock;
	logger: Logger;
	/** Older events are removed, in milliseconds. */
	keptMs: number;
	/** The consumers that run, which may have saved nothing yet. */
	running(): Iterable<string>;
}

/** Removes old events from the log of an embedded bus, once soon after the start and then each minute. */
export class EmbeddedRetention {
	private readonly first: NodeJS.Timeout;
	private readonly later: NodeJS.Timeout;
	private isStopped = false;
	private trimming: Promise<number> | undefined;

	constructor(private readonly options: EmbeddedRetentionOptions) {
		this.first = setTimeout(() => this.trimLater(), FIRST_AFTER_MS);
		this.later = setInterval(() => this.trimLater(), EVERY_MS);
	}

	/**
	 * Removes what may go now. It may be killed at any point: an event goes in one write with its entry by id. Resolves with the number of events that were removed.
	 * @throws Refusal STORE_UNAVAILABLE where the disk is full
	 */
	trim(): Promise<number> {
		return (this.trimming ??= this.trimOnce().finally(() => (this.trimming = undefined)));
	}

	/** Resolves once the bus's files are no longer used. */
	async stop(): Promise<void> {
		this.isStopped = true;
		clearTimeout(this.first);
		clearInterval(this.later);
		await this.trimming?.catch(() => undefined);
	}

	/** A round that fails, as on a full disk, is followed by the next one. */
	private trimLater(): void {
		void this.trim().catch((error) => this.options.logger.warn("Old events could not be removed", error));
	}

	/** Ends where a consumer is, or at the first chunk without an old event, so that a round reads only a little more than it removes. */
	private async trimOnce(): Promise<number> {
		const { log, clock, keptMs } = this.options;
		const until = clock.now() - keptMs;
		let removed = 0;
		for (let from = 1; !this.isStopped && from <= passedByAll(this.positions());) {
			const chunk = log.oldest(from, CHUNK);
			if (!chunk.some((entry) => isOld(entry, until))) break;
			removed += await this.remove(chunk, until);
			from = chunk.at(-1)![0] + 1;
			await new Promise(setImmediate);
		}
		return removed;
	}

	private async remove(chunk: readonly Entry[], until: number): Promise<number> {
		const { databases, log } = this.options;
		const gone = await databases.transaction(() => {
			const entries = removable(chunk, this.retention(until));
			if (entries.length > 0) this.removeNow(entries);
			return entries;
		});
		log.forget(gone.map(([position]) => position));
		return gone.length;
	}

	/** Within a write, so that no retry, dead letter or position changes in between. */
	private removeNow(entries: readonly Entry[]): void {
		const { events, positions, trimmed } = this.options.databases;
		for (const [position, { id }] of entries) {
			void events.remove(position);
			if (positions.get(id) === position) void positions.remove(id);
		}
		const latest = Math.max(...entries.map(([, { time }]) => Date.parse(time)));
		void trimmed.put(TRIMMED_UNTIL, Math.max(latest, trimmed.get(TRIMMED_UNTIL) ?? 0));
	}

	private retention(until: number): Retention {
		const { events, retries, dead } = this.options.databases;
		const [newest = 0] = events.getKeys({ reverse: true, limit: 1 });
		return {
			until,
			positions: this.positions(),
			retried: new Set([...retries.getKeys()].map(([, , position]) => position)),
			dead: new Set([...dead.getKeys()].map(([, eventId]) => eventId)),
			newest,
		};
	}

	/** By consumer that is known, its saved position. One that has saved its types, but no position yet, is at the beginning. */
	private positions(): Map<string, number> {
		const { progress, types } = this.options.databases;
		const known = new Set([...this.options.running(), ...types.getKeys(), ...progress.getKeys()]);
		return new Map([...known].map((consumer) => [consumer, progress.get(consumer) ?? 0]));
	}
}
