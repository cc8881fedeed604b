import type { Backlog, EventBus, Subscription, DeadLetter } from "../event-bus";
import type { CloudEvent } from "../event";
import { JetStreamConsumer } from "./jetstream-consumer";
import { JetStreamLetters } from "./jetstream-letters";
import { ANSWER_DEADLINE_MS, JetStreamLink, type JetStreamOptions } from "./jetstream-connection";
import { eventHeaders, historyOf, placesIn } from "./jetstream-reading";
import { inWords, hasNoListener } from "./jetstream-streams";
import { FIRST_DELAY_MS, MAX_TRIES } from "../retry-policy";

/** NATS writes what it acknowledged to disk every 2 minutes unless told; what was acknowledged since is lost with the machine. */
const MAY_LOSE_FOR_MS = 5 * 60_000;
const PUBLISH_CHUNK = 256;
const LIST_LIMIT = 1_000;

export interface JetStreamEventBusOptions extends JetStreamOptions {
	maxTries?: number;
	firstDelayMs?: number;
}

/**
 * Carries events between processes: a stream of NATS JetStream, in which each service has a durable consumer that its processes
 * share. The connection is its own, so that events and calls do not wait for each other.
 */
export class JetStreamEventBus implements EventBus {
	readonly mayLoseForMs = MAY_LOSE_FOR_MS;
	private readonly link: JetStreamLink;
	private readonly letters: JetStreamLetters;
	private readonly consumers = new Set<Subscription>();
	/** Of the stream's last message that is known of since NATS was there again. */
	private lastSequence = 0;

	constructor(private readonly options: JetStreamEventBusOptions) {
		this.link = new JetStreamLink(options);
		this.letters = new JetStreamLetters(this.link);
		this.link.onReturn(() => (this.lastSequence = 0));
	}

	get connected(): boolean {
		return this.link.connected;
	}

	/** @throws Error where the server has no JetStream, or the bus is closed meanwhile */
	open(): Promise<void> {
		return this.link.open();
	}

	onReturn(act: () => void): void {
		this.link.onReturn(act);
	}

	async publish(events: readonly CloudEvent[]): Promise<number> {
		let added = 0;
		for (let from = 0; from < events.length; from += PUBLISH_CHUNK) {
			this.link.check();
			added += await this.publishAtOnce(events.slice(from, from + PUBLISH_CHUNK));
		}
		return added;
	}

	private async publishAtOnce(events: readonly CloudEvent[]): Promise<number> {
		const last = this.lastSequence;
		const outcomes = await Promise.allSettled(events.map((event) => this.send(event)));
		const failed = outcomes.find((outcome) => outcome.status === "rejected");
		const added = outcomes.flatMap((outcome) =>
			outcome.status === "fulfilled" && !outcome.value.duplicate ? [outcome.value.seq] : [],
		);
		if (added.length > 0) this.lastSequence = Math.max(...added);
		// Behind this connection a server may have come back without what it had acknowledged.
		if (added.some((sequence) => sequence <= last)) this.link.restore();
		if (!failed) return added.length;
		if (hasNoListener(failed.reason)) this.link.restore();
		throw new Error(`${this.link.address} did not take all of ${events.length} event(s): ${inWords(failed.reason)}`);
	}

	private async send(event: CloudEvent) {
		const { js, names } = this.link;
		return js.publish(names.subjectOf(event.type), JSON.stringify(event), {
			msgID: event.id,
			headers: eventHeaders(),
			timeout: ANSWER_DEADLINE_MS,
		});
	}

	/** Events are heard as soon as the bus is open. Types that are heard once stay in the durable consumer until it is removed. */
	subscribe(name: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription {
		const { maxTries = MAX_TRIES, firstDelayMs = FIRST_DELAY_MS, clock, logger } = this.options;
		const { link, letters } = this;
		const consumer = new JetStreamConsumer({
			name,
			types,
			handle,
			link,
			letters,
			clock,
			logger,
			maxTries,
			firstDelayMs,
		});
		const subscription = {
			stop: async () => {
				await consumer.stop();
				this.consumers.delete(subscription);
			},
		};
		this.consumers.add(subscription);
		return subscription;
	}

	/** One that was sent again long after may come twice. @throws Error where NATS goes away meanwhile */
	history(types: readonly string[]): AsyncIterable<CloudEvent> {
		return historyOf(this.link, types, this.options.logger);
	}

	async backlog(): Promise<Backlog[]> {
		const { names } = this.link;
		const waiting = new Map<string, number>();
		for (const stream of [names.stream, names.replays])
			for (const [name, { pending }] of await placesIn(this.link, stream))
				waiting.set(name, (waiting.get(name) ?? 0) + pending);
		const dead = new Map<string, number>();
		for await (const { consumer } of this.letters.dead()) dead.set(consumer, (dead.get(consumer) ?? 0) + 1);
		return [...waiting].map(([consumer, count]) => ({ consumer, waiting: count, dead: dead.get(consumer) ?? 0 }));
	}

	async deadLetters(consumer?: string): Promise<DeadLetter[]> {
		const letters: DeadLetter[] = [];
		for await (const letter of this.letters.dead(consumer)) if (letters.push(letter) >= LIST_LIMIT) break;
		return letters;
	}

	async deadLetter(consumer: string, eventId: string): Promise<DeadLetter | undefined> {
		this.link.check();
		return (await this.letters.find(consumer, eventId))?.letter;
	}

	async replay(consumer: string, eventId: string): Promise<boolean> {
		this.link.check();
		const { js, names } = this.link;
		const found = await this.letters.find(consumer, eventId);
		if (!found) return false;
		await this.letters.forgetTries(consumer, eventId);
		const msgID = `${consumer} ${eventId} ${found.revision}`;
		await js.publish(names.replaySubjectOf(consumer), JSON.stringify(found.letter.event), {
			msgID,
			headers: eventHeaders(),
		});
		await this.letters.remove(consumer, eventId, found.revision);
		return true;
	}

	async drop(consumer: string, eventId: string): Promise<boolean> {
		this.link.check();
		return this.letters.remove(consumer, eventId);
	}

	async close(): Promise<void> {
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		await this.link.close();
	}
}
