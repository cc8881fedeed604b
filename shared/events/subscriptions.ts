import type { Static, TSchema } from "@sinclair/typebox";
import type { Context, EventSchema, Middleware, Service, ServiceBroker } from "moleculer";
import type { EventBus, EventSubscriber, Subscription } from "./event-bus";
import { type CloudEvent, EventSchemaOf } from "./event";

/**
 * A middleware that delivers events from the bus to the `events` handlers of each started service, and again later where a handler
 * rejects. The consumer is named after the service. `onDelivery` is called after each try.
 */
export function eventDelivery(
	busOf: () => EventSubscriber & Pick<EventBus, "open">,
	isCatalogued: (eventName: string) => boolean,
	onDelivery: (delivery: { eventId: string; service: string; ms: number; ok: boolean }) => void = () => undefined,
): Middleware {
	const subscriptions = new Map<Service, Subscription>();
	return {
		name: "EventDelivery",
		async starting() {
			await busOf().open();
		},
		async serviceStarted(service: Service) {
			const types = Object.keys(service.schema.events ?? {}).filter(isCatalogued);
			if (types.length === 0) return;
			const deliver = async (event: CloudEvent) => {
				const begun = performance.now();
				let ok = false;
				try {
					await callHandler(service.broker, service.name, event);
					ok = true;
				} finally {
					onDelivery({ eventId: event.id, service: service.name, ms: performance.now() - begun, ok });
				}
			};
			subscriptions.set(service, busOf().subscribe(service.name, types, deliver));
		},
		async serviceStopping(service: Service) {
			await subscriptions.get(service)?.stop();
			subscriptions.delete(service);
		},
	} as Middleware;
}

/**
 * Calls the service's handler of this event and settles as the handler does. `broker.emit` cannot be used: it does not return whether a
 * handler failed, and it calls the handlers of all services, while the bus delivers to each consumer separately.
 */
async function callHandler(broker: ServiceBroker, consumer: string, event: CloudEvent): Promise<void> {
	const endpoint = broker.registry.events.get(event.type, consumer)?.nextLocal();
	if (!endpoint) throw new Error(`${consumer} has no handler for ${event.type}`);
	const context = broker.ContextFactory.create(broker, endpoint, event, { requestID: event.requestid });
	context.eventName = event.type;
	context.eventType = "emit";
	await endpoint.event.handler!(context);
}

/**
 * An entry of a service's `events`: calls `react` with each event, whose data has the schema `data`. Events may arrive more than once and
 * in any order; an event is delivered again where `react` rejects.
 */
export function handles<Data extends TSchema>(
	data: Data,
	react: (event: CloudEvent<string, Static<Data>>) => Promise<unknown>,
): EventSchema & { react(event: CloudEvent): Promise<unknown> } {
	return {
		params: EventSchemaOf(data),
		/** For an event whose data has been checked. */
		react: (event) => react(event as CloudEvent<string, Static<Data>>),
		async handler({ params: event }: Context<CloudEvent<string, Static<Data>>>) {
			await react(event);
		},
	};
}
