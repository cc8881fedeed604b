/** Deliveries that a process remembers: the latest ones. */
const KEPT = 5_000;

/** An event that a service of this process has handled, or failed to. */
export interface Delivery {
	eventId: string;
	service: string;
	/** When it ended, in milliseconds since 1970. */
	at: number;
	ms: number;
	ok: boolean;
}

/** The latest deliveries of this process, in memory only. */
export class Deliveries {
	private readonly ring: Delivery[] = [];
	private next = 0;

	note(delivery: Delivery): void {
		this.ring[this.next] = delivery;
		this.next = (this.next + 1) % KEPT;
	}

	of(eventIds: ReadonlySet<string>): Delivery[] {
		return this.ring.filter(({ eventId }) => eventIds.has(eventId)).sort((a, b) => a.at - b.at);
	}
}
