import type { Logger } from "moleculer";
import type { Backlog, EventBus, Published, Subscription } from "../event-bus";
import type { Clock } from "../../domain/clock";
import { type CloudEvent, isSameEvent } from "../event";
import type { RetryPolicy } from "../retry-policy";
import { EmbeddedConsumer } from "./embedded-consumer";
import { ConsumerState } from "./embedded-consumer-state";
import { type EmbeddedDatabases, openDatabases } from "./embedded-databases";
import { EmbeddedDeadLetters } from "./embedded-dead-letters";

const READ_CHUNK = 64;

export interface EmbeddedEventBusOptions {
	/** Folder of the log. */
	path: string;
	/** Whether {@link EmbeddedEventBus.publish} waits until the disk has the events. */
	durable: boolean;
	retryPolicy: RetryPolicy;
	clock: Clock;
	logger: Logger;
}

/** An event bus within one process: a log in LMDB, and for each consumer its position in the log and its retries. */
export class EmbeddedEventBus implements EventBus {
	readonly mayLoseForMs = 0;
	readonly connected = true;
	idConflicts = 0;
	deadLetters!: EmbeddedDeadLetters;
	private databases!: EmbeddedDatabases;
	/** Writes under way, by event id. */
	private readonly publishing = new Map<string, Promise<unknown>>();
	private readonly consumers = new Set<EmbeddedConsumer>();
	private nextPosition = 1;
	/** The last position that was written. */
	private lastWritten = 0;

	constructor(private readonly options: EmbeddedEventBusOptions) {}

	/** @throws StartError on a damaged file */
	async open(): Promise<void> {
		if (this.databases) return;
		const { path, durable } = this.options;
		this.databases = await openDatabases(path, durable);
		this.deadLetters = new EmbeddedDeadLetters(this.databases);
		this.lastWritten = this.lastPosition();
		this.nextPosition = this.lastWritten + 1;
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
		const appended = events.map((event) => (this.publishing.has(event.id) ? undefined : this.append(event)));
		await Promise.all(events.map((event) => this.publishing.get(event.id)));
		for (const consumer of this.consumers) consumer.wake();
		const taken = events.filter((event, index) => appended[index] === undefined && !this.has(event));
		this.idConflicts += taken.length;
		return { added: appended.filter((written) => written !== undefined).length, marks: [], taken };
	}

	/** Whether the log has this event under its id, and not another one. */
	private has(event: CloudEvent): boolean {
		const { events, positions } = this.databases;
		const stored = events.get(positions.get(event.id)!);
		return stored !== undefined && isSameEvent(stored, event);
	}

	private append(event: CloudEvent): Promise<unknown> | undefined {
		const { environment, events, positions } = this.databases;
		if (positions.get(event.id) !== undefined) return undefined;
		const position = this.nextPosition++;
		const written = environment
			.batch(() => {
				void events.put(position, event);
				void positions.put(event.id, position);
			})
			.then(() => (this.lastWritten = Math.max(this.lastWritten, position)))
			.finally(() => this.publishing.delete(event.id));
		this.publishing.set(event.id, written);
		return written;
	}

	subscribe(name: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription {
		const { retryPolicy, clock, logger } = this.options;
		const state = new ConsumerState({ consumer: name, databases: this.databases, retryPolicy, clock, logger });
		const consumer = new EmbeddedConsumer(name, new Set(types), handle, state);
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
		for (const { value } of this.databases.events.getRange({ reverse: true })) {
			if (types.includes(value.type)) return value;
		}
		return undefined;
	}

	async *history(types: readonly string[]): AsyncIterable<CloudEvent> {
		for (let from = 0; ;) {
			const chunk = [...this.databases.events.getRange({ start: from, limit: READ_CHUNK })];
			for (const { value } of chunk) if (types.includes(value.type)) yield value;
			if (chunk.length < READ_CHUNK) return;
			from = chunk[chunk.length - 1]!.key + 1;
			await new Promise(setImmediate);
		}
	}

	async backlog(): Promise<Backlog[]> {
		return [...this.consumers].map((consumer) => consumer.backlog(this.lastWritten));
	}

	async close(): Promise<void> {
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		// A bus that was not opened has none.
		await (this.databases as EmbeddedDatabases | undefined)?.close();
	}

	private lastPosition(): number {
		for (const position of this.databases.events.getKeys({ reverse: true, limit: 1 })) return position;
		return 0;
	}
}
