import type { Logger } from "moleculer";
import { eventId } from "../events/event";
import type { EventHistory } from "../events/event-bus";
import type { Collection } from "../store/store";
import { waitUntilThere } from "../timing/wait-until-there";
import type { AggregateDocument } from "./aggregate";

export interface OlderStoreOptions {
	/** The service's name. */
	publisher: string;
	/** The types of the events that these documents publish. */
	types: readonly string[];
	collection: Collection<AggregateDocument>;
	bus: Pick<EventHistory, "newest">;
	logger: Pick<Logger, "error">;
}

/**
 * Says in the log, at the start, that a service's documents are older than the events that they have published: their store alone was restored
 * from an older copy. An event is published only after its document is on disk, so a document behind the newest event shows that. The service starts
 * all the same, as nothing is captured or refunded twice.
 */
export class OlderStore {
	private isStopping = false;
	private looking: Promise<unknown> = Promise.resolve();

	constructor(private readonly options: OlderStoreOptions) {}

	/** Looks in the background, and again while the bus or the store is away. */
	start(): void {
		this.isStopping = false;
		this.looking = waitUntilThere({
			attempt: () => this.look(),
			isOver: () => this.isStopping,
			// Readiness says that the bus or the store is away.
			onFailure: () => undefined,
		});
	}

	async stop(): Promise<void> {
		this.isStopping = true;
		await this.looking;
	}

	private async look(): Promise<void> {
		const { publisher, types, collection, bus, logger } = this.options;
		const newest = await bus.newest(types);
		if (!newest || newest.id !== eventId(publisher, newest.subject, newest.sequence)) return;
		const document = await collection.load(newest.subject);
		if ((document?.version ?? 0) >= newest.sequence) return;
		logger.error(
			`The store of ${publisher} is older than its event ${newest.id}, as after a restore of this store alone; the audit names what differs`,
		);
	}
}
