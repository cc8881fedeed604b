import { keyOf, streamOf, subjectsOf, valuesOf } from "./jetstream-buckets";
import type { JetStreamConnection } from "./jetstream-connection";
import type { PendingRetry, RetryState } from "../retry-policy";

/** The message by which an event was delivered. */
export interface DeliveredBy {
	stream: string;
	seq: number;
}

/**
 * The retry states of events: a bucket that all processes share, as any of them may be given an event's next delivery. JetStream's own
 * count of deliveries cannot replace it: it also counts transient failures, stops and processes that were killed.
 */
export class JetStreamRetries {
	constructor(private readonly connection: JetStreamConnection) {}

	async find(consumer: string, eventId: string): Promise<RetryState | undefined> {
		const entry = await this.connection.tries.get(keyOf(consumer, eventId));
		return entry?.operation === "PUT" ? entry.json<PendingRetry>() : undefined;
	}

	async save(consumer: string, retry: PendingRetry & DeliveredBy): Promise<void> {
		await this.connection.tries.put(keyOf(consumer, retry.eventId), JSON.stringify(retry));
	}

	async remove(consumer: string, eventId: string): Promise<void> {
		await this.connection.tries.delete(keyOf(consumer, eventId));
	}

	/** For a consumer that begins again at the start of the stream. */
	async removeAll(consumer: string): Promise<void> {
		const { jsm, names } = this.connection;
		await jsm.streams.purge(streamOf(names.tries), { filter: subjectsOf(names.tries, consumer) });
	}

	/**
	 * All retries of a consumer. An event that is acknowledged may be among them: where it went to another process while the first one was
	 * still handling it, the first one's failure may be saved after the other's success.
	 */
	all(consumer: string): AsyncIterable<PendingRetry & DeliveredBy> {
		return valuesOf(this.connection, this.connection.names.tries, consumer);
	}
}
