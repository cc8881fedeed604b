import type { Logger } from "moleculer";
import { type Clock, toRfc3339 } from "../../domain/clock";
import type { CloudEvent } from "../event";
import { afterFailure, retryDelay, type RetryPolicy, type RetryState } from "../retry-policy";
import { type EmbeddedDatabases, ofConsumer, type RetryKey } from "./embedded-databases";
import type { EmbeddedLog } from "./embedded-log";

const READ_CHUNK = 64;

/** A retry that is due. */
export interface DueRetry extends RetryState {
	key: RetryKey;
	event: CloudEvent;
}

export interface ConsumerStateOptions {
	consumer: string;
	databases: EmbeddedDatabases;
	log: EmbeddedLog;
	retryPolicy: RetryPolicy;
	clock: Clock;
	logger: Logger;
}

/** The stored state of one consumer: its position in the log, its retries and dead letters. Writes reject where the disk is full. */
export class ConsumerState {
	constructor(private readonly options: ConsumerStateOptions) {}

	/** The consumer is done with all events up to here, or has a retry or dead letter of them. */
	get position(): number {
		return this.options.databases.progress.get(this.options.consumer) ?? 0;
	}

	/**
	 * Saves the types that the position counts for. Events up to it whose type is new to the consumer get a retry, so that it misses none;
	 * the types are saved after that, so a repeat after a crash gives some of them a second one.
	 */
	async saveTypes(types: ReadonlySet<string>): Promise<void> {
		const { consumer, databases } = this.options;
		const { position } = this;
		const known = databases.types.get(consumer);
		const isNew = (type: string) => known !== undefined && types.has(type) && !known.includes(type);
		for (let from = 1; [...types].some(isNew) && from <= position;) {
			const chunk = this.read(from).filter(([at]) => at <= position);
			if (chunk.length === 0) break;
			const missed = chunk.filter(([, { type }]) => isNew(type));
			const state = { tries: 0, attempts: 0, reason: "published before its type was handled" };
			if (missed.length > 0)
				// In one write with the look, because an event that has no retry yet may be removed because of its age.
				await databases.transaction(() => {
					for (const [at] of missed)
						if (databases.events.doesExist(at)) void databases.retries.put([consumer, 0, at], state);
				});
			else await new Promise(setImmediate);
			from = chunk.at(-1)![0] + 1;
		}
		await databases.batch(() => void databases.types.put(consumer, [...types]));
	}

	async savePosition(position: number): Promise<void> {
		const { databases, consumer } = this.options;
		await databases.batch(() => void databases.progress.put(consumer, position));
	}

	/** The next events of the log, at most 64. */
	read(from: number): Array<[position: number, event: CloudEvent]> {
		return this.options.log.read(from);
	}

	/** The event at a position that was read before. */
	event(position: number): CloudEvent {
		return this.options.log.event(position)!;
	}

	/** The age of the event at a position in milliseconds; 0 where there is none. */
	ageOf(position: number): number {
		const { log, clock } = this.options;
		const event = log.event(position);
		return event ? clock.now() - Date.parse(event.time) : 0;
	}

	/** The number of events that wait for a retry. */
	countRetries(): number {
		return this.options.databases.retries.getKeysCount(ofConsumer(this.options.consumer) as never);
	}

	countDead(): number {
		return this.options.databases.dead.getKeysCount(ofConsumer(this.options.consumer) as never);
	}

	/** Retries whose delay is over, at most 64. */
	dueRetries(): DueRetry[] {
		const { consumer, databases, log, clock } = this.options;
		const range = { start: [consumer, 0, 0], end: [consumer, clock.now(), Number.MAX_VALUE] } as const;
		return [...databases.retries.getRange({ ...range, limit: READ_CHUNK } as never)].flatMap(({ key, value }) => {
			const event = log.event(key[2]);
			return event ? [{ ...value, key, event }] : [];
		});
	}

	async removeRetry(key: RetryKey): Promise<void> {
		const { databases } = this.options;
		await databases.batch(() => void databases.retries.remove(key));
	}

	/** Stores the next retry of an event that failed, or its dead letter, in place of the retry that it was delivered for. */
	async saveFailure(event: CloudEvent, position: number, failure: unknown, previous?: DueRetry): Promise<void> {
		const { consumer, databases, retryPolicy, clock, logger } = this.options;
		const { maxTries } = retryPolicy;
		const state = afterFailure(previous, failure);
		const { tries, attempts, reason } = state;
		logger.warn(`${consumer} could not handle ${event.type} ${event.id} (try ${tries} of ${maxTries}): ${reason}`);
		await databases.batch(() => {
			if (previous) void databases.retries.remove(previous.key);
			if (tries >= maxTries) {
				const letter = { consumer, event, tries, reason, at: toRfc3339(clock.now()) };
				void databases.dead.put([consumer, event.id], letter);
				// For a replay: an event that was appended with its document has no entry.
				void databases.positions.put(event.id, position);
			} else {
				const dueAt = clock.now() + retryDelay(attempts, retryPolicy, failure);
				void databases.retries.put([consumer, dueAt, position], state);
			}
		});
	}

	logError(error: unknown): void {
		this.options.logger.error(`The delivery to ${this.options.consumer} failed and will be retried`, error);
	}
}
