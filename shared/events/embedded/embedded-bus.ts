import type { Database, RootDatabase } from "lmdb";
import type { Logger } from "moleculer";
import type { Backlog, EventBus, Subscription, DeadLetter } from "../event-bus";
import { type Clock, toRfc3339 } from "../../domain/clock";
import { type ConsumerAccess, EmbeddedConsumer, type RetryKey } from "./embedded-consumer";
import type { CloudEvent } from "../event";
import { checkRoom, openEnvironment } from "../../store/lmdb/lmdb-store";
import { afterFailure, FIRST_DELAY_MS, MAX_TRIES, pauseAfter, type Tries } from "../retry-policy";

const READ_CHUNK = 64;
const LIST_LIMIT = 1_000;

export interface EmbeddedEventBusOptions {
	path: string;
	durable: boolean;
	clock: Clock;
	logger: Logger;
	maxTries?: number;
	firstDelayMs?: number;
}

/** Carries events inside one process: a log in LMDB, and for each consumer its position in it and what it has to try again. */
export class EmbeddedEventBus implements EventBus {
	readonly mayLoseForMs = 0;
	readonly connected = true;
	private readonly environment: RootDatabase;
	private readonly events: Database<CloudEvent, number>;
	private readonly positions: Database<number, string>;
	private readonly progress: Database<number, string>;
	private readonly retries: Database<Tries, RetryKey>;
	private readonly dead: Database<DeadLetter, [consumer: string, eventId: string]>;
	private readonly publishing = new Map<string, Promise<unknown>>();
	private readonly consumers = new Set<EmbeddedConsumer>();
	private nextPosition: number;
	/** The last position that is written. */
	private newest: number;

	constructor(private readonly options: EmbeddedEventBusOptions) {
		this.environment = openEnvironment(options.path, options.durable);
		this.events = this.environment.openDB({ name: "events", encoding: "json" });
		this.positions = this.environment.openDB({ name: "positions", encoding: "json" });
		this.progress = this.environment.openDB({ name: "progress", encoding: "json" });
		this.retries = this.environment.openDB({ name: "retries", encoding: "json" });
		this.dead = this.environment.openDB({ name: "dead", encoding: "json" });
		this.newest = this.lastPosition();
		this.nextPosition = this.newest + 1;
	}

	async open(): Promise<void> {}

	/** It is never away. */
	onReturn(_act: () => void): void {}

	async publish(events: readonly CloudEvent[]): Promise<number> {
		const appended = events.map((event) => (this.publishing.has(event.id) ? undefined : this.append(event)));
		await Promise.all(events.map((event) => this.publishing.get(event.id)));
		for (const consumer of this.consumers) consumer.wake();
		return appended.filter((written) => written !== undefined).length;
	}

	private append(event: CloudEvent): Promise<unknown> | undefined {
		if (this.positions.get(event.id) !== undefined) return undefined;
		checkRoom(this.options.path);
		const position = this.nextPosition++;
		const batch = this.environment.batch(() => {
			void this.events.put(position, event);
			void this.positions.put(event.id, position);
		});
		const written = batch
			.then(() => (this.newest = Math.max(this.newest, position)))
			.finally(() => this.publishing.delete(event.id));
		this.publishing.set(event.id, written);
		return written;
	}

	subscribe(name: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription {
		const consumer = new EmbeddedConsumer(name, new Set(types), handle, this.access(name));
		this.consumers.add(consumer);
		consumer.wake();
		return {
			stop: async () => {
				await consumer.stop();
				this.consumers.delete(consumer);
			},
		};
	}

	async *history(types: readonly string[]): AsyncIterable<CloudEvent> {
		for (let from = 0; ;) {
			const chunk = [...this.events.getRange({ start: from, limit: READ_CHUNK })];
			for (const { value } of chunk) if (types.includes(value.type)) yield value;
			if (chunk.length < READ_CHUNK) return;
			from = chunk[chunk.length - 1]!.key + 1;
			await new Promise(setImmediate);
		}
	}

	async backlog(): Promise<Backlog[]> {
		return [...this.consumers].map((consumer) => ({
			consumer: consumer.name,
			waiting: consumer.waiting() + this.retries.getKeysCount(ofConsumer(consumer.name)),
			dead: this.dead.getKeysCount(ofConsumer(consumer.name)),
		}));
	}

	async deadLetters(consumer?: string): Promise<DeadLetter[]> {
		const range = consumer === undefined ? {} : ofConsumer(consumer);
		return [...this.dead.getRange({ ...range, limit: LIST_LIMIT })].map(({ value }) => value);
	}

	async replay(consumer: string, eventId: string): Promise<boolean> {
		const letter = this.dead.get([consumer, eventId]);
		const position = this.positions.get(eventId);
		if (!letter || position === undefined) return false;
		checkRoom(this.options.path);
		const batch = this.environment.batch(() => {
			void this.dead.remove([consumer, eventId]);
			void this.retries.put([consumer, 0, position], { tries: 0, attempts: 0, reason: letter.reason });
		});
		await batch;
		return true;
	}

	async drop(consumer: string, eventId: string): Promise<boolean> {
		checkRoom(this.options.path);
		return this.dead.get([consumer, eventId]) !== undefined && (await this.dead.remove([consumer, eventId]));
	}

	async close(): Promise<void> {
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		await this.environment.close();
	}

	private lastPosition(): number {
		for (const position of this.events.getKeys({ reverse: true, limit: 1 })) return position;
		return 0;
	}

	/** What a consumer may do with the bus's databases. */
	private access(consumer: string): ConsumerAccess {
		const { path, clock, logger } = this.options;
		const maxTries = this.options.maxTries ?? MAX_TRIES;
		const firstDelayMs = this.options.firstDelayMs ?? FIRST_DELAY_MS;
		return {
			position: this.progress.get(consumer) ?? 0,
			newest: () => this.newest,
			read: (from) =>
				[...this.events.getRange({ start: from, limit: READ_CHUNK })].map(({ key, value }) => [key, value]),
			saveProgress: async (position) => {
				checkRoom(path);
				await this.progress.put(consumer, position);
			},
			due: () => {
				const range = { start: [consumer, 0, 0], end: [consumer, clock.now(), Number.MAX_VALUE] } as const;
				const due = [...this.retries.getRange({ ...range, limit: READ_CHUNK } as never)];
				return due.flatMap(({ key, value }) => {
					const event = this.events.get(key[2]);
					return event ? [{ ...value, key, event }] : [];
				});
			},
			succeeded: async (key) => {
				checkRoom(path);
				await this.retries.remove(key);
			},
			failed: async (event, position, failure, previous) => {
				checkRoom(path);
				const tried = afterFailure(previous, failure);
				const { tries, attempts, reason } = tried;
				logger.warn(`${consumer} could not act on ${event.type} ${event.id} (try ${tries} of ${maxTries}): ${reason}`);
				const batch = this.environment.batch(() => {
					if (previous) void this.retries.remove(previous.key);
					if (tries >= maxTries) {
						const letter = { consumer, event, tries, reason, at: toRfc3339(clock.now()) };
						void this.dead.put([consumer, event.id], letter);
					} else {
						const dueAt = clock.now() + pauseAfter(attempts, firstDelayMs, failure);
						void this.retries.put([consumer, dueAt, position], tried);
					}
				});
				await batch;
			},
			onError: (error) => logger.error(`The delivery to ${consumer} stumbled and goes on`, error),
		};
	}
}

function ofConsumer(consumer: string): { start: [string, string | number]; end: [string, string | number] } & object {
	// null sorts before, a string of the last code unit after every second part of a key.
	return { start: [consumer, null as unknown as number], end: [consumer, "\uffff"] };
}
