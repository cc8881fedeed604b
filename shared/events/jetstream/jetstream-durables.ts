import { AckPolicy, type Consumer, DeliverPolicy, nanos } from "nats";
import type { JetStreamConnection } from "./jetstream-connection";
import { laterDurable } from "./jetstream-names";
import type { JetStreamRetries } from "./jetstream-retries";
import { isMissing } from "./jetstream-streams";

/** The server delivers an event again, to any process of the service, after this time without an acknowledgement or report of work. */
export const ACK_WAIT_MS = 5_000;
/** The server delivers no more events while this many are not acknowledged, those that wait for a retry included. */
const MAX_ACK_PENDING = 20_000;

/**
 * The durable consumers of one service. The first has the service's name and the types of that time. A type that the service handles only
 * later gets one of its own, because a durable consumer whose filter grows does not go back for the older events of the new type.
 */
export class JetStreamDurables {
	constructor(
		private readonly service: string,
		private readonly connection: JetStreamConnection,
		private readonly retries: JetStreamRetries,
	) {}

	/** @throws Error where there is none (see {@link isMissing}), or NATS does not answer */
	async find(stream: string, durable: string): Promise<{ consumer: Consumer; subjects: string[] }> {
		const consumer = await this.connection.js.consumers.get(stream, durable);
		const { filter_subject, filter_subjects = filter_subject ? [filter_subject] : [] } = (await consumer.info(true))
			.config;
		return { consumer, subjects: filter_subjects };
	}

	/** Creates a durable consumer that begins at the start of the stream. @throws Error where another process created it with other types */
	async create(stream: string, durable: string, subjects: readonly string[]): Promise<void> {
		await this.connection.jsm.consumers.add(stream, {
			durable_name: durable,
			filter_subjects: [...subjects],
			deliver_policy: DeliverPolicy.All,
			ack_policy: AckPolicy.Explicit,
			ack_wait: nanos(ACK_WAIT_MS),
			max_ack_pending: MAX_ACK_PENDING,
		});
	}

	/** Creates the first durable consumer. Types that have one of their own are left to that. */
	async createFirst(stream: string, types: readonly string[]): Promise<void> {
		const { service, connection, retries } = this;
		const own = await Promise.all(types.map((type) => this.exists(stream, laterDurable(service, type))));
		const left = types.filter((_, index) => !own[index]);
		await retries.removeAll(service);
		// Without a filter it would deliver all types.
		await this.create(stream, service, (left.length > 0 ? left : types).map(connection.names.subjectOf));
	}

	/** Creates the durable consumer of one type, unless the first one delivers it. Resolves with whether it did. */
	async createLater(stream: string, type: string): Promise<boolean> {
		const { service, connection } = this;
		if (!(await this.exists(stream, service))) throw new Error(`${service} has no durable consumer yet`);
		const subject = connection.names.subjectOf(type);
		if ((await this.find(stream, service)).subjects.includes(subject)) return false;
		await this.create(stream, laterDurable(service, type), [subject]);
		return true;
	}

	private async exists(stream: string, durable: string): Promise<boolean> {
		try {
			await this.connection.jsm.consumers.info(stream, durable);
			return true;
		} catch (error) {
			if (isMissing(error)) return false;
			throw error;
		}
	}
}
