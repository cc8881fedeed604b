import type { Logger } from "moleculer";
import type { Backlog, EventBus, Published, Subscription } from "../event-bus";
import type { Clock } from "../../domain/clock";
import { type CloudEvent, isSameEvent } from "../event";
import type { RetryPolicy } from "../retry-policy";
import type { EventAppender } from "../../store/lmdb/event-appender";
import type { LmdbEnvironment } from "../../lmdb/lmdb-environment";
import { EmbeddedConsumer } from "./embedded-consumer";
import { ConsumerState } from "./embedded-consumer-state";
import { type EmbeddedDatabases, openDatabases } from "./embedded-databases";
import { EmbeddedDeadLetters } from "./embedded-dead-letters";
import { EmbeddedLog } from "./embedded-log";
import { EmbeddedRetention } from "./embedded-retention";

/** Subscribers' positions are saved this often, all in one commit; events that were handled since then are delivered again after a crash. */
const SAVE_POSITIONS_EVERY_MS = 100;

export interface EmbeddedEventBusOptions {
	/** The environment of the log. */
	environment: LmdbEnvironment;
	/** Where others share the environment: before the names of the bus's databases. */
	prefix?: string;
	retryPolicy: RetryPolicy;
	clock: Clock;
	logger: Logger;
	/** Events that are older are removed, in milliseconds; all are kept where it is not given. */
	eventsKeptMs?: number;
}

/** An event bus within one process: a log in LMDB, and for each consumer its position in the log and its retries. */
export class EmbeddedEventBus implements EventBus, EventAppender {
	readonly mayLoseForMs = 0;
	readonly connected = true;
	idConflicts = 0;
	deadLetters!: EmbeddedDeadLetters;
	private databases!: EmbeddedDatabases;
	private log!: EmbeddedLog;
	/** Writes under way, by event id. */
	private readonly publishing = new Map<string, Promise<unknown>>();
	private readonly consumers = new Set<EmbeddedConsumer>();
	private savingPositions: NodeJS.Timeout | undefined;
	private retention: EmbeddedRetention | undefined;
	private waking: Promise<void> | undefined;
	private closing: Promise<void> | undefined;

	constructor(private readonly options: EmbeddedEventBusOptions) {}

	/** @throws StartError on a damaged file */
	async open(): Promise<void> {
		if (this.databases) return;
		const { environment, prefix } = this.options;
		this.databases = await openDatabases(environment, prefix);
		this.deadLetters = new EmbeddedDeadLetters(this.databases);
		this.log = new EmbeddedLog(this.databases);
		this.retention = this.openRetention();
		this.savingPositions = setInterval(() => {
			for (const consumer of this.consumers) consumer.savePositionLater();
		}, SAVE_POSITIONS_EVERY_MS);
	}

	private openRetention(): EmbeddedRetention | undefined {
		const { eventsKeptMs: keptMs, clock, logger } = this.options;
		if (keptMs === undefined) return undefined;
		const running = () => [...this.consumers].map(({ name }) => name);
		return new EmbeddedRetention({ databases: this.databases, log: this.log, clock, logger, keptMs, running });
	}

	/** Removes old events now, as the bus does by itself each minute. Resolves with their number. */
	async trim(): Promise<number> {
		return (await this.retention?.trim()) ?? 0;
	}

	/** The embedded bus is never away. */
	onReturn(_act: () => void): void {}

	/** The embedded bus loses no event. */
	async holds(): Promise<boolean> {
		return true;
	}

	async publish(events: readonly CloudEvent[]): Promise<Published> {
		// Once for all events, and before positions are assigned, so that retries on a full disk leave no gaps in the log.
		this.databases.checkRoom();
		const appended = events.map((event) => (this.publishing.has(event.id) ? undefined : this.appendNew(event)));
		await Promise.all(events.map((event) => this.publishing.get(event.id)));
		const taken = events.filter((event, index) => appended[index] === undefined && !this.has(event));
		this.idConflicts += taken.length;
		return { added: appended.filter((written) => written !== undefined).length, marks: [], taken };
	}

	/** Whether the log has this event under its id, and not another one. */
	private has(event: CloudEvent): boolean {
		const stored = this.log.find(event.id);
		return stored !== undefined && isSameEvent(stored, event);
	}

	/** For stores in the environment of the bus: events that are appended with their documents are neither looked up nor published. */
	append(events: readonly CloudEvent[], write: (put: () => readonly number[]) => Promise<boolean>): Promise<boolean> {
		return this.log.append(events, write).finally(() => this.wakeSoon());
	}

	private appendNew(event: CloudEvent): Promise<unknown> | undefined {
		const { batch, positions } = this.databases;
		if (positions.get(event.id) !== undefined) return undefined;
		const write = (put: () => readonly number[]) => batch(() => void positions.put(event.id, put()[0]!));
		const written = this.append([event], write).finally(() => this.publishing.delete(event.id));
		this.publishing.set(event.id, written);
		return written;
	}

	/** Once for all writes of a commit; also after a failed one, behind which others waited. */
	private wakeSoon(): void {
		this.waking ??= Promise.resolve().then(() => {
			this.waking = undefined;
			for (const consumer of this.consumers) consumer.wake();
		});
	}

	subscribe(name: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription {
		const { retryPolicy, clock, logger } = this.options;
		const state = new ConsumerState({
			consumer: name,
			databases: this.databases,
			log: this.log,
			retryPolicy,
			clock,
			logger,
		});
		const consumer = new EmbeddedConsumer(name, new Set(types), handle, state, this.log.newest);
		this.consumers.add(consumer);
		consumer.wake();
		return {
			stop: async () => {
				await consumer.stop();
				this.consumers.delete(consumer);
			},
		};
	}

	async newest(types: readonly string[]): Promise<CloudEvent | undefined> {
		return this.log.last(types);
	}

	async *history(types: readonly string[], since?: number): AsyncIterable<CloudEvent> {
		for (let from = since === undefined ? 1 : this.log.positionAt(since); ;) {
			const chunk = this.log.read(from);
			for (const [, event] of chunk) if (types.includes(event.type)) yield event;
			const [last] = chunk.at(-1) ?? [];
			if (last === undefined) return;
			from = last + 1;
			await new Promise(setImmediate);
		}
	}

	async backlog(): Promise<Backlog[]> {
		return [...this.consumers].map((consumer) => consumer.backlog(this.log.newest));
	}

	get lagMs(): number {
		return Math.max(0, ...[...this.consumers].map((consumer) => consumer.lagMs(this.log.newest)));
	}

	close(): Promise<void> {
		return (this.closing ??= this.closeOnce());
	}

	private async closeOnce(): Promise<void> {
		clearInterval(this.savingPositions);
		await this.retention?.stop();
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		// A bus that was not opened has none.
		await (this.databases as EmbeddedDatabases | undefined)?.close();
	}
}
