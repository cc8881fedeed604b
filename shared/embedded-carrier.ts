import type { Database, RootDatabase } from "lmdb";
import type { Logger } from "moleculer";
import { type Clock, toRfc3339, withDeadline } from "./clock";
import type { Backlog, Carrier, Consumption, DeadLetter } from "./carrier";
import type { Fact } from "./facts";
import { checkRoom, type LmdbReader, openEnvironment } from "./lmdb-store";
import { isTransient } from "./refusals";

/** Facts that one consumer handles at a time. */
const IN_FLIGHT_LIMIT = 64;
const READ_CHUNK = 64;
const HANDLE_DEADLINE_MS = 30_000;
const MAX_TRIES = 12;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 60_000;
/** How often a consumer's progress is written down; what is heard again after a crash is at most this old. */
const PROGRESS_EVERY_MS = 100;
/** How often a consumer looks for tries that are due. */
const RETRY_EVERY_MS = 100;
const RECORD_AGAIN_AFTER_MS = 500;
const LIST_LIMIT = 1_000;

export interface EmbeddedCarrierOptions {
	path: string;
	durable: boolean;
	clock: Clock;
	logger: Logger;
	maxTries?: number;
	firstDelayMs?: number;
}

interface Retry {
	/** Those that count towards a dead letter. */
	tries: number;
	/** All of them, which the pause grows with. */
	attempts: number;
	reason: string;
}

/** The key of a try that is due: consumer, milliseconds, position. */
type RetryKey = [consumer: string, at: number, position: number];

/** Carries facts inside one process: a log in LMDB, and for each consumer its position in it and what it has to try again. */
export class EmbeddedCarrier implements Carrier {
	private readonly environment: RootDatabase;
	private readonly facts: Database<Fact, number>;
	private readonly positions: Database<number, string>;
	private readonly progress: Database<number, string>;
	private readonly retries: Database<Retry, RetryKey>;
	private readonly dead: Database<DeadLetter, [consumer: string, factId: string]>;
	private readonly publishing = new Map<string, Promise<unknown>>();
	private readonly consumers = new Set<EmbeddedConsumer>();
	private nextPosition: number;
	/** The last position that is written. */
	private newest: number;

	constructor(private readonly options: EmbeddedCarrierOptions) {
		this.environment = openEnvironment(options.path, options.durable);
		this.facts = this.environment.openDB({ name: "facts", encoding: "json" });
		this.positions = this.environment.openDB({ name: "positions", encoding: "json" });
		this.progress = this.environment.openDB({ name: "progress", encoding: "json" });
		this.retries = this.environment.openDB({ name: "retries", encoding: "json" });
		this.dead = this.environment.openDB({ name: "dead", encoding: "json" });
		this.newest = this.lastPosition();
		this.nextPosition = this.newest + 1;
	}

	async publish(facts: readonly Fact[]): Promise<void> {
		const written = facts.map((fact) => this.publishing.get(fact.id) ?? this.append(fact));
		await Promise.all(written);
		await this.environment.flushed;
		for (const consumer of this.consumers) consumer.wake();
	}

	private append(fact: Fact): Promise<unknown> | undefined {
		if (this.positions.get(fact.id) !== undefined) return undefined;
		checkRoom(this.options.path);
		const position = this.nextPosition++;
		const batch = this.environment.batch(() => {
			void this.facts.put(position, fact);
			void this.positions.put(fact.id, position);
		});
		const written = batch
			.then(() => (this.newest = Math.max(this.newest, position)))
			.finally(() => this.publishing.delete(fact.id));
		this.publishing.set(fact.id, written);
		return written;
	}

	consume(name: string, types: readonly string[], handle: (fact: Fact) => Promise<void>): Consumption {
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

	async *history(types: readonly string[]): AsyncIterable<Fact> {
		for (let from = 0; ;) {
			const chunk = [...this.facts.getRange({ start: from, limit: READ_CHUNK })];
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

	async replay(consumer: string, factId: string): Promise<boolean> {
		const letter = this.dead.get([consumer, factId]);
		const position = this.positions.get(factId);
		if (!letter || position === undefined) return false;
		checkRoom(this.options.path);
		const batch = this.environment.batch(() => {
			void this.dead.remove([consumer, factId]);
			void this.retries.put([consumer, 0, position], { tries: 0, attempts: 0, reason: letter.reason });
		});
		await batch;
		return true;
	}

	async drop(consumer: string, factId: string): Promise<boolean> {
		checkRoom(this.options.path);
		return this.dead.get([consumer, factId]) !== undefined && (await this.dead.remove([consumer, factId]));
	}

	async close(): Promise<void> {
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		await this.environment.close();
	}

	private lastPosition(): number {
		for (const position of this.facts.getKeys({ reverse: true, limit: 1 })) return position;
		return 0;
	}

	/** What a consumer may do with the carrier's databases. */
	private access(consumer: string): ConsumerAccess {
		const { path, clock, logger } = this.options;
		const maxTries = this.options.maxTries ?? MAX_TRIES;
		const firstDelayMs = this.options.firstDelayMs ?? FIRST_DELAY_MS;
		return {
			position: this.progress.get(consumer) ?? 0,
			newest: () => this.newest,
			read: (from) =>
				[...this.facts.getRange({ start: from, limit: READ_CHUNK })].map(({ key, value }) => [key, value]),
			saveProgress: async (position) => {
				checkRoom(path);
				await this.progress.put(consumer, position);
			},
			due: () => {
				const range = { start: [consumer, 0, 0], end: [consumer, clock.now(), Number.MAX_VALUE] } as const;
				const due = [...this.retries.getRange({ ...range, limit: READ_CHUNK } as never)];
				return due.flatMap(({ key, value }) => {
					const fact = this.facts.get(key[2]);
					return fact ? [{ key, tries: value.tries, attempts: value.attempts, fact }] : [];
				});
			},
			succeeded: async (key) => {
				checkRoom(path);
				await this.retries.remove(key);
			},
			failed: async (fact, position, failure, previous) => {
				checkRoom(path);
				const triesBefore = previous?.tries ?? 0;
				const tries = isTransient(failure) ? triesBefore : triesBefore + 1;
				const attempts = (previous?.attempts ?? 0) + 1;
				const reason = failure instanceof Error ? failure.message : String(failure);
				logger.warn(`${consumer} could not act on ${fact.type} ${fact.id} (try ${tries} of ${maxTries}): ${reason}`);
				const delayMs = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** Math.min(attempts - 1, 20));
				const batch = this.environment.batch(() => {
					if (previous) void this.retries.remove(previous.key);
					if (tries >= maxTries) {
						const letter = { consumer, fact, tries, reason, at: toRfc3339(clock.now()) };
						void this.dead.put([consumer, fact.id], letter);
					} else void this.retries.put([consumer, clock.now() + delayMs, position], { tries, attempts, reason });
				});
				await batch;
			},
			onError: (error) => logger.error(`The delivery to ${consumer} stumbled and goes on`, error),
		};
	}
}

/** How far a consumer is in the log. */
export interface Progress {
	consumer: string;
	/** Up to here it has acted on every fact, or keeps it as a retry or dead letter. */
	position: number;
	/** The log's last place. */
	newest: number;
	retries: Array<Retry & { factId: string }>;
}

/** What a carrier has kept, for who looks at it from outside, also while it runs. `consumers` are those that there should be. */
export async function readCarrier(
	reader: LmdbReader,
	consumers: readonly string[],
): Promise<{ facts: Fact[]; progress: Progress[]; deadLetters: DeadLetter[] }> {
	// Positions before the log: what comes in between is heard of, but not missed.
	const positions = new Map<string, number>();
	for await (const { key, value } of reader.entries<number>("progress")) positions.set(key, value);
	const log = new Map<number, Fact>();
	for await (const { key, value } of reader.entries<Fact, number>("facts")) log.set(key, value);
	const newest = Math.max(0, ...[...log.keys()].slice(-1));
	const retries: Array<[consumer: string, retry: Progress["retries"][number]]> = [];
	for await (const { key, value } of reader.entries<Retry, RetryKey>("retries")) {
		retries.push([key[0], { ...value, factId: log.get(key[2])?.id ?? `place ${key[2]}` }]);
	}
	const deadLetters: DeadLetter[] = [];
	for await (const { value } of reader.entries<DeadLetter, [string, string]>("dead")) deadLetters.push(value);
	const progress = consumers.map((consumer) => ({
		consumer,
		position: positions.get(consumer) ?? 0,
		newest,
		retries: retries.flatMap(([of, retry]) => (of === consumer ? [retry] : [])),
	}));
	return { facts: [...log.values()], progress, deadLetters };
}

interface DueRetry {
	key: RetryKey;
	tries: number;
	attempts: number;
	fact: Fact;
}

interface ConsumerAccess {
	position: number;
	newest(): number;
	read(from: number): Array<[position: number, fact: Fact]>;
	saveProgress(position: number): Promise<void>;
	due(): DueRetry[];
	succeeded(key: RetryKey): Promise<void>;
	failed(fact: Fact, position: number, failure: unknown, previous?: DueRetry): Promise<void>;
	onError(error: unknown): void;
}

/** One service's way through the log: up to a limit at once, facts of one subject one after the other. */
class EmbeddedConsumer {
	/** Everything up to here is done, or kept as a retry or dead letter. */
	private position: number;
	private savedPosition: number;
	private nextRead: number;
	private nextExpected: number;
	private readonly unread: Array<[number, Fact]> = [];
	private readonly done = new Set<number>();
	private readonly bySubject = new Map<string, Promise<boolean>>();
	private readonly retrying = new Set<number>();
	private inFlight = 0;
	private stopped = false;
	private onIdle: (() => void) | undefined;
	private readonly timers: NodeJS.Timeout[];

	constructor(
		readonly name: string,
		private readonly types: ReadonlySet<string>,
		private readonly handle: (fact: Fact) => Promise<void>,
		private readonly access: ConsumerAccess,
	) {
		this.position = access.position;
		this.savedPosition = access.position;
		this.nextRead = access.position + 1;
		this.nextExpected = access.position + 1;
		this.timers = [
			setInterval(() => void this.writeProgress().catch(this.access.onError), PROGRESS_EVERY_MS),
			setInterval(() => this.retry(), RETRY_EVERY_MS),
		];
	}

	/** Facts in the log that are not done, whatever their type. */
	waiting(): number {
		return this.access.newest() - this.position;
	}

	wake(): void {
		while (!this.stopped && this.inFlight < IN_FLIGHT_LIMIT) {
			const next = this.read();
			if (!next) return;
			const [position, fact] = next;
			// Positions whose write failed stay empty: their facts are published again at the end.
			while (this.nextExpected < position) this.finish(this.nextExpected++);
			this.nextExpected = position + 1;
			if (this.types.has(fact.type)) this.act(fact, position);
			else this.finish(position);
		}
	}

	async stop(): Promise<void> {
		this.stopped = true;
		for (const timer of this.timers) clearInterval(timer);
		if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
		await this.writeProgress();
	}

	private read(): [number, Fact] | undefined {
		if (this.unread.length === 0) {
			this.unread.push(...this.reading(() => this.access.read(this.nextRead)));
			const last = this.unread.at(-1);
			if (last) this.nextRead = last[0] + 1;
		}
		return this.unread.shift();
	}

	/** A read that fails is tried again at the next look. */
	private reading<T>(read: () => T[]): T[] {
		try {
			return read();
		} catch (error) {
			this.access.onError(error);
			return [];
		}
	}

	private retry(): void {
		if (this.stopped) return;
		for (const due of this.reading(() => this.access.due())) {
			const position = due.key[2];
			if (this.inFlight >= IN_FLIGHT_LIMIT) return;
			if (!this.retrying.has(position)) this.act(due.fact, position, due);
		}
	}

	private act(fact: Fact, position: number, previous?: DueRetry): void {
		this.inFlight++;
		if (previous) this.retrying.add(position);
		const before = this.bySubject.get(fact.subject) ?? Promise.resolve(true);
		// What has not begun when the consumer stops is heard after the next start.
		const acted = before.then(() => !this.stopped && this.tryOnce(fact, position, previous));
		this.bySubject.set(fact.subject, acted);
		void acted.then((recorded) => {
			if (this.bySubject.get(fact.subject) === acted) this.bySubject.delete(fact.subject);
			this.inFlight--;
			if (previous) this.retrying.delete(position);
			else if (recorded) this.finish(position);
			if (this.inFlight === 0) this.onIdle?.();
			this.wake();
		});
	}

	/** Resolves with whether what came of it is recorded; it is not where the consumer stops before that can be written. */
	private async tryOnce(fact: Fact, position: number, previous?: DueRetry): Promise<boolean> {
		try {
			const late = () => new Error(`took longer than ${HANDLE_DEADLINE_MS} ms`);
			await withDeadline(this.handle(fact), HANDLE_DEADLINE_MS, late);
		} catch (failure) {
			return this.record(() => this.access.failed(fact, position, failure, previous));
		}
		return !previous || this.record(() => this.access.succeeded(previous.key));
	}

	/** The position must not pass a fact of which nothing is written: on a full disk this waits for room. */
	private async record(write: () => Promise<void>): Promise<boolean> {
		for (;;) {
			try {
				await write();
				return true;
			} catch (error) {
				this.access.onError(error);
				if (this.stopped) return false;
				await new Promise((resolve) => setTimeout(resolve, RECORD_AGAIN_AFTER_MS));
			}
		}
	}

	private finish(position: number): void {
		this.done.add(position);
		while (this.done.delete(this.position + 1)) this.position++;
	}

	private async writeProgress(): Promise<void> {
		if (this.savedPosition === this.position) return;
		const position = this.position;
		await this.access.saveProgress(position);
		this.savedPosition = position;
	}
}

function ofConsumer(consumer: string): { start: [string, string | number]; end: [string, string | number] } & object {
	// null sorts before, a string of the last code unit after every second part of a key.
	return { start: [consumer, null as unknown as number], end: [consumer, "\uffff"] };
}
