import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "moleculer";
import { type Consumer, type JsMsg, millis } from "nats";
import type { Subscription } from "../event-bus";
import { type Clock, toRfc3339 } from "../../domain/clock";
import { type CloudEvent, queueOf, turnOf } from "../event";
import type { JetStreamConnection } from "./jetstream-connection";
import { JetStreamDeadLetters } from "./jetstream-dead-letters";
import { ACK_WAIT_MS, JetStreamDurables } from "./jetstream-durables";
import { laterDurable } from "./jetstream-names";
import { eventIn, standInFor } from "./jetstream-reading";
import { JetStreamRetries } from "./jetstream-retries";
import { inWords, isMissing } from "./jetstream-streams";
import {
	afterFailure,
	handleInTime,
	IN_FLIGHT_LIMIT,
	IN_FLIGHT_OF_ONE,
	retryDelay,
	type RetryPolicy,
} from "../retry-policy";
import { FairQueue } from "../../timing/fair-queue";
import { KeyedQueue } from "../../timing/keyed-queue";
import { LogThrottle } from "../../timing/log-throttle";

/** Events being handled are reported to the server at this interval. */
const REPORT_EVERY_MS = 1_500;
/** A fetch asks for events for this long; a frozen process may be sent events until then. */
const FETCH_FOR_MS = 5_000;
/** Messages of the first source that are held, so that customers with few events need not wait for those with many. */
const FETCHED_AHEAD = 500;
/** Messages of each other source that are held. */
const LITTLE_AHEAD = 4;
const AGAIN_AFTER_MS = 500;

/** A durable consumer to deliver from: of the shop's events, or of replayed dead letters. */
interface Source {
	stream: string;
	durable: string;
	/** Messages that are held at the same time. */
	limit: number;
	/** Creates the durable consumer. Resolves with false where the source is not needed. */
	create(): Promise<boolean>;
	/** Called with the subjects of the durable consumer that was found. */
	found?(subjects: readonly string[]): void;
	/** Called when there may be room for others. */
	onRoom?: () => void;
	/** The event type that the message names. @throws Error where it names none */
	typeOf(message: JsMsg): string;
	/** Whether there may be a retry state or a dead letter of the event. */
	wasTried(message: JsMsg): boolean;
}

export interface JetStreamConsumerOptions {
	name: string;
	types: readonly string[];
	handle: (event: CloudEvent) => Promise<void>;
	connection: JetStreamConnection;
	retryPolicy: RetryPolicy;
	clock: Clock;
	logger: Logger;
}

/**
 * Delivers events to one service in this process; the server divides them among the processes of the service. At most 64 events are handled
 * at the same time, of which 16 of one customer; customers take turns. Events of one subject and order are handled one after the other.
 */
export class JetStreamConsumer implements Subscription {
	private readonly turns = new FairQueue(IN_FLIGHT_LIMIT, IN_FLIGHT_OF_ONE);
	private readonly queue = new KeyedQueue();
	/** Messages that are not acknowledged yet. */
	private readonly held = new Set<JsMsg>();
	/** Those of them that wait for their turn, in the order in which they came; since when, in milliseconds since 1970. */
	private readonly waiting = new Map<JsMsg, number>();
	/** In milliseconds since 1970; it is compared with the server's times of messages: where the server's clock is behind, there is no lag for as long. */
	private readonly startedAt = Date.now();
	/** Messages that went to another process while this one was frozen: their failures here are ignored. */
	private readonly lost = new WeakSet<JsMsg>();
	private reportedAt = performance.now();
	/** Sources whose durable consumer was found. */
	private readonly found = new Set<Source>();
	/** Deliveries of the types that have a durable consumer of their own. */
	private readonly later = new Map<string, Promise<void>>();
	private readonly stopping = new AbortController();
	private readonly whenStopped = once(this.stopping.signal, "abort");
	private readonly following: Promise<unknown>;
	private readonly reporting: NodeJS.Timeout;
	private readonly retries: JetStreamRetries;
	private readonly deadLetters: JetStreamDeadLetters;
	private readonly durables: JetStreamDurables;

	constructor(private readonly options: JetStreamConsumerOptions) {
		const { name, types, connection } = options;
		const { names } = connection;
		this.retries = new JetStreamRetries(options.connection);
		this.deadLetters = new JetStreamDeadLetters(options.connection);
		this.durables = new JetStreamDurables(name, connection, this.retries);
		const shop: Source = {
			stream: names.stream,
			durable: name,
			limit: FETCHED_AHEAD,
			create: () => this.durables.createFirst(names.stream, types).then(() => true),
			found: (subjects) => this.followLater(subjects),
			typeOf: ({ subject }) => names.typeOf(subject),
			wasTried: ({ redelivered }) => redelivered,
		};
		const replays: Source = {
			stream: names.replays,
			durable: name,
			limit: LITTLE_AHEAD,
			create: () => this.durables.create(names.replays, name, [names.replaySubjectOf(name)]).then(() => true),
			typeOf: (message) => message.json<CloudEvent>().type,
			wasTried: () => true,
		};
		this.reporting = setInterval(() => this.reportInWork(), REPORT_EVERY_MS);
		this.following = Promise.all([this.follow(shop), this.follow(replays)]);
	}

	/** Waits for events being handled; the server gives those not begun to other processes at once. */
	async stop(): Promise<void> {
		this.stopping.abort();
		// Their turn may come only when events being handled are, which may take long.
		for (const message of this.waiting.keys()) this.handBack(message);
		await this.following;
		await Promise.all(this.later.values());
		clearInterval(this.reporting);
	}

	/**
	 * How long the oldest event waits in this process, in milliseconds. 0 where no more are here than may be handled at once, and for events of
	 * earlier runs, which may be many where a service is new. Events that failed wait on purpose, and do not count.
	 */
	get lagMs(): number {
		if (this.held.size <= IN_FLIGHT_LIMIT) return 0;
		for (const [message, since] of this.waiting) {
			if (message.redelivered) continue;
			const isEarlier = millis(message.info.timestampNanos) < this.startedAt;
			return isEarlier ? 0 : this.options.clock.now() - since;
		}
		return 0;
	}

	private get stopped(): boolean {
		return this.stopping.signal.aborted;
	}

	/** Reports events being handled, so that the server keeps them here. After a freeze, they count as lost to another process. */
	private reportInWork(): void {
		const now = performance.now();
		const wasFrozen = now - this.reportedAt > ACK_WAIT_MS;
		this.reportedAt = now;
		for (const message of this.held) {
			if (wasFrozen) this.lost.add(message);
			this.answer(() => message.working());
		}
	}

	/** Lets the server deliver a message, which has not been begun, to another process. */
	private handBack(message: JsMsg): void {
		this.waiting.delete(message);
		this.held.delete(message);
		this.answer(() => message.nak());
	}

	/** Delivers the types that the first durable consumer does not deliver, each from a durable consumer of its own. */
	private followLater(subjects: readonly string[]): void {
		const { name, types, connection } = this.options;
		const { stream, subjectOf } = connection.names;
		for (const type of types) {
			if (subjects.includes(subjectOf(type)) || this.later.has(type)) continue;
			const source: Source = {
				stream,
				durable: laterDurable(name, type),
				limit: LITTLE_AHEAD,
				create: () => this.durables.createLater(stream, type),
				typeOf: () => type,
				wasTried: ({ redelivered }) => redelivered,
			};
			this.later.set(
				type,
				this.follow(source).finally(() => this.later.delete(type)),
			);
		}
	}

	/** Delivers from one source until the consumer stops; repeats after any failure of connection, stream or durable consumer. */
	private async follow(source: Source): Promise<void> {
		const { connection, logger, name } = this.options;
		const warnings = new LogThrottle();
		const inFlight = new Set<Promise<void>>();
		while (!this.stopped) {
			try {
				await Promise.race([connection.whenConnected(), this.whenStopped]);
				if (this.stopped) break;
				const consumer = await this.ensure(source);
				if (!consumer) break;
				await this.fetchAll(consumer, source, inFlight);
			} catch (error) {
				// A closed connection would fail again at once.
				if (!connection.connected && !this.stopped) await sleep(AGAIN_AFTER_MS);
				if (!connection.connected || this.stopped) continue;
				const line = `The delivery from ${source.stream} to ${name} failed and will be retried: ${inWords(error)}`;
				if (warnings.allows(line)) logger.warn(line);
				await sleep(AGAIN_AFTER_MS);
			}
		}
		await Promise.all(inFlight);
	}

	/** The durable consumer of a source, created where it does not exist; undefined where the source is not needed. */
	private async ensure(source: Source): Promise<Consumer | undefined> {
		const { connection } = this.options;
		try {
			const { consumer, subjects } = await this.durables.find(source.stream, source.durable);
			this.found.add(source);
			source.found?.(subjects);
			return consumer;
		} catch (error) {
			if (!isMissing(error)) throw error;
			// It was found before, so an operator has removed it, perhaps with its stream.
			if (this.found.delete(source)) {
				connection.restore();
				throw error;
			}
		}
		try {
			return (await source.create()) ? await this.ensure(source) : undefined;
		} catch (error) {
			if (isMissing(error)) connection.restore();
			throw error;
		}
	}

	private async fetchAll(consumer: Consumer, source: Source, inFlight: Set<Promise<void>>): Promise<void> {
		const { connection } = this.options;
		while (!this.stopped) {
			connection.check();
			const free = source.limit - inFlight.size;
			// One by one would be a request for each message.
			if (free < Math.max(1, source.limit / 10)) {
				await new Promise<void>((resolve) => (source.onRoom = resolve));
				continue;
			}
			const fetched = await consumer.fetch({ max_messages: free, expires: FETCH_FOR_MS });
			const end = () => fetched.stop();
			const forget = connection.onAway(end);
			this.stopping.signal.addEventListener("abort", end);
			if (this.stopped) end();
			try {
				for await (const message of fetched) {
					const taken = this.take(message, source).finally(() => {
						inFlight.delete(taken);
						source.onRoom?.();
					});
					inFlight.add(taken);
				}
			} finally {
				forget();
				this.stopping.signal.removeEventListener("abort", end);
			}
		}
	}

	/** Handles one message and acknowledges it. Never rejects. */
	private async take(message: JsMsg, source: Source): Promise<void> {
		const { name, logger } = this.options;
		if (this.stopped) return this.handBack(message);
		this.held.add(message);
		this.waiting.set(message, this.options.clock.now());
		try {
			const { event, problem } = this.read(message, source);
			await this.turns.run(turnOf(event), () =>
				this.queue.run(queueOf(event), async () => {
					// It was handed back meanwhile.
					if (!this.waiting.delete(message)) return;
					if (problem === undefined) await this.tryOnce(message, event, source);
					else await this.giveUp(message, event, 1, problem);
				}),
			);
		} catch (error) {
			logger.warn(`Message ${message.seq} of ${source.stream} is delivered to ${name} again: ${inWords(error)}`);
			this.answer(() => message.nak(AGAIN_AFTER_MS));
		} finally {
			this.waiting.delete(message);
			this.held.delete(message);
		}
	}

	private read(message: JsMsg, source: Source): { event: CloudEvent; problem?: string } {
		let type = "unknown";
		try {
			type = source.typeOf(message);
			return { event: eventIn(message, type) };
		} catch (error) {
			return { event: standInFor(message, type), problem: (error as Error).message };
		}
	}

	/** @throws Error where the outcome cannot be stored: the server delivers the message again */
	private async tryOnce(message: JsMsg, event: CloudEvent, source: Source): Promise<void> {
		const { name, handle, connection, retryPolicy, logger } = this.options;
		const { maxTries } = retryPolicy;
		try {
			await handleInTime(handle, event);
		} catch (failure) {
			connection.check();
			// After a freeze this may run before the timer: it must learn first that the message is lost.
			this.reportInWork();
			if (this.lost.has(message)) return;
			const state = afterFailure(await this.retries.find(name, event.id), failure);
			const { tries, attempts, reason } = state;
			logger.warn(`${name} could not handle ${event.type} ${event.id} (try ${tries} of ${maxTries}): ${reason}`);
			if (tries >= maxTries) return this.giveUp(message, event, tries, reason);
			await this.retries.save(name, { eventId: event.id, ...state, stream: source.stream, seq: message.seq });
			return this.answer(() => message.nak(retryDelay(attempts, retryPolicy, failure)));
		}
		if (source.wasTried(message)) await this.removeFailures(event.id);
		this.answer(() => message.ack());
	}

	/** Removes the retry state, and the dead letter that a slower process may have stored meanwhile. */
	private async removeFailures(eventId: string): Promise<void> {
		const { name } = this.options;
		if (await this.retries.find(name, eventId)) await this.retries.remove(name, eventId);
		await this.deadLetters.drop(name, eventId);
	}

	/** Stores the dead letter first: the server never delivers the terminated message again. */
	private async giveUp(message: JsMsg, event: CloudEvent, tries: number, reason: string): Promise<void> {
		const { name, clock, logger } = this.options;
		await this.deadLetters.add({ consumer: name, event, tries, reason, at: toRfc3339(clock.now()) });
		logger.error(`${name} gives up ${event.type} ${event.id}, which is now a dead letter: ${reason}`);
		this.answer(() => message.term());
		await this.retries.remove(name, event.id);
	}

	/** Acknowledges a message. Where the server does not get it, it delivers the message again. */
	private answer(give: () => void): void {
		try {
			give();
		} catch (error) {
			this.options.logger.debug(`An answer to NATS was not sent: ${(error as Error).message}`);
		}
	}
}
