import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "moleculer";
import { AckPolicy, type Consumer, DeliverPolicy, type JsMsg, nanos } from "nats";
import type { Subscription } from "../event-bus";
import { type Clock, toRfc3339 } from "../../domain/clock";
import type { CloudEvent } from "../event";
import type { JetStreamLetters } from "./jetstream-letters";
import type { JetStreamLink } from "./jetstream-connection";
import { eventIn, standInFor } from "./jetstream-reading";
import { inWords, isMissing } from "./jetstream-streams";
import { afterFailure, handleInTime, IN_FLIGHT_LIMIT, pauseAfter } from "../retry-policy";
import { KeyedQueue } from "../../timing/keyed-queue";
import { LogThrottle } from "../../timing/log-throttle";

/** An event of which nothing is heard for so long goes to another process. */
const ACK_WAIT_MS = 5_000;
/** How often the server is told that events are being worked on. */
const WORKING_EVERY_MS = 1_500;
/** Events that wait for another try count; beyond this, no new ones come. */
const MAX_ACK_PENDING = 20_000;
/** A process that is frozen is offered events for at most this. */
const FETCH_FOR_MS = 5_000;
const REPLAYS_IN_FLIGHT = 4;
const AGAIN_AFTER_MS = 500;

/** Where events come from: the shop's stream, or the dead letters that are to be tried again. */
interface Source {
	stream: string;
	subjects: readonly string[];
	/** Events in flight. */
	limit: number;
	/** @throws Error where the message does not tell */
	typeOf(message: JsMsg): string;
	/** Whether there may be notes of earlier tries. */
	wasTried(message: JsMsg): boolean;
}

export interface JetStreamConsumerOptions {
	name: string;
	types: readonly string[];
	handle: (event: CloudEvent) => Promise<void>;
	link: JetStreamLink;
	letters: JetStreamLetters;
	clock: Clock;
	logger: Logger;
	maxTries: number;
	firstDelayMs: number;
}

/** One process' share of what a service hears: a bounded number of events at once, those of one subject one after the other. */
export class JetStreamConsumer implements Subscription {
	private readonly queue = new KeyedQueue();
	/** What is neither acknowledged nor given back. */
	private readonly held = new Set<JsMsg>();
	/** What went to another process meanwhile, as this one stood still: what comes of it here does not count. */
	private readonly lost = new WeakSet<JsMsg>();
	private workedAt = performance.now();
	/** Streams that the service had its place in. */
	private readonly found = new Set<string>();
	private readonly stopping = new AbortController();
	private readonly whenStopped = once(this.stopping.signal, "abort");
	private readonly following: Promise<unknown>;
	private readonly working: NodeJS.Timeout;

	constructor(private readonly options: JetStreamConsumerOptions) {
		const { names } = options.link;
		const shop: Source = {
			stream: names.stream,
			subjects: options.types.map(names.subjectOf),
			limit: IN_FLIGHT_LIMIT - REPLAYS_IN_FLIGHT,
			typeOf: ({ subject }) => names.typeOf(subject),
			wasTried: ({ redelivered }) => redelivered,
		};
		const replays: Source = {
			stream: names.replays,
			subjects: [names.replaySubjectOf(options.name)],
			limit: REPLAYS_IN_FLIGHT,
			typeOf: (message) => message.json<CloudEvent>().type,
			wasTried: () => true,
		};
		this.working = setInterval(() => this.goOnWorking(), WORKING_EVERY_MS);
		this.following = Promise.all([this.follow(shop), this.follow(replays)]);
	}

	/** What was fetched and is not begun goes to others at once. */
	async stop(): Promise<void> {
		this.stopping.abort();
		await this.following;
		clearInterval(this.working);
	}

	private get stopped(): boolean {
		return this.stopping.signal.aborted;
	}

	private goOnWorking(): void {
		const now = performance.now();
		const stoodStill = now - this.workedAt > ACK_WAIT_MS;
		this.workedAt = now;
		for (const message of this.held) {
			if (stoodStill) this.lost.add(message);
			this.answer(() => message.working());
		}
	}

	/** Goes on whatever happens to connection, stream and consumer. */
	private async follow(source: Source): Promise<void> {
		const { link, logger, name } = this.options;
		const warnings = new LogThrottle();
		const inFlight = new Set<Promise<void>>();
		while (!this.stopped) {
			try {
				await Promise.race([link.whenConnected(), this.whenStopped]);
				if (!this.stopped) await this.fetchAll(await this.ensure(source), source, inFlight);
			} catch (error) {
				// What has failed for good fails at once each time.
				if (!link.connected && !this.stopped) await sleep(AGAIN_AFTER_MS);
				if (!link.connected || this.stopped) continue;
				const line = `The delivery from ${source.stream} to ${name} stumbled and goes on: ${inWords(error)}`;
				if (warnings.allows(line)) logger.warn(line);
				await sleep(AGAIN_AFTER_MS);
			}
		}
		await Promise.all(inFlight);
	}

	/** The service's place in the stream, from its start where there is none yet, or none any more. */
	private async ensure({ stream, subjects }: Source): Promise<Consumer> {
		const { link, name, letters } = this.options;
		try {
			const consumer = await link.js.consumers.get(stream, name);
			const { filter_subject, filter_subjects = filter_subject ? [filter_subject] : [] } = (await consumer.info(true))
				.config;
			// Processes of another version may hear other types meanwhile; what one of them leaves out would be passed by for all.
			const all = [...new Set([...filter_subjects, ...subjects])];
			if (filter_subjects.length > 0 && all.length > filter_subjects.length)
				await link.jsm.consumers.update(stream, name, { filter_subject: undefined, filter_subjects: all });
			this.found.add(stream);
			return consumer;
		} catch (error) {
			if (!isMissing(error)) throw error;
			// Whoever took it away may have taken events with it.
			if (this.found.delete(stream)) {
				link.restore();
				throw error;
			}
		}
		try {
			await letters.forgetAllTries(name);
			await link.jsm.consumers.add(stream, {
				durable_name: name,
				filter_subjects: [...subjects],
				deliver_policy: DeliverPolicy.All,
				ack_policy: AckPolicy.Explicit,
				ack_wait: nanos(ACK_WAIT_MS),
				max_ack_pending: MAX_ACK_PENDING,
			});
		} catch (error) {
			if (isMissing(error)) link.restore();
			throw error;
		}
		return link.js.consumers.get(stream, name);
	}

	private async fetchAll(consumer: Consumer, source: Source, inFlight: Set<Promise<void>>): Promise<void> {
		const { link } = this.options;
		while (!this.stopped) {
			link.check();
			const free = source.limit - inFlight.size;
			if (free === 0) {
				await Promise.race(inFlight);
				continue;
			}
			const fetched = await consumer.fetch({ max_messages: free, expires: FETCH_FOR_MS });
			const end = () => fetched.stop();
			const forget = link.onAway(end);
			this.stopping.signal.addEventListener("abort", end);
			if (this.stopped) end();
			try {
				for await (const message of fetched) {
					const taken = this.take(message, source).finally(() => inFlight.delete(taken));
					inFlight.add(taken);
				}
			} finally {
				forget();
				this.stopping.signal.removeEventListener("abort", end);
			}
		}
	}

	/** Never rejects. */
	private async take(message: JsMsg, source: Source): Promise<void> {
		const { name, logger } = this.options;
		this.held.add(message);
		try {
			const { event, problem } = this.read(message, source);
			await this.queue.run(event.subject, async () => {
				if (this.stopped) return this.answer(() => message.nak());
				if (problem === undefined) await this.tryOnce(message, event, source);
				else await this.bury(message, event, 1, problem);
			});
		} catch (error) {
			logger.warn(`${name} hears message ${message.seq} of ${source.stream} again: ${inWords(error)}`);
			this.answer(() => message.nak(AGAIN_AFTER_MS));
		} finally {
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

	/** @throws Error where what came of it cannot be noted */
	private async tryOnce(message: JsMsg, event: CloudEvent, source: Source): Promise<void> {
		const { name, handle, link, letters, logger, maxTries, firstDelayMs } = this.options;
		try {
			await handleInTime(handle, event);
		} catch (failure) {
			link.check();
			// Whatever wakes first of what stood still.
			this.goOnWorking();
			if (this.lost.has(message)) return;
			const tried = afterFailure(await letters.triesOf(name, event.id), failure);
			const { tries, attempts, reason } = tried;
			logger.warn(`${name} could not act on ${event.type} ${event.id} (try ${tries} of ${maxTries}): ${reason}`);
			if (tries >= maxTries) return this.bury(message, event, tries, reason);
			await letters.keepTries(name, event.id, tried, { stream: source.stream, seq: message.seq });
			return this.answer(() => message.nak(pauseAfter(attempts, firstDelayMs, failure)));
		}
		if (source.wasTried(message)) await letters.forget(name, event.id);
		this.answer(() => message.ack());
	}

	/** The letter first: a message that is given up is gone. */
	private async bury(message: JsMsg, event: CloudEvent, tries: number, reason: string): Promise<void> {
		const { name, letters, clock, logger } = this.options;
		await letters.bury({ consumer: name, event, tries, reason, at: toRfc3339(clock.now()) });
		logger.error(`${name} gives up ${event.type} ${event.id}, which is a dead letter now: ${reason}`);
		this.answer(() => message.term());
		await letters.forgetTries(name, event.id);
	}

	/** An answer that does not arrive brings the message again. */
	private answer(give: () => void): void {
		try {
			give();
		} catch (error) {
			this.options.logger.debug(`An answer to NATS was not sent: ${(error as Error).message}`);
		}
	}
}
