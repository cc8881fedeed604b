import { keyOf, subjectsOf, valuesOf } from "./jetstream-buckets";
import { streamOf } from "./jetstream-names";
import type { JetStreamConnection } from "./jetstream-connection";
import type { PendingRetry, RetryState } from "../retry-policy";

/** The message by which an event was delivered. */
export interface DeliveredBy {
	stream: string;
	seq: number;
}

/**
 * The retry states of events, in a bucket that all processes share, because any of them may get an event's next delivery. JetStream's own
 * count of deliveries cannot replace it: it also counts transient failures, stops and killed processes.
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

	/** Removes all retry states of a consumer that begins again at the start of the stream. */
	async removeAll(consumer: string): Promise<void> {
		const { jsm, names } = this.connection;
		await jsm.streams.purge(streamOf(names.tries), { filter: subjectsOf(names.tries, consumer) });
	}

	/**
	 * All retries of a consumer. An acknowledged event may be among them: where two processes handled it, the failure of one may be saved
	 * after the success of the other.
	 */
	all(consumer: string): AsyncIterable<PendingRetry & DeliveredBy> {
		return valuesOf(this.connection, this.connection.names.tries, consumer);
	}
}
