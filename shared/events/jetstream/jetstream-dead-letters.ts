import type { DeadLetter, DeadLetters } from "../event-bus";
import { consumerIn, keyOf, subjectOf, subjectsOf, valuesOf } from "./jetstream-buckets";
import { streamOf } from "./jetstream-names";
import type { JetStreamConnection } from "./jetstream-connection";
import { eventHeaders } from "./jetstream-reading";
import { JetStreamRetries } from "./jetstream-retries";

const LIST_LIMIT = 1_000;

/** The events that consumers gave up: a bucket that all processes share. Every method throws an Error where NATS is away. */
export class JetStreamDeadLetters implements DeadLetters {
	private readonly retries: JetStreamRetries;

	constructor(private readonly connection: JetStreamConnection) {
		this.retries = new JetStreamRetries(connection);
	}

	async list(consumer?: string): Promise<DeadLetter[]> {
		const letters: DeadLetter[] = [];
		for await (const letter of this.all(consumer)) if (letters.push(letter) >= LIST_LIMIT) break;
		return letters;
	}

	/** All dead letters, oldest first. */
	all(consumer?: string): AsyncIterable<DeadLetter> {
		return valuesOf<DeadLetter>(this.connection, this.connection.names.dead, consumer);
	}

	/** The number of dead letters of each consumer. The server counts them: no letter is read. */
	async counts(): Promise<Map<string, number>> {
		this.connection.check();
		const { names, jsm } = this.connection;
		const { state } = await jsm.streams.info(streamOf(names.dead), { subjects_filter: subjectsOf(names.dead) });
		const counts = new Map<string, number>();
		for (const subject of Object.keys(state.subjects ?? {})) {
			const consumer = consumerIn(subject);
			counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
		}
		return counts;
	}

	async find(consumer: string, eventId: string): Promise<DeadLetter | undefined> {
		return (await this.entry(consumer, eventId))?.letter;
	}

	/** Publishes the event to the consumer's replays, then removes the letter. After a failure in between, a repeat publishes no copy. */
	async replay(consumer: string, eventId: string): Promise<boolean> {
		const { names } = this.connection;
		const found = await this.entry(consumer, eventId);
		if (!found) return false;
		await this.retries.remove(consumer, eventId);
		await this.connection.js.publish(names.replaySubjectOf(consumer), JSON.stringify(found.letter.event), {
			msgID: `${consumer} ${eventId} ${found.revision}`,
			headers: eventHeaders(),
		});
		await this.remove(consumer, eventId, found.revision);
		return true;
	}

	async drop(consumer: string, eventId: string): Promise<boolean> {
		const found = await this.entry(consumer, eventId);
		return found !== undefined && this.remove(consumer, eventId, found.revision);
	}

	async add(letter: DeadLetter): Promise<void> {
		await this.connection.dead.put(keyOf(letter.consumer, letter.event.id), JSON.stringify(letter));
	}

	private async entry(
		consumer: string,
		eventId: string,
	): Promise<{ letter: DeadLetter; revision: number } | undefined> {
		this.connection.check();
		const entry = await this.connection.dead.get(keyOf(consumer, eventId));
		return entry?.operation === "PUT" ? { letter: entry.json<DeadLetter>(), revision: entry.revision } : undefined;
	}

	/**
	 * Purges the letter's message: a deletion by key would leave a marker, which {@link counts} would count. Resolves with false, and leaves
	 * the letter, where it was written again since this revision.
	 */
	private async remove(consumer: string, eventId: string, revision: number): Promise<boolean> {
		const { jsm, names } = this.connection;
		const filter = subjectOf(names.dead, consumer, eventId);
		const { purged } = await jsm.streams.purge(streamOf(names.dead), { filter, seq: revision + 1 });
		return purged > 0;
	}
}
