import type { EventBus } from "../../../shared/events/event-bus";
import { EmbeddedEventBus } from "../../../shared/events/embedded/embedded-bus";
import { JetStreamEventBus } from "../../../shared/events/jetstream/jetstream-bus";

/** The use of the event buses of this process since {@link countEvents} was called. */
export interface EventCounts {
	/** Events that the bus did not have before. */
	appendedEvents: number;
	/** Calls of subscribers' handlers, those of repeated deliveries too. */
	eventDeliveries: number;
}

/** Counts the events of all buses of this process from now on. Returns a function that reads the counts. */
export function countEvents(): () => EventCounts {
	const counts: EventCounts = { appendedEvents: 0, eventDeliveries: 0 };
	for (const { prototype } of [EmbeddedEventBus, JetStreamEventBus]) count(prototype, counts);
	return () => ({ ...counts });
}

function count(bus: Pick<EventBus, "publish" | "subscribe">, counts: EventCounts): void {
	const { publish, subscribe } = bus;
	bus.publish = async function (this: EventBus, events) {
		const published = await publish.call(this, events);
		counts.appendedEvents += published.added;
		return published;
	};
	bus.subscribe = function (this: EventBus, consumer, types, handle) {
		return subscribe.call(this, consumer, types, (event) => {
			counts.eventDeliveries++;
			return handle(event);
		});
	};
}
