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
	for (const { prototype } of [EmbeddedEventBus, JetStreamEventBus]) countDeliveries(prototype, counts);
	const { append } = EmbeddedEventBus.prototype;
	EmbeddedEventBus.prototype.append = async function (events, write) {
		const isAppended = await append.call(this, events, write);
		if (isAppended) counts.appendedEvents += events.length;
		return isAppended;
	};
	const { publish } = JetStreamEventBus.prototype;
	JetStreamEventBus.prototype.publish = async function (events) {
		const published = await publish.call(this, events);
		counts.appendedEvents += published.added;
		return published;
	};
	return () => ({ ...counts });
}

function countDeliveries(bus: Pick<EventBus, "subscribe">, counts: EventCounts): void {
	const { subscribe } = bus;
	bus.subscribe = function (this: EventBus, consumer, types, handle) {
		return subscribe.call(this, consumer, types, (event) => {
			counts.eventDeliveries++;
			return handle(event);
		});
	};
}
