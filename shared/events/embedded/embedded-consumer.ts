import type { Backlog } from "../event-bus";
import { type CloudEvent, queueOf, turnOf } from "../event";
import { handleInTime, IN_FLIGHT_LIMIT, IN_FLIGHT_OF_ONE } from "../retry-policy";
import { FairQueue } from "../../timing/fair-queue";
import { KeyedQueue } from "../../timing/keyed-queue";
import type { ConsumerState, DueRetry } from "./embedded-consumer-state";

const LOOK_FOR_RETRIES_EVERY_MS = 100;
const AGAIN_AFTER_MS = 500;
/** Events that are read ahead, so that customers with few of them need not wait for those with many. */
const READ_AHEAD = 10_000;

/**
 * Delivers the log to one service: at most 64 events at the same time, of which 16 of one customer; customers take turns. Events of one subject
 * and order are handled one after the other.
 */
export class EmbeddedConsumer {
	/** All events up to here are handled, or stored as a retry or dead letter. */
	private position: number;
	private savedPosition: number;
	private nextRead: number;
	private nextExpected: number;
	private readonly unread: Array<[number, CloudEvent]> = [];
	/** Positions that are done although an earlier one is not: the last one of each row by its first one. */
	private readonly done = new Map<number, number>();
	private readonly turns = new FairQueue(IN_FLIGHT_LIMIT, IN_FLIGHT_OF_ONE);
	private readonly queue = new KeyedQueue();
	/** Positions whose retry is under way. */
	private readonly retrying = new Set<number>();
	/** Events that are handled, or wait for their turn. */
	private inFlight = 0;
	private stopped = false;
	private onIdle: (() => void) | undefined;
	private readonly savingTypes: Promise<unknown>;
	private savingPosition: Promise<void> | undefined;
	private wakingLater: NodeJS.Immediate | undefined;
	private readonly retryTimer: NodeJS.Timeout;

	constructor(
		readonly name: string,
		private readonly types: ReadonlySet<string>,
		private readonly handle: (event: CloudEvent) => Promise<void>,
		private readonly state: ConsumerState,
		/** The last position of the log when the subscription began. */
		private readonly newestAtStart: number,
	) {
		this.position = this.savedPosition = state.position;
		this.nextRead = this.nextExpected = this.position + 1;
		this.savingTypes = this.insist(() => state.saveTypes(types));
		this.retryTimer = setInterval(() => this.retry(), LOOK_FOR_RETRIES_EVERY_MS);
	}

	/** Events of every type count as waiting, up to the log's `newest` position. */
	backlog(newest: number): Backlog {
		const waiting = newest - this.position + this.state.countRetries();
		return { consumer: this.name, waiting, dead: this.state.countDead() };
	}

	/**
	 * The age of the oldest event that is not handled, in milliseconds. 0 where no more wait than may be handled at once, as one that hangs is no
	 * backlog; and before the events of earlier runs are handled, which may be many where a service is new.
	 */
	lagMs(newest: number): number {
		const waiting = newest - this.position - this.done.size;
		return this.position < this.newestAtStart || waiting <= IN_FLIGHT_LIMIT ? 0 : this.state.ageOf(this.position + 1);
	}

	/** Reads on in the log; call it after events were published. Events that are not handled at once are read ahead chunk by chunk. */
	wake(): void {
		for (let read = 0; !this.stopped && this.inFlight < READ_AHEAD; read++) {
			if (read >= IN_FLIGHT_LIMIT && this.inFlight >= IN_FLIGHT_LIMIT) return this.wakeLater();
			const next = this.read();
			if (!next) return;
			const [position, event] = next;
			// Positions are empty where their write failed, as their event is published again at the end of the log, and where it was removed because of its age.
			if (this.nextExpected < position) this.finish(this.nextExpected, position - 1);
			this.nextExpected = position + 1;
			if (this.types.has(event.type)) this.deliver(event, position);
			else this.finish(position);
		}
	}

	/** Begins to save the position, unless it is saved. */
	savePositionLater(): void {
		this.savingPosition ??= this.trySavePosition().finally(() => (this.savingPosition = undefined));
	}

	async stop(): Promise<void> {
		this.stopped = true;
		clearInterval(this.retryTimer);
		await this.savingTypes;
		if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
		await this.savingPosition;
		await this.trySavePosition();
	}

	/** Where it fails, handled events are handled once more after the next start. */
	private async trySavePosition(): Promise<void> {
		await this.savePosition().catch((error) => this.state.logError(error));
	}

	/** Lets others have the event loop between two chunks. */
	private wakeLater(): void {
		this.wakingLater ??= setImmediate(() => {
			this.wakingLater = undefined;
			this.wake();
		});
	}

	private read(): [number, CloudEvent] | undefined {
		if (this.unread.length === 0) {
			this.unread.push(...this.orNone(() => this.state.read(this.nextRead)));
			const last = this.unread.at(-1);
			if (last) this.nextRead = last[0] + 1;
		}
		return this.unread.shift();
	}

	/** A read that fails gives nothing, and is tried again when the consumer wakes. */
	private orNone<T>(read: () => T[]): T[] {
		try {
			return read();
		} catch (error) {
			this.state.logError(error);
			return [];
		}
	}

	private retry(): void {
		if (this.stopped) return;
		for (const due of this.orNone(() => this.state.dueRetries())) {
			const position = due.key[2];
			if (this.inFlight >= READ_AHEAD) return;
			if (!this.retrying.has(position)) this.deliver(due.event, position, due);
		}
	}

	private deliver(event: CloudEvent, position: number, previous?: DueRetry): void {
		this.inFlight++;
		if (previous) this.retrying.add(position);
		const queue = queueOf(event);
		let kept: CloudEvent | undefined = event;
		// An event that has not begun when the consumer stops is delivered after the next start.
		const handled = this.turns.run(turnOf(event), () => {
			let taken = kept;
			return this.queue.run(queue, async () => {
				const readAgain = async () => void (taken ??= this.state.event(position));
				const isRead = taken !== undefined || (await this.insist(readAgain));
				return isRead && !this.stopped && this.tryOnce(taken!, position, previous);
			});
		});
		// Many events may wait for their turn, so they are not kept in memory.
		kept = undefined;
		void handled.then((recorded) => {
			this.inFlight--;
			if (previous) this.retrying.delete(position);
			else if (recorded) this.finish(position);
			if (this.inFlight === 0) this.onIdle?.();
			this.wake();
		});
	}

	/** Resolves with whether the outcome is stored; false where the consumer stops before that is possible. */
	private async tryOnce(event: CloudEvent, position: number, previous?: DueRetry): Promise<boolean> {
		try {
			await handleInTime(this.handle, event);
		} catch (failure) {
			return this.insist(() => this.state.saveFailure(event, position, failure, previous));
		}
		return !previous || this.insist(() => this.state.removeRetry(previous.key));
	}

	/** Repeats a use of the log until it succeeds, as on a full disk: the position must not pass an event whose failure is not stored. */
	private async insist(use: () => Promise<void>): Promise<boolean> {
		for (;;) {
			try {
				await use();
				return true;
			} catch (error) {
				this.state.logError(error);
				if (this.stopped) return false;
				await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
			}
		}
	}

	private finish(first: number, last = first): void {
		this.done.set(first, last);
		for (let row = this.done.get(this.position + 1); row !== undefined; row = this.done.get(this.position + 1)) {
			this.done.delete(this.position + 1);
			this.position = row;
		}
	}

	private async savePosition(): Promise<void> {
		if (this.savedPosition === this.position) return;
		const position = this.position;
		await this.state.savePosition(position);
		this.savedPosition = position;
	}
}
