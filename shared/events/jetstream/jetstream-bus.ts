import type { PubAck } from "nats";
import type { Backlog, EventBus, Mark, Published, Subscription } from "../event-bus";
import type { Clock } from "../../domain/clock";
import { type CloudEvent, isSameEvent } from "../event";
import { JetStreamConsumer } from "./jetstream-consumer";
import { JetStreamDeadLetters } from "./jetstream-dead-letters";
import { ANSWER_DEADLINE_MS, JetStreamConnection, type JetStreamOptions } from "./jetstream-connection";
import { eventAt, eventHeaders, historyOf, newestOf, positionsIn } from "./jetstream-reading";
import { hasNoListener, inWords, isMissing, noteTrimmed } from "./jetstream-streams";
import type { RetryPolicy } from "../retry-policy";

/**
 * By default, NATS flushes acknowledged messages to disk every 2 minutes; a crash of its machine loses later ones.
 */
const MAY_LOSE_FOR_MS = 5 * 60_000;
const PUBLISH_CHUNK = 256;
/** The header by which JetStream recognizes a message that was published before. */
const MESSAGE_ID = "Nats-Msg-Id";

export interface JetStreamEventBusOptions extends JetStreamOptions {
	retryPolicy: RetryPolicy;
	clock: Clock;
	/**
	 * Called with the id of the shop's stream when the bus is opened, and when it is back after it was away.
	 * @throws StartError where the bus must not be opened with this stream
	 */
	onStream?(id: string, isBack: boolean): void;
}

/**
 * An event bus between processes: a stream of NATS JetStream, in which each service has a durable consumer that its processes share.
 * It has a connection of its own, so that events and remote calls do not wait for each other.
 */
export class JetStreamEventBus implements EventBus {
	readonly mayLoseForMs = MAY_LOSE_FOR_MS;
	idConflicts = 0;
	readonly deadLetters: JetStreamDeadLetters;
	private readonly connection: JetStreamConnection;
	private readonly consumers = new Set<JetStreamConsumer>();

	constructor(private readonly options: JetStreamEventBusOptions) {
		this.connection = new JetStreamConnection(options);
		this.deadLetters = new JetStreamDeadLetters(this.connection);
		this.connection.onReturn(() => this.options.onStream?.(this.connection.streamId, true));
	}

	get connected(): boolean {
		return this.connection.connected;
	}

	/** @throws StartError where the server has no JetStream, or its stream is not this shop's; Error where the bus is closed meanwhile */
	async open(): Promise<void> {
		await this.connection.open();
		this.options.onStream?.(this.connection.streamId, false);
	}

	/** The id of the shop's stream, once the bus is open. */
	get streamId(): string {
		return this.connection.streamId;
	}

	onReturn(act: () => void): void {
		this.connection.onReturn(act);
	}

	async publish(events: readonly CloudEvent[]): Promise<Published> {
		const published: Published = { added: 0, marks: [], taken: [] };
		for (let from = 0; from < events.length; from += PUBLISH_CHUNK) {
			this.connection.check();
			const { added, marks, taken } = await this.publishAtOnce(events.slice(from, from + PUBLISH_CHUNK));
			published.added += added;
			published.marks.push(...marks);
			published.taken.push(...taken);
		}
		this.idConflicts += published.taken.length;
		return published;
	}

	private async publishAtOnce(events: readonly CloudEvent[]): Promise<Published> {
		const outcomes = await Promise.allSettled(events.map((event) => this.send(event)));
		const acknowledged = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
		const failed = outcomes.find((outcome) => outcome.status === "rejected");
		if (!failed)
			return {
				added: acknowledged.filter(({ duplicate }) => !duplicate).length,
				marks: acknowledged.map(({ seq: position }, index) => ({ eventId: events[index]!.id, position })),
				taken: await this.takenOf(events, acknowledged),
			};
		if (hasNoListener(failed.reason)) this.connection.restore();
		throw new Error(
			`${this.connection.address} did not take all of ${events.length} event(s): ${inWords(failed.reason)}`,
		);
	}

	/** The events that the stream took for repeats of others: the acknowledgement of a repeat names the message that was first. */
	private async takenOf(events: readonly CloudEvent[], acknowledged: readonly PubAck[]): Promise<CloudEvent[]> {
		const isTaken = await Promise.all(
			events.map(async (event, index) => {
				const { duplicate, seq } = acknowledged[index]!;
				const first = duplicate ? await eventAt(this.connection, seq) : undefined;
				return first !== undefined && !isSameEvent(first, event);
			}),
		);
		return events.filter((_, index) => isTaken[index]);
	}

	private async send(event: CloudEvent) {
		const { js, names } = this.connection;
		return js.publish(names.subjectOf(event.type), JSON.stringify(event), {
			msgID: event.id,
			headers: eventHeaders(),
			timeout: ANSWER_DEADLINE_MS,
		});
	}

	/** Asks the stream for the message at each position: its sequence numbers begin again where it lost messages or was recreated. */
	async holds(marks: readonly Mark[]): Promise<boolean> {
		this.connection.check();
		const held = await Promise.all(marks.map((mark) => this.hasMessage(mark)));
		return held.every(Boolean);
	}

	private async hasMessage({ eventId, position }: Mark): Promise<boolean> {
		const { jsm, names } = this.connection;
		try {
			const message = await jsm.streams.getMessage(names.stream, { seq: position });
			return message.header.get(MESSAGE_ID) === eventId;
		} catch (error) {
			if (isMissing(error)) return false;
			throw error;
		}
	}

	/** Delivery begins once the bus is open. A type stays with its durable consumer until that is removed. */
	subscribe(name: string, types: readonly string[], handle: (event: CloudEvent) => Promise<void>): Subscription {
		const { retryPolicy, clock, logger } = this.options;
		const { connection } = this;
		const consumer = new JetStreamConsumer({ name, types, handle, connection, retryPolicy, clock, logger });
		this.consumers.add(consumer);
		return {
			stop: async () => {
				await consumer.stop();
				this.consumers.delete(consumer);
			},
		};
	}

	/** Notes in the stream, for the audit, that events up to this time were removed before the others came there; in milliseconds since 1970. */
	noteTrimmed(until: number): Promise<void> {
		return noteTrimmed(this.connection.jsm, this.connection.names.stream, until);
	}

	newest(types: readonly string[]): Promise<CloudEvent | undefined> {
		return newestOf(this.connection, types);
	}

	/** An event may come twice where it was published again after more than 20 minutes. */
	history(types: readonly string[], since?: number): AsyncIterable<CloudEvent> {
		return historyOf(this.connection, types, this.options.logger, since);
	}

	get lagMs(): number {
		return Math.max(0, ...[...this.consumers].map(({ lagMs }) => lagMs));
	}

	async backlog(): Promise<Backlog[]> {
		const { names } = this.connection;
		const waiting = await positionsIn(this.connection, names.stream);
		const replays = await positionsIn(this.connection, names.replays);
		const dead = await this.deadLetters.counts();
		return [...waiting].map(([consumer, { pending }]) => ({
			consumer,
			waiting: pending + (replays.get(consumer)?.pending ?? 0),
			dead: dead.get(consumer) ?? 0,
		}));
	}

	async close(): Promise<void> {
		await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
		await this.connection.close();
	}
}
