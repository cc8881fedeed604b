import type { DeadLetter, DeadLetters } from "../event-bus";
import { keyOf, valuesOf } from "./jetstream-buckets";
import type { JetStreamConnection } from "./jetstream-connection";
import { eventHeaders } from "./jetstream-reading";
import { JetStreamRetries } from "./jetstream-retries";
import { isOutdated } from "./jetstream-streams";

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

	/** Removes the letter. Resolves with false, and leaves it, where it was written again since this revision. */
	private async remove(consumer: string, eventId: string, revision: number): Promise<boolean> {
		try {
			await this.connection.dead.delete(keyOf(consumer, eventId), { previousSeq: revision });
			return true;
		} catch (error) {
			if (isOutdated(error)) return false;
			throw error;
		}
	}
}
