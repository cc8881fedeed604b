import type { CloudEvent } from "../event";
import { handleInTime, IN_FLIGHT_LIMIT, type Tries } from "../retry-policy";
import { KeyedQueue } from "../../timing/keyed-queue";

/** How often a consumer's progress is written down; what is heard again after a crash is at most this old. */
const PROGRESS_EVERY_MS = 100;
/** How often a consumer looks for tries that are due. */
const RETRY_EVERY_MS = 100;
const RECORD_AGAIN_AFTER_MS = 500;

/** The key of a try that is due: consumer, milliseconds, position. */
export type RetryKey = [consumer: string, at: number, position: number];

export interface DueRetry extends Tries {
	key: RetryKey;
	event: CloudEvent;
}

/** What a consumer may do with the bus's databases. */
export interface ConsumerAccess {
	position: number;
	newest(): number;
	read(from: number): Array<[position: number, event: CloudEvent]>;
	saveProgress(position: number): Promise<void>;
	due(): DueRetry[];
	succeeded(key: RetryKey): Promise<void>;
	failed(event: CloudEvent, position: number, failure: unknown, previous?: DueRetry): Promise<void>;
	onError(error: unknown): void;
}

/** One service's way through the log: up to a limit at once, events of one subject one after the other. */
export class EmbeddedConsumer {
	/** Everything up to here is done, or kept as a retry or dead letter. */
	private position: number;
	private savedPosition: number;
	private nextRead: number;
	private nextExpected: number;
	private readonly unread: Array<[number, CloudEvent]> = [];
	private readonly done = new Set<number>();
	private readonly queue = new KeyedQueue();
	private readonly retrying = new Set<number>();
	private inFlight = 0;
	private stopped = false;
	private onIdle: (() => void) | undefined;
	private readonly timers: NodeJS.Timeout[];

	constructor(
		readonly name: string,
		private readonly types: ReadonlySet<string>,
		private readonly handle: (event: CloudEvent) => Promise<void>,
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

	/** Events in the log that are not done, whatever their type. */
	waiting(): number {
		return this.access.newest() - this.position;
	}

	wake(): void {
		while (!this.stopped && this.inFlight < IN_FLIGHT_LIMIT) {
			const next = this.read();
			if (!next) return;
			const [position, event] = next;
			// Positions whose write failed stay empty: their events are published again at the end.
			while (this.nextExpected < position) this.finish(this.nextExpected++);
			this.nextExpected = position + 1;
			if (this.types.has(event.type)) this.act(event, position);
			else this.finish(position);
		}
	}

	async stop(): Promise<void> {
		this.stopped = true;
		for (const timer of this.timers) clearInterval(timer);
		if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
		await this.writeProgress();
	}

	private read(): [number, CloudEvent] | undefined {
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
			if (!this.retrying.has(position)) this.act(due.event, position, due);
		}
	}

	private act(event: CloudEvent, position: number, previous?: DueRetry): void {
		this.inFlight++;
		if (previous) this.retrying.add(position);
		// What has not begun when the consumer stops is heard after the next start.
		const act = () => !this.stopped && this.tryOnce(event, position, previous);
		void this.queue.run(event.subject, act).then((recorded) => {
			this.inFlight--;
			if (previous) this.retrying.delete(position);
			else if (recorded) this.finish(position);
			if (this.inFlight === 0) this.onIdle?.();
			this.wake();
		});
	}

	/** Resolves with whether what came of it is recorded; it is not where the consumer stops before that can be written. */
	private async tryOnce(event: CloudEvent, position: number, previous?: DueRetry): Promise<boolean> {
		try {
			await handleInTime(this.handle, event);
		} catch (failure) {
			return this.record(() => this.access.failed(event, position, failure, previous));
		}
		return !previous || this.record(() => this.access.succeeded(previous.key));
	}

	/** The position must not pass an event of which nothing is written: on a full disk this waits for room. */
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
